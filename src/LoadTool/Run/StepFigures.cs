using LoadTool.Metrics;

namespace LoadTool;

/// <summary>What was counted of one step, over an interval or over the whole run.</summary>
/// <param name="Scenario">The scenario's name.</param>
/// <param name="Step">The step's name.</param>
/// <param name="Latency">Of successes, from the intended moment, in nanoseconds.</param>
/// <param name="LatencyUncorrected">Of successes, from the actual start, in nanoseconds.</param>
/// <param name="Failures">Failures by outcome.</param>
/// <param name="Interrupted">Cut by the end of the run: neither success nor failure.</param>
public sealed record StepFigures(
    string Scenario, string Step, Histogram Latency, Histogram LatencyUncorrected, IReadOnlyDictionary<Outcome, long> Failures, long Interrupted)
{
    /// <summary>What a schedule of messages could not do as it should have; nothing for other steps.</summary>
    public PacingFigures Pacing { get; init; }

    /// <summary>Successes.</summary>
    public long OkCount => Latency.TotalCount;

    /// <summary>Failures.</summary>
    public long FailCount => Failures.Values.Sum();
}
