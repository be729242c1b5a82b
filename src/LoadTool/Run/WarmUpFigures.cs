namespace LoadTool;

/// <summary>What a warm-up did before the load; none of it is in the results.</summary>
/// <param name="Length">How long it was, its drain included.</param>
/// <param name="OkCount">Iterations that succeeded.</param>
/// <param name="FailCount">Iterations that failed.</param>
/// <param name="Traffic">What passed.</param>
public sealed record WarmUpFigures(TimeSpan Length, long OkCount, long FailCount, Traffic Traffic);
