using LoadTool.Analysis.Statistics;

namespace LoadTool.Analysis.Capacity;

/// <summary>What a search found.</summary>
/// <param name="Trials">All trials, in order.</param>
/// <param name="Standing">Those that no later one contradicted.</param>
/// <param name="Maximum">The highest load that held, and held again for longer; null when none did.</param>
/// <param name="Highest">The highest load that held at all; where there is a maximum, that one.</param>
/// <param name="Failed">The lowest load above the highest that the target did not carry.</param>
/// <param name="GeneratorLimited">The lowest load above the highest that the generator did not carry.</param>
/// <param name="Surprises">Trials that contradicted others, in order, one line each.</param>
/// <param name="IsOutOfTime">True when something was left out because the time was up.</param>
/// <param name="IsStopped">True when somebody ended the search.</param>
/// <param name="Gone">The trial in which the target answered nothing any more, and did not come back; null when it is still there.</param>
internal sealed record SearchResult(
    IReadOnlyList<Trial> Trials, IReadOnlyList<Trial> Standing, Trial? Maximum, Trial? Highest, Trial? Failed, Trial? GeneratorLimited, IReadOnlyList<string> Surprises, bool IsOutOfTime, bool IsStopped, Trial? Gone)
{
    /// <summary>True when loads are missing that would have been tried.</summary>
    internal bool IsCutShort => IsOutOfTime || IsStopped || Gone is not null;

    /// <summary>Where the limit lies: most likely, and between the load that was confirmed and the lowest one that failed; null without both.</summary>
    internal Interval? Limit => Maximum is { } held && Failed is { } failed
        ? new Interval(LimitEstimate.Of(Standing, held, failed), held.Load, failed.Load)
        : null;
}
