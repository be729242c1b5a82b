using LoadTool.Metrics;

namespace LoadTool.Analysis.Histories;

/// <summary>What the values of one run leave open of its figures, if they were independent: the least that runs of one truth differ by.</summary>
internal static class OpenVariance
{
    /// <summary>Blocks of time with fewer of which nothing is said of bursts.</summary>
    private const int LeastBlocks = 8;

    /// <summary>Of a figure's logarithm: values are kept to three digits, evenly spread within the last.</summary>
    internal const double OfResolution = 1e-3 * 1e-3 / 12;

    /// <summary>Of the logarithm of a percentile, from the order statistics one standard deviation of its rank to either side.</summary>
    /// <param name="histogram">The values.</param>
    /// <param name="percentile">From 0 to 100.</param>
    /// <param name="excess">How much more the count of values above it scatters than that of independent ones (<see cref="Excess(IReadOnlyList{ValueTuple{long, long}})"/>).</param>
    internal static double OfPercentile(Histogram histogram, double percentile, double excess = 1)
    {
        double share = percentile / 100, around = 100 * Math.Sqrt(share * (1 - share) / histogram.TotalCount * excess);
        Span<long> ends = stackalloc long[2];
        histogram.ValuesAtPercentiles([Math.Max(0, percentile - around), Math.Min(100, percentile + around)], ends);
        double half = Math.Log((double)Math.Max(1, ends[1]) / Math.Max(1, ends[0])) / 2;
        return half * half + OfResolution;
    }

    /// <summary>Of the logarithm of a rate: whether the last count came before the end. A load that is paced leaves no more open, and one that is not shows it from run to run.</summary>
    internal static double OfRate(long count) => 1.0 / (12.0 * Math.Max(1, count) * Math.Max(1, count)) + OfResolution;

    /// <summary>
    /// Of a share of failures. They come in bursts: how much more they scatter over blocks of time than independent ones would counts as often as it is. One failure and one success more are taken as seen
    /// (Agresti and Caffo, 2000), since none at all leaves something open too.
    /// </summary>
    /// <param name="blocks">Failures and attempts of each second or so, in order.</param>
    internal static double OfShare(IReadOnlyList<(long Failed, long Attempts)> blocks)
    {
        double failed = blocks.Sum(block => block.Failed), attempts = blocks.Sum(block => block.Attempts);
        double share = (failed + 1) / (attempts + 2);
        return Math.Min(Excess(blocks), Math.Max(1, failed)) * share * (1 - share) / (attempts + 2);
    }

    /// <summary>How much more a count scatters over blocks of time than that of independent ones would: 1 at the least, and over the worst length of blocks.</summary>
    /// <param name="blocks">What is counted, and among how many, of each second or so, in order.</param>
    internal static double Excess(IReadOnlyList<(long Counted, long Of)> blocks)
    {
        double counted = blocks.Sum(block => block.Counted), all = blocks.Sum(block => block.Of), excess = 1;
        for (IReadOnlyList<(long, long)> longer = blocks; longer.Count >= LeastBlocks && counted > 0 && counted < all; longer = Paired(longer))
            excess = Math.Max(excess, Excess(longer, counted / all));
        return excess;
    }

    private static double Excess(IReadOnlyList<(long Counted, long Of)> blocks, double share) => blocks
        .Where(block => block.Of > 0)
        .Sum(block => Math.Pow(block.Counted - block.Of * share, 2) / (block.Of * share * (1 - share))) / (blocks.Count - 1);

    private static (long, long)[] Paired(IReadOnlyList<(long Counted, long Of)> blocks) => [.. blocks
        .Chunk(2)
        .Where(pair => pair.Length == 2)
        .Select(pair => (pair[0].Counted + pair[1].Counted, pair[0].Of + pair[1].Of))];
}
