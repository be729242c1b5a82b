using LoadTool.Metrics;
using LoadTool.Outputs.Otlp;
using LoadTool.Outputs.Otlp.Messages;

namespace LoadTool.Tests.Outputs.Otlp;

public sealed class ExponentialCountsTests
{
    [Fact]
    public void Every_count_stands_in_the_bucket_of_its_value_or_next_to_it()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            Random random = new(seed);
            ExponentialCounts counts = new();
            Dictionary<int, long> expected = [];
            Histogram histogram = PlantedRun.Latencies();
            for (int count = random.Next(1, 200); count > 0; count--)
            {
                long value = (long)Math.Pow(10, random.NextDouble() * 12);
                histogram.RecordValue(value);
                int index = (int)Math.Ceiling(Math.Log2(histogram.MedianEquivalentValue(value) / 1e9) * 32) - 1;
                expected[index] = expected.GetValueOrDefault(index) + 1;
                Assert.InRange(Math.Pow(2, (index + 0.5) / 32) / (value / 1e9), 1 / 1.0115, 1.0115);
            }

            counts.Add(histogram, 1e9);
            counts.Add(histogram, 1e9);

            ExponentialPoint point = Point(counts);
            Dictionary<int, long> actual = point.Positive.Counts.Select((count, index) => (Index: point.Positive.Offset + index, Count: (long)count)).Where(bucket => bucket.Count > 0).ToDictionary(bucket => bucket.Index, bucket => bucket.Count);
            Assert.True(expected.Count == actual.Count && expected.All(bucket => actual[bucket.Key] == 2 * bucket.Value), $"seed {seed}");
            Assert.Equal((ulong)histogram.TotalCount * 2, point.Count);
            Assert.Equal(histogram.Mean / 1e9, point.Sum / point.Count, 1e-9);
            Assert.Equal((histogram.Min / 1e9, histogram.Max / 1e9), (point.Min, point.Max));
        }
    }

    [Fact]
    public void Zeros_have_a_count_of_their_own_and_clearing_forgets_all()
    {
        ExponentialCounts counts = new();
        counts.Add(PlantedRun.Latencies((0, 3), (1_000_000_000, 2)), 1e9);
        ExponentialPoint point = Point(counts);
        Assert.Equal((5ul, 3ul, 0d), (point.Count, point.ZeroCount, point.Min));

        counts.Clear();
        counts.Add(PlantedRun.Latencies((2_000, 7)), 1);

        point = Point(counts);
        Assert.Equal((7ul, 0ul, 2_000d, 7ul), (point.Count, point.ZeroCount, point.Min, point.Positive.Counts.Single()));
    }

    private static ExponentialPoint Point(ExponentialCounts counts)
    {
        ProtoBuffer point = new();
        counts.AddTo(point, new ProtoBuffer(), new ProtoBuffer());
        return ExponentialPoint.Parser.ParseFrom(point.Written);
    }
}
