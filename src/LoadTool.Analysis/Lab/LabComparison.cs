using LoadTool.Analysis.Statistics;

namespace LoadTool.Analysis.Lab;

/// <summary>One figure of one cell, with Nagle's algorithm against without.</summary>
/// <param name="Figure">Which.</param>
/// <param name="Off">Without it, over all blocks together; null where there is no such figure.</param>
/// <param name="On">With it.</param>
/// <param name="Difference">As a share of the figure without it (0.05: five percent more), with its 95 % interval; null when there are too few samples.</param>
/// <param name="Verdict">What that means.</param>
internal sealed record LabComparison(LabFigure Figure, double? Off, double? On, Interval? Difference, Effect Verdict)
{
    private const double Confidence = 0.95;

    /// <summary>Compares a figure over the blocks of a cell.</summary>
    /// <param name="figure">Which.</param>
    /// <param name="pairs">The blocks, in their order.</param>
    /// <param name="whole">All of them as one.</param>
    /// <param name="minEffect">The size that matters, as a share.</param>
    /// <param name="seed">Of the resampling.</param>
    internal static LabComparison Of(LabFigure figure, IReadOnlyList<LabPair> pairs, LabPair whole, double minEffect, long seed)
    {
        (double? off, double? on) = HasEnough(figure, [whole]) ? (figure.Value(whole.Off), figure.Value(whole.On)) : (null, null);
        Interval? difference = off is null || on is null ? null : Compare(figure, pairs, seed);
        return new LabComparison(figure, off, on, difference, Effects.Of(difference, minEffect, figure.LowerIsBetter));
    }

    private static Interval? Compare(LabFigure figure, IReadOnlyList<LabPair> pairs, long seed)
    {
        List<LabPair> lengthened = Lengthen(figure, pairs);
        double[] off = [.. lengthened.Select(pair => figure.Value(pair.Off)!.Value)], on = [.. lengthened.Select(pair => figure.Value(pair.On)!.Value)];
        return PairedDifference.OfRatios(off, on, Confidence, seed);
    }

    /// <summary>
    /// Makes of neighbours one, as often as it takes for each to hold enough samples: a percentile of few values is no percentile, but counts of several blocks
    /// added up are as exact as those of one long block.
    /// </summary>
    private static List<LabPair> Lengthen(LabFigure figure, IReadOnlyList<LabPair> pairs)
    {
        List<List<LabPair>> enough = [[]];
        foreach (LabPair pair in pairs)
        {
            if (HasEnough(figure, enough[^1]))
                enough.Add([]);
            enough[^1].Add(pair);
        }

        // What is left over at the end lengthens the last.
        if (enough.Count > 1 && !HasEnough(figure, enough[^1]))
        {
            enough[^2].AddRange(enough[^1]);
            enough.RemoveAt(enough.Count - 1);
        }

        return [.. enough.Select(LabPair.Merge)];
    }

    private static bool HasEnough(LabFigure figure, IEnumerable<LabPair> pairs) =>
        pairs.Sum(pair => figure.Samples(pair.Off)) >= figure.Least && pairs.Sum(pair => figure.Samples(pair.On)) >= figure.Least;
}
