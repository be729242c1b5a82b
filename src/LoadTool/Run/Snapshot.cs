namespace LoadTool;

/// <summary>One interval of a run, merged over all loops (hop 3).</summary>
/// <param name="StartedAt">When the interval began.</param>
/// <param name="Length">How long it was.</param>
/// <param name="SinceStart">Time from the run's start to the interval's end.</param>
/// <param name="Steps">The interval's figures of each step that has occurred in the run, iterations not included.</param>
/// <param name="Iterations">The interval's figures of whole iterations, one entry per scenario.</param>
/// <param name="Traffic">What passed in the interval.</param>
/// <param name="ActiveUsers">Virtual users running an iteration at its end.</param>
/// <param name="Connections">TCP connections open at its end.</param>
/// <param name="Log">Lines logged in the interval.</param>
public sealed record Snapshot(
    DateTimeOffset StartedAt,
    TimeSpan Length,
    TimeSpan SinceStart,
    IReadOnlyList<StepFigures> Steps,
    IReadOnlyList<StepFigures> Iterations,
    Traffic Traffic,
    int ActiveUsers,
    long Connections,
    IReadOnlyList<LogLine> Log)
{
    /// <summary>How often each check held in the interval.</summary>
    public IReadOnlyList<CheckFigures> Checks { get; init; } = [];

    /// <summary>The interval's figures of steps by the values of their tags.</summary>
    public IReadOnlyList<TaggedFigures> Tagged { get; init; } = [];

    /// <summary>How each event loop kept its time in the interval; empty where nobody looked. Histograms as lent as all others.</summary>
    public IReadOnlyList<LoopFigures> Loops { get; init; } = [];

    /// <summary>The interval's figures of the script's own metrics.</summary>
    public MetricFigures Metrics { get; init; } = MetricFigures.None;

    /// <summary>How sockets connected in the interval.</summary>
    public ConnectFigures Connect { get; init; } = ConnectFigures.None;

    /// <summary>Iterations that began in the interval.</summary>
    public long IterationsStarted { get; init; }

    /// <summary>Close frames received in the interval, by code.</summary>
    public IReadOnlyDictionary<int, long> CloseCodes { get; init; } = new Dictionary<int, long>();

    /// <summary>Close frames sent in the interval, by code, as <see cref="RunResult.CloseCodesSent"/>.</summary>
    public IReadOnlyDictionary<int, long> CloseCodesSent { get; init; } = new Dictionary<int, long>();

    /// <summary>Time in the interval that the garbage collector held all threads; zero where nobody looked.</summary>
    public TimeSpan GcPause { get; init; }

    /// <summary>Each threshold of each scenario, held against the figures since the load began; not crossed before anything was counted for it.</summary>
    public IReadOnlyList<ThresholdResult> Thresholds { get; init; } = [];
}
