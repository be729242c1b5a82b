namespace LoadTool;

/// <summary>A step's figures since the load began, for a <see cref="Threshold"/> in code. Valid during the call only.</summary>
public sealed class StepStats
{
    internal StepStats(StepFigures figures, TimeSpan elapsed)
    {
        StepName = figures.Step;
        AllRequestCount = figures.OkCount + figures.FailCount;
        Ok = new OkStats(RequestStats.Of(figures.OkCount, AllRequestCount, elapsed), new LatencyStats(figures.Latency));
        Fail = new FailStats(
            RequestStats.Of(figures.FailCount, AllRequestCount, elapsed),
            new StatsByName<StatusCodeStats>(
                [.. figures.Failures.GroupBy(failure => failure.Key.Status).Select(status => StatusCodeStats.Of(status.Key, status.Sum(failure => failure.Value), AllRequestCount))],
                status => status.StatusCode,
                none: static status => new StatusCodeStats(status, 0, 0)));
    }

    /// <summary>The step.</summary>
    public string StepName { get; }

    /// <summary>What succeeded.</summary>
    public OkStats Ok { get; }

    /// <summary>What failed.</summary>
    public FailStats Fail { get; }

    /// <summary>Both together.</summary>
    public long AllRequestCount { get; }
}
