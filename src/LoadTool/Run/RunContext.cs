using System.Collections.Concurrent;
using LoadTool.Sockets;

namespace LoadTool;

/// <summary>What one run has in common, from init to clean. Immutable once a load runs, but for what is met for the first time.</summary>
internal sealed class RunContext(RunOptions options, Action<string> log, Action<Outcome, Exception> reportScriptError)
{
    // Asked when a loop, a scenario or a name meets something for the first time, never per message.
    private readonly ConcurrentDictionary<object, object> _shared = [];
    private RunLoop[] _loops = [];

    internal Uri Target => options.Target;

    internal long Seed => options.Seed;

    internal IReadOnlyDictionary<string, string> Environment => options.Environment;

    internal Action<string> Log => log;

    /// <summary>What the names of steps, checks and metrics stand for.</summary>
    internal NameRegistry Names { get; } = new();

    internal Action<Outcome, Exception> ReportScriptError => reportScriptError;

    /// <summary>The run's loops, by index; complete before any of them runs users.</summary>
    internal IReadOnlyList<RunLoop> Loops => _loops;

    /// <summary>Puts a script's exception into words, with its place.</summary>
    internal Func<Exception, string> Describe { get; init; } = static error => error.Message;

    /// <summary>What a loop keeps of this run. First called before any loop runs users.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="index">Its index.</param>
    /// <param name="count">Count of loops.</param>
    internal RunLoop Loop(EventLoop loop, int index, int count)
    {
        if (_loops.Length == 0)
            _loops = new RunLoop[count];
        return _loops[index] ??= new RunLoop(this, loop, index, count);
    }

    /// <summary>A scenario's own state.</summary>
    internal Dictionary<string, object> DataOf(Scenario scenario) => Shared(scenario, static () => new Dictionary<string, object>());

    /// <summary>The one object of the run that belongs to a key.</summary>
    internal T Shared<T>(object key, Func<T> make)
        where T : class => (T)_shared.GetOrAdd(key, static (_, make) => make(), make);

    /// <summary>What tells this run's latency markers from those of others: the seed may be the same, the moment is not.</summary>
    internal ulong MarkerStream(long now) => Shared(typeof(LatencyMarker), () => new MarkerStreamId(SplitMix.Hash(Seed, now))).Value;

    /// <summary>True the first time that the run meets a key.</summary>
    internal bool IsFirst(object key) => _shared.TryAdd(key, key);
}

/// <summary>See <see cref="RunContext.MarkerStream"/>.</summary>
internal sealed record MarkerStreamId(ulong Value);
