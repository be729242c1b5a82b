namespace LoadTool;

/// <summary>How users of a scenario that stay connected lost their connections and came back.</summary>
/// <param name="Lost">Connections lost, and first ones that could not be made.</param>
/// <param name="Attempts">Attempts to connect again, the failed ones included.</param>
/// <param name="Recover">Successes are users that came back, with the time they were without connection; failures are those that gave up; interrupted is what the end of the run left open.</param>
public sealed record ReconnectFigures(long Lost, long Attempts, StepFigures Recover);
