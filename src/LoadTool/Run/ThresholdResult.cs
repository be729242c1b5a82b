namespace LoadTool;

/// <summary>What became of one threshold.</summary>
/// <param name="Scenario">The scenario that has it.</param>
/// <param name="Text">The condition as it was written.</param>
/// <param name="Unit">What the value is counted in.</param>
/// <param name="Value">The run's value; null when nothing was counted that it could be read from.</param>
/// <param name="IsCrossed">True when the condition does not hold, or nothing was counted.</param>
public sealed record ThresholdResult(string Scenario, string Text, ThresholdUnit Unit, double? Value, bool IsCrossed);
