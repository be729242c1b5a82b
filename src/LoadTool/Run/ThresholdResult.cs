namespace LoadTool;

/// <summary>What became of one threshold, so far or in the whole run.</summary>
/// <param name="Scenario">The scenario that has it.</param>
/// <param name="Text">The condition as it was written.</param>
/// <param name="Unit">What the value is counted in.</param>
/// <param name="Value">The run's value; null when nothing was counted that it could be read from.</param>
/// <param name="IsCrossed">True when the condition does not hold, when it aborted the run, or, at the end, when nothing was counted.</param>
public sealed record ThresholdResult(string Scenario, string Text, ThresholdUnit Unit, double? Value, bool IsCrossed)
{
    /// <summary>When the threshold aborted the run, counted from the load's start; null when it did not.</summary>
    public TimeSpan? AbortedAt { get; init; }

    /// <summary>How many snapshots it was crossed in while the load ran.</summary>
    public long ErrorCount { get; init; }
}
