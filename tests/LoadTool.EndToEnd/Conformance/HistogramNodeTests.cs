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
