namespace LoadTool;

/// <summary>How often a check held, over an interval or over the whole run.</summary>
/// <param name="Scenario">The scenario's name.</param>
/// <param name="Check">The check's name.</param>
/// <param name="OkCount">How often it held.</param>
/// <param name="FailCount">How often it did not.</param>
public sealed record CheckFigures(string Scenario, string Check, long OkCount, long FailCount);
