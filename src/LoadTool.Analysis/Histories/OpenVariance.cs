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
    internal static double OfPercentile(Histogram histogram, double percentile)
    {
        double share = percentile / 100, around = 100 * Math.Sqrt(share * (1 - share) / histogram.TotalCount);
        Span<long> ends = stackalloc long[2];
        histogram.ValuesAtPercentiles([Math.Max(0, percentile - around), Math.Min(100, percentile + around)], ends);
        double half = Math.Log((double)Math.Max(1, ends[1]) / Math.Max(1, ends[0])) / 2;
        return half * half + OfResolution;
    }

    /// <summary>Of the logarithm of a rate: whether the last count came before the end. A load that is paced leaves no more open, and one that is not shows it from run to run.</summary>
    internal static double OfRate(long count) => 1.0 / (12.0 * Math.Max(1, count) * Math.Max(1, count)) + OfResolution;

    /// <summary>
    /// Of a share of failures. They come in bursts: how much more they scatter over blocks of time than independent ones would counts as often as it is, over the worst length of blocks. One failure and one
    /// success more are taken as seen (Agresti and Caffo, 2000), since none at all leaves something open too.
    /// </summary>
    /// <param name="blocks">Failures and attempts of each second or so, in order.</param>
    internal static double OfShare(IReadOnlyList<(long Failed, long Attempts)> blocks)
    {
        double failed = blocks.Sum(block => block.Failed), attempts = blocks.Sum(block => block.Attempts);
        double share = (failed + 1) / (attempts + 2);
        double excess = 1;
        for (IReadOnlyList<(long, long)> longer = blocks; longer.Count >= LeastBlocks && failed > 0 && failed < attempts; longer = Paired(longer))
            excess = Math.Max(excess, Excess(longer, failed / attempts));
        return Math.Min(excess, Math.Max(1, failed)) * share * (1 - share) / (attempts + 2);
    }

    private static double Excess(IReadOnlyList<(long Failed, long Attempts)> blocks, double share) => blocks
        .Where(block => block.Attempts > 0)
        .Sum(block => Math.Pow(block.Failed - block.Attempts * share, 2) / (block.Attempts * share * (1 - share))) / (blocks.Count - 1);

    private static (long, long)[] Paired(IReadOnlyList<(long Failed, long Attempts)> blocks) => [.. blocks
        .Chunk(2)
        .Where(pair => pair.Length == 2)
        .Select(pair => (pair[0].Failed + pair[1].Failed, pair[0].Attempts + pair[1].Attempts))];
}
