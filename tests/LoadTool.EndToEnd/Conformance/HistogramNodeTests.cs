using System.Globalization;
using LoadTool.EndToEnd.Programs;
using LoadTool.Metrics;

namespace LoadTool.EndToEnd.Conformance;

/// <summary>Our histograms against npm's hdr-histogram-js: it reads what we encode, and we read what it encodes.</summary>
public sealed class HistogramNodeTests
{
    private static readonly double[] Percentiles = [0, 1, 10, 25, 50, 75, 90, 99, 99.9, 99.99, 100];

    [FactWith(nameof(Programs.Program.Node))]
    public async Task JavaScript_reads_our_histograms_and_we_read_what_it_makes_of_them()
    {
        Dictionary<string, Histogram> histograms = [];
        foreach (int digits in (int[])[1, 2, 3, 4, 5])
        {
            foreach (long lowest in (long[])[1, 1000])
                histograms.Add($"{digits}/{lowest}", HeavyTailed(new Histogram(lowest, 3_600_000_000, digits), seed: digits));
            histograms.Add($"{digits}/widening", HeavyTailed(new Histogram(digits), seed: digits));
        }

        IEnumerable<string> input = histograms.Select(one => $"{one.Key} {Convert.ToBase64String(one.Value.EncodeCompressed())}\n");
        (int exitCode, string output, string error) = await Programs.Program.RunAsync(
            Programs.Program.Node.Path("node"), ["histogram-peer.js"], await NodePackages.FolderAsync(), string.Concat(input));

        Assert.True(exitCode == 0, error);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3 * histograms.Count, lines.Length);
        int line = 0;
        foreach ((string name, Histogram histogram) in histograms)
        {
            Assert.Equal($"{name} total {histogram.TotalCount} min {histogram.MinNonZero} at {string.Join(' ', Percentiles.Select(histogram.ValueAtPercentile))}", lines[line++]);
            AssertClose(name, histogram, lines[line++].Split(' '));
            Histogram again = Histogram.Decode(Convert.FromBase64String(lines[line++].Split(' ')[2]));
            Assert.Equal(histogram.RecordedValues(), again.RecordedValues());
        }
    }

    [FactWith(nameof(Programs.Program.Node))]
    public async Task JavaScript_reads_our_log_and_we_read_its_log_and_its_percentiles()
    {
        const long Start = 1_795_000_000_000;
        Histogram[] intervals = [.. Enumerable.Range(0, 6).Select(index => HeavyTailed(new Histogram(1, 3_600_000_000, significantDigits: 3), seed: index))];
        using StringWriter log = new(CultureInfo.InvariantCulture);
        HistogramLogWriter writer = new(log);
        writer.WriteFormatVersion();
        writer.WriteStartTime(Start);
        writer.WriteBaseTime(Start);
        writer.WriteLegend();
        for (int i = 0; i < intervals.Length; i++)
        {
            (intervals[i].StartTimestamp, intervals[i].EndTimestamp, intervals[i].Tag) = (Start + i * 1000, Start + i * 1000 + 1000, i % 2 == 0 ? "echo.echo" : "echo.connect");
            writer.Write(intervals[i]);
        }

        (int exitCode, string output, string error) = await Programs.Program.RunAsync(
            Programs.Program.Node.Path("node"), ["histogram-log-peer.js"], await NodePackages.FolderAsync(), log.ToString());

        Assert.True(exitCode == 0, error);
        string[] parts = output.Split("===\n");
        Assert.Equal(
            intervals.Select(one => $"{one.Tag} {one.StartTimestamp} {one.EndTimestamp} {one.TotalCount} {one.ValueAtPercentile(50)} {one.ValueAtPercentile(99)} {one.ValueAtPercentile(100)}"),
            parts[0].Split('\n', StringSplitOptions.RemoveEmptyEntries));

        HistogramLogReader reader = new(new StringReader(parts[1]));
        foreach (Histogram ours in intervals)
        {
            Histogram theirs = reader.Read()!;
            Assert.Equal((ours.Tag, ours.StartTimestamp, ours.EndTimestamp), (theirs.Tag, theirs.StartTimestamp, theirs.EndTimestamp));
            Assert.Equal(ours.RecordedValues(), theirs.RecordedValues());
        }

        Assert.Null(reader.Read());
        string[] texts = parts[2].Split("---\n");
        foreach ((Histogram ours, string text) in intervals.Zip(texts))
        {
            using StringWriter own = new(CultureInfo.InvariantCulture);
            ours.WritePercentiles(own, stepsPerHalfDistance: 5, valueUnitRatio: 1000);
            PercentileDistribution theirs = PercentileDistribution.Read(new StringReader(text));
            Assert.Equal(PercentileDistribution.Read(new StringReader(own.ToString())).Rows, theirs.Rows);
            Assert.Equal(ours.TotalCount, theirs.TotalCount);
        }
    }

    private static Histogram HeavyTailed(Histogram histogram, int seed)
    {
        Random random = new(seed);
        for (int record = 0; record < 2_000; record++)
            histogram.RecordValueWithCount((long)Math.Pow(3_600_000_000, random.NextDouble()), random.Next(1, 10));
        return histogram;
    }

    /// <summary>JavaScript sums in another order: equal to nine digits.</summary>
    private static void AssertClose(string name, Histogram histogram, string[] words)
    {
        double mean = double.Parse(words[2], CultureInfo.InvariantCulture);
        double deviation = double.Parse(words[4], CultureInfo.InvariantCulture);
        Assert.True(Math.Abs(mean / histogram.Mean - 1) < 1e-9, $"{name}: mean {mean}, ours {histogram.Mean}");
        Assert.True(Math.Abs(deviation / histogram.StandardDeviation - 1) < 1e-9, $"{name}: deviation {deviation}, ours {histogram.StandardDeviation}");
    }
}
