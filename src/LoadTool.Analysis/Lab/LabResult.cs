namespace LoadTool.Analysis.Lab;

/// <summary>What one cell showed.</summary>
/// <param name="Cell">Which.</param>
/// <param name="Off">All blocks without Nagle's algorithm, together.</param>
/// <param name="On">All blocks with it.</param>
/// <param name="Comparisons">Of each figure, in the order of <see cref="LabFigure.All"/>.</param>
/// <param name="RoundTripSeconds">The shortest round trip that the system saw; null where it does not tell.</param>
internal sealed record LabResult(LabCell Cell, LabBlock Off, LabBlock On, IReadOnlyList<LabComparison> Comparisons, double? RoundTripSeconds)
{
    internal LabComparison this[LabFigure figure] => Comparisons.Single(comparison => comparison.Figure == figure);

    /// <summary>Judges a cell by its blocks.</summary>
    /// <param name="cell">Which.</param>
    /// <param name="pairs">At least one.</param>
    /// <param name="minEffect">The size that matters, as a share.</param>
    /// <param name="seed">Of the resampling.</param>
    /// <param name="roundTripSeconds">See <see cref="RoundTripSeconds"/>.</param>
    internal static LabResult Of(LabCell cell, IReadOnlyList<LabPair> pairs, double minEffect, long seed, double? roundTripSeconds)
    {
        LabPair whole = LabPair.Merge(pairs);
        return new LabResult(cell, whole.Off, whole.On, [.. LabFigure.All.Select(figure => LabComparison.Of(figure, pairs, whole, minEffect, seed))], roundTripSeconds);
    }
}
