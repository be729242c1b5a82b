namespace LoadTool;

/// <summary>All of a run.</summary>
/// <param name="Run">What was known before it began.</param>
/// <param name="Length">How long it was, the drain included.</param>
/// <param name="Steps">Figures of each step over the whole run, in the order they first occurred.</param>
/// <param name="Iterations">Figures of whole iterations, one entry per scenario.</param>
/// <param name="Traffic">What passed.</param>
/// <param name="Statuses">Attempts by status: steps, and failures outside of steps. <see cref="Outcome.Ok"/> among them.</param>
/// <param name="Failures">Failures with their cause, most frequent first.</param>
/// <param name="CloseCodes">Close frames received, by code.</param>
/// <param name="MeasuredCost">The generator's cost from the load's start to the end of the drain.</param>
/// <param name="TotalCost">The generator's cost since its process started.</param>
/// <param name="ConnectionsAtEnd">Connections still open when the load ended.</param>
/// <param name="WasStopped">True when it was stopped from outside before its plan had ended.</param>
/// <param name="CleanError">What a scenario's clean threw, or null.</param>
/// <param name="OutputErrors">Outputs that failed, with why.</param>
public sealed record RunResult(
    RunInfo Run,
    TimeSpan Length,
    IReadOnlyList<StepFigures> Steps,
    IReadOnlyList<StepFigures> Iterations,
    Traffic Traffic,
    IReadOnlyDictionary<string, long> Statuses,
    IReadOnlyList<KeyValuePair<Outcome, long>> Failures,
    IReadOnlyDictionary<int, long> CloseCodes,
    GeneratorCost MeasuredCost,
    GeneratorCost TotalCost,
    long ConnectionsAtEnd,
    bool WasStopped,
    ScenarioException? CleanError,
    IReadOnlyDictionary<string, string> OutputErrors)
{
    /// <summary>How often each check held.</summary>
    public IReadOnlyList<CheckFigures> Checks { get; init; } = [];

    /// <summary>Figures of steps by the values of their tags.</summary>
    public IReadOnlyList<TaggedFigures> Tagged { get; init; } = [];

    /// <summary>Figures of the script's own metrics.</summary>
    public MetricFigures Metrics { get; init; } = MetricFigures.None;

    /// <summary>Whether the generator was good enough for all this to be believed; null where nobody looked, as on a clock that is simulated.</summary>
    public Trust? Trust { get; init; }

    /// <summary>How sockets connected.</summary>
    public ConnectFigures Connect { get; init; } = ConnectFigures.None;

    /// <summary>Close frames sent, by code; those that answer one are among them, and 1005 stands for an empty one.</summary>
    public IReadOnlyDictionary<int, long> CloseCodesSent { get; init; } = new Dictionary<int, long>();

    /// <summary>The first failure of each kind among <see cref="Failures"/> and the failures and losses of <see cref="Connect"/>.</summary>
    public IReadOnlyDictionary<Outcome, OutcomeSample> Samples { get; init; } = new Dictionary<Outcome, OutcomeSample>();

    /// <summary>What was thrown away before the load began; null without a warm-up.</summary>
    public WarmUpFigures? WarmUp { get; init; }

    /// <summary>How long users waited for their turns to connect, one entry per scenario that limits the rate; in no other figure.</summary>
    public IReadOnlyList<StepFigures> ConnectWaits { get; init; } = [];

    /// <summary>How users that stay connected lost their connections and came back, one entry per scenario in which any did.</summary>
    public IReadOnlyList<ReconnectFigures> Reconnects { get; init; } = [];

    /// <summary>Every storm that came, in order, scenario by scenario.</summary>
    public IReadOnlyList<StormFigures> Storms { get; init; } = [];

    /// <summary>
    /// Why these are not all of the run's figures; null when they are, as always of a run that came to its end. A run that was killed is summed up from the intervals it
    /// left: nobody judged its generator, its cost is unknown, and of what is counted at the end (samples of failures, storms, recoveries) there is nothing.
    /// </summary>
    public string? Incomplete { get; init; }

    /// <summary>Every change of the load by hand, in order: with one, the run is not the run that its plan describes.</summary>
    public IReadOnlyList<LoadChange> LoadChanges { get; init; } = [];

    /// <summary>Iterations and steps that succeeded.</summary>
    public long OkCount => Statuses.GetValueOrDefault(Outcome.Ok);

    /// <summary>Each threshold of each scenario, held against that scenario's figures of the whole run.</summary>
    public IReadOnlyList<ThresholdResult> Thresholds { get; init; } = [];

    /// <summary>The threshold that ended the run before its plan had, or null.</summary>
    public ThresholdResult? AbortedBy => Thresholds.FirstOrDefault(threshold => threshold.AbortedAt is not null);
}
