namespace LoadTool.Outputs.Report;

/// <summary>What a column of a report's time series counts: sums and levels, then, from <see cref="Step"/> on, histograms. The page's data has these names.</summary>
internal enum SeriesKind
{
    /// <summary>Of the whole run, summed up over each bin: <c>started</c>, <c>ended</c>, <c>sent</c>, <c>received</c>, <c>bytes_sent</c>, <c>bytes_received</c>, <c>gc</c> (seconds).</summary>
    Sum,

    /// <summary>Of the whole run, as it was at the end of each bin: <c>users</c>, <c>connections</c>.</summary>
    Level,

    /// <summary>Of the whole run, the most in any interval of each bin: <c>gc</c> (seconds).</summary>
    Peak,

    /// <summary>Successes of a step.</summary>
    Ok,

    /// <summary>Failures of a step.</summary>
    Fail,

    /// <summary>Failures of all scenarios by status.</summary>
    Status,

    /// <summary>Connections lost while nobody awaited them, by status.</summary>
    Lost,

    /// <summary>Close frames received, by code.</summary>
    Received,

    /// <summary>Close frames sent, by code.</summary>
    Sent,

    /// <summary>A counter of the script.</summary>
    Counter,

    /// <summary>A gauge of the script, as it was at the end of each bin.</summary>
    Gauge,

    /// <summary>Latency of a step from the intended moment.</summary>
    Step,

    /// <summary>Latency of a step from the actual start.</summary>
    StepUncorrected,

    /// <summary>Latency of whole iterations from the intended moment.</summary>
    Iterations,

    /// <summary>Latency of whole iterations from the actual start.</summary>
    IterationsUncorrected,

    /// <summary>Duration of a phase of connecting.</summary>
    Phase,

    /// <summary>How late the event loops came to what was due.</summary>
    Lag,
}
