using LoadTool.Metrics;

namespace LoadTool;

/// <summary>What a run measured of its own generator while the load ran.</summary>
public sealed record TrustFigures
{
    /// <summary>How long it looked.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>Each event loop.</summary>
    public required IReadOnlyList<LoopFigures> Loops { get; init; }

    /// <summary>Long lags by cause, the worst cause first.</summary>
    public IReadOnlyList<LagFigures> Lags { get; init; } = [];

    /// <summary>Code of scripts that kept its loop, the longest first.</summary>
    public IReadOnlyList<BlockFigures> Blocks { get; init; } = [];

    /// <summary>Intervals in which a loop ran for more than 90 % of the time, as a share of all.</summary>
    public double SaturatedShare { get; init; }

    /// <summary>Pauses of the garbage collector.</summary>
    public TimeSpan GcPause { get; init; }

    /// <summary>Collections.</summary>
    public int GcCount { get; init; }

    /// <summary>Managed bytes that all threads allocated.</summary>
    public long AllocatedBytes { get; init; }

    /// <summary>Connections open at once, at most.</summary>
    public long MaxConnections { get; init; }

    /// <summary>Local ports that the system gives to connections; null where it does not tell.</summary>
    public int? Ports { get; init; }

    /// <summary>Descriptors that were open before the load.</summary>
    public long OtherDescriptors { get; init; }

    /// <summary>Descriptors that the process may have; null where the system does not tell.</summary>
    public long? DescriptorLimit { get; init; }

    /// <summary>Attempts that failed because this machine ran out of ports, descriptors or buffers.</summary>
    public long ExhaustionFailures { get; init; }

    /// <summary>Steps of the wall clock while the load ran.</summary>
    public int ClockSteps { get; init; }

    /// <summary>The largest of them, ahead or back.</summary>
    public TimeSpan LargestClockStep { get; init; }

    /// <summary>True when the target is on this machine, and so takes turns with the generator.</summary>
    public bool IsTargetLocal { get; init; }

    /// <summary>Share of the machine's processors that was busy, all programs together; null where the system does not tell.</summary>
    public double? MachineBusy { get; init; }

    /// <summary>Share of the machine's processors that its host gave to others; null where the system does not tell.</summary>
    public double? MachineStolen { get; init; }

    /// <summary>Lags of all loops.</summary>
    public Histogram Lag => Merged(loop => loop.Lag);

    /// <summary>Lateness of arrivals and turns on all loops.</summary>
    public Histogram Lateness => Merged(loop => loop.Lateness);

    private Histogram Merged(Func<LoopFigures, Histogram> of)
    {
        Histogram all = LagWatch.NewHistogram();
        foreach (LoopFigures loop in Loops)
            all.Add(of(loop));
        return all;
    }
}
