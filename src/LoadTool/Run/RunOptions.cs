using LoadTool.Sockets;

namespace LoadTool;

/// <summary>How to run scenarios.</summary>
public sealed record RunOptions
{
    /// <summary>Event loops of a run that is not told how many: one core is left to the target, the system and the results.</summary>
    internal static int UsualLoops => Math.Max(1, System.Environment.ProcessorCount - 1);

    /// <summary>The target under load, a ws or wss URI.</summary>
    public required Uri Target { get; init; }

    /// <summary>True lets every socket of the run accept any server certificate: for test servers with certificates of their own.</summary>
    public bool AcceptsAnyServerCertificate { get; init; }

    /// <summary>What every socket of the run is set to as it connects, whatever its script says.</summary>
    public SocketOverrides Sockets { get; init; } = SocketOverrides.None;

    /// <summary>The seed of all chance in the run; the same seed gives the same users the same numbers.</summary>
    public long Seed { get; init; }

    /// <summary>The implementation of the event loops.</summary>
    public EngineKind Engine { get; init; } = EventLoop.DefaultEngine;

    /// <summary>Event loops, each with a thread of its own; at least 1.</summary>
    public int Loops { get; init; } = 1;

    /// <summary>Iterations after which the run ends, of all scenarios together; null means no limit.</summary>
    public long? Iterations { get; init; }

    /// <summary>Ends the load of every scenario that lasts longer, and a warm-up; null lets each last as long as planned.</summary>
    public TimeSpan? MaxDuration { get; init; }

    /// <summary>How long iterations may go on when the load has ended, before their connections are cut.</summary>
    public TimeSpan GracefulStop { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time between snapshots.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Values that scenarios read by name.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Tags of the whole run, for its results; they mean nothing to the run itself.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}
