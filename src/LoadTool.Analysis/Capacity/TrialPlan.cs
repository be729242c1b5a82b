namespace LoadTool.Analysis.Capacity;

/// <summary>A load to hold.</summary>
/// <param name="Load">How much: iterations per second, users or connections.</param>
/// <param name="Purpose">What for.</param>
/// <param name="Least">How long at least, once it has settled.</param>
/// <param name="Longest">How long at most.</param>
internal sealed record TrialPlan(double Load, TrialPurpose Purpose, TimeSpan Least, TimeSpan Longest);
