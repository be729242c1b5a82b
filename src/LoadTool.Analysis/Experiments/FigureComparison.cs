using LoadTool.Analysis.Runs;
using LoadTool.Analysis.Statistics;

namespace LoadTool.Analysis.Experiments;

/// <summary>One figure of two sets of runs.</summary>
/// <param name="Name">Which.</param>
/// <param name="Base">Of the first set, all its runs together; null where some lack it.</param>
/// <param name="New">Of the second set.</param>
/// <param name="Change">How much higher the second is, with its 95 % interval: as a share of the first, of errors as a share of all attempts. Null when there are too few samples.</param>
/// <param name="Verdict">What that means.</param>
internal sealed record FigureComparison(FigureName Name, double? Base, double? New, Interval? Change, Effect Verdict)
{
    /// <summary>Why nothing can be said of this figure in particular; null where something is, or where it is as with all others.</summary>
    internal string? Reason { get; init; }
}
