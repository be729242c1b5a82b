using LoadTool.Metrics;
using LoadTool.Outputs.Prometheus;

namespace LoadTool.Tests.Outputs;

public sealed class PrometheusBucketsTests
{
    private static readonly double[] Percentiles = [0.001, 1, 25, 50, 75, 90, 99, 99.9, 99.999, 100];

    public static IEnumerable<object[]> Grids { get; } =
        from digits in new[] { 1, 2, 3 }
        from lowest in new[] { 1, 512 }
        from grid in new[] { nameof(BucketGrid.ClassicSeconds), nameof(BucketGrid.ClassicValues), nameof(BucketGrid.NativeSeconds), nameof(BucketGrid.NativeCoarseSeconds), nameof(BucketGrid.NativeValues) }
        select new object[] { digits, lowest, grid };

    [Theory]
    [MemberData(nameof(Grids))]
    public void Every_value_is_in_the_bucket_that_holds_the_highest_one_counted_with_it(int digits, long lowest, string name)
    {
        BucketGrid grid = Grid(name);
        Random random = new(Seed: digits);
        SeriesHistogram series = new(grid);
        Histogram all = Empty(digits, lowest);
        for (int interval = 0; interval < 20; interval++)
        {
            Histogram values = Values(random, digits, lowest);
            series.Add(values);
            all.Add(values);
        }

        long[] counts = new long[grid.Ends.Length + 1];
        foreach (HistogramIterationValue value in all.RecordedValues().Where(value => grid.CountsZeros || value.ValueIteratedTo > 0))
            counts[BucketOf(grid, value.ValueIteratedTo)] += value.CountInStep;
        Assert.Equal(counts, series.Counts);
        Assert.Equal(all.TotalCount, series.TotalCount);
        Assert.Equal(grid.CountsZeros || lowest > 1 ? 0 : all.CountAt(0), series.Zeros);
        Assert.Equal(all.Mean * all.TotalCount / grid.Unit, series.Sum, tolerance: 1e-9 * series.Sum);
    }

    [Theory]
    [MemberData(nameof(Grids))]
    public void Quantiles_are_those_of_the_whole_histogram_to_the_last_digit(int digits, long lowest, string name)
    {
        BucketGrid grid = Grid(name);
        Random random = new(Seed: 100 + digits);
        SeriesHistogram series = new(grid);
        Histogram all = Empty(digits, lowest);
        for (int interval = 0; interval < 5; interval++)
        {
            Histogram values = Values(random, digits, lowest);
            series.Add(values);
            all.Add(values);
            Assert.Equal(Percentiles.Select(percentile => all.ValueAtPercentile(percentile) / grid.Unit), Quantiles(series));
        }
    }

    [Fact]
    public void A_quantile_of_nothing_is_no_number()
    {
        SeriesHistogram series = new(BucketGrid.ClassicSeconds);
        series.Add(Empty(digits: 3));
        Assert.All(Quantiles(series), quantile => Assert.Equal(double.NaN, quantile));
    }

    [Fact]
    public void A_quantile_of_zeros_is_zero()
    {
        SeriesHistogram series = new(BucketGrid.NativeSeconds);
        series.Add(PlantedRun.Latencies((0, 5)));
        Assert.Equal((5, 5), (series.Zeros, series.TotalCount));
        Assert.All(Quantiles(series), quantile => Assert.Equal(0, quantile));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(-7)]
    [InlineData(40)]
    public void A_native_bucket_ends_where_its_number_says(int index)
    {
        long within = (long)(Math.Pow(2, index / 32.0) * 1e9);
        Assert.Equal(index, BucketGrid.NativeSeconds.BucketOf(within) + BucketGrid.NativeSeconds.FirstIndex);
        Assert.Equal(index + 1, BucketGrid.NativeSeconds.BucketOf(within + 1) + BucketGrid.NativeSeconds.FirstIndex);
    }

    [Fact]
    public void Classic_buckets_of_durations_go_from_ten_microseconds_to_a_hundred_seconds_without_a_gap()
    {
        double[] ends = [.. Enumerable.Range(0, BucketGrid.ClassicSeconds.Ends.Length).Select(BucketGrid.ClassicSeconds.EndOf)];
        Assert.Equal(57, ends.Length);
        Assert.Equal((1e-5, 100), (ends[0], ends[^1]));
        Assert.All(ends.Zip(ends.Skip(1)).Where(pair => pair.Second <= 1), pair => Assert.InRange(pair.Second / pair.First, 1.2, 1.2801));
        Assert.All(ends.Zip(ends.Skip(1)), pair => Assert.InRange(pair.Second / pair.First, 1.2, 2.5001));
    }

    private static IEnumerable<double> Quantiles(SeriesHistogram series) => Percentiles.Select(series.Quantile);

    private static BucketGrid Grid(string name) => name switch
    {
        nameof(BucketGrid.ClassicSeconds) => BucketGrid.ClassicSeconds,
        nameof(BucketGrid.ClassicValues) => BucketGrid.ClassicValues,
        nameof(BucketGrid.NativeSeconds) => BucketGrid.NativeSeconds,
        nameof(BucketGrid.NativeCoarseSeconds) => BucketGrid.NativeCoarseSeconds,
        _ => BucketGrid.NativeValues,
    };

    private static int BucketOf(BucketGrid grid, long value)
    {
        int bucket = 0;
        while (bucket < grid.Ends.Length && grid.Ends[bucket] < value)
            bucket++;
        return bucket;
    }

    private static Histogram Empty(int digits, long lowest = 1) => new(lowest, highestTrackableValue: 3_600_000_000_000, digits, autoResize: true);

    /// <summary>From zero to past the last bucket, as many in each decade.</summary>
    private static Histogram Values(Random random, int digits, long lowest)
    {
        Histogram values = Empty(digits, lowest);
        for (int count = random.Next(500); count > 0; count--)
            values.RecordValue((long)Math.Pow(10, random.NextDouble() * 12) - 1);
        return values;
    }
}
