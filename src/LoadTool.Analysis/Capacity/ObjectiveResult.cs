using LoadTool.Analysis.Statistics;

namespace LoadTool.Analysis.Capacity;

/// <summary>What became of one objective while a load was held.</summary>
/// <param name="Objective">The objective.</param>
/// <param name="Verdict">Held, failed or undecided.</param>
/// <param name="Ratio">Of <see cref="Objective.Limit"/>'s kind; null when too little was counted.</param>
/// <param name="Value">The figure as people know it, such as p99, with its interval: seconds, a share, or per second; null when too little was counted.</param>
internal sealed record ObjectiveResult(Objective Objective, TrialVerdict Verdict, Interval? Ratio, Interval? Value)
{
    /// <summary>True when it was kept as far as was seen, proven or not.</summary>
    internal bool SeemsKept => Ratio is { Estimate: var seen } && (Objective.IsFloor ? seen >= Objective.Limit : seen <= Objective.Limit);
}
