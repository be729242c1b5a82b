using System.Collections.Concurrent;
using LoadTool.Sockets;

namespace LoadTool;

/// <summary>What all shares of one run have in common. Immutable once the load runs, but for the one counter that has its own rule.</summary>
internal sealed class RunContext(RunOptions options, CancellationToken stopping, Action<string> log, Action<Outcome, Exception> reportScriptError)
{
    // Any loop takes from it, one interlocked decrement per iteration and none per message.
    private long _iterationsLeft = options.Iterations ?? long.MaxValue;

    // Asked when a loop, a scenario or a name meets something for the first time, never per message.
    private readonly ConcurrentDictionary<object, object> _shared = [];
    private RunLoop?[] _loops = [];

    internal Uri Target => options.Target;

    internal long Seed => options.Seed;

    internal IReadOnlyDictionary<string, string> Environment => options.Environment;

    internal CancellationToken Stopping => stopping;

    internal Action<string> Log => log;

    /// <summary>What the names of steps, checks and metrics stand for.</summary>
    internal NameRegistry Names { get; } = new();

    internal Action<Outcome, Exception> ReportScriptError => reportScriptError;

    /// <summary>Puts a script's exception into words, with its place.</summary>
    internal Func<Exception, string> Describe { get; init; } = static error => error.Message;

    /// <summary>Called once for a scenario, on some loop, when a feed of unique items of its ran dry.</summary>
    internal Action<Scenario>? ScenarioRanDry { get; set; }

    /// <summary>What a loop keeps of this run. First called before any loop runs users.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="index">Its index.</param>
    /// <param name="count">Count of loops.</param>
    internal RunLoop Loop(EventLoop loop, int index, int count)
    {
        if (_loops.Length == 0)
            _loops = new RunLoop?[count];
        return _loops[index] ??= new RunLoop(this, loop, index, count);
    }

    /// <summary>A scenario's own state.</summary>
    internal Dictionary<string, object> DataOf(Scenario scenario) => Shared(scenario, static () => new Dictionary<string, object>());

    /// <summary>The one object of the run that belongs to a key.</summary>
    internal T Shared<T>(object key, Func<T> make)
        where T : class => (T)_shared.GetOrAdd(key, static (_, make) => make(), make);

    /// <summary>True the first time that the run meets a key.</summary>
    internal bool IsFirst(object key) => _shared.TryAdd(key, key);

    /// <summary>Called once, on some loop, when the last iteration was taken.</summary>
    internal Action? LastTaken { get; set; }

    internal bool TryTakeIteration()
    {
        long left = Interlocked.Decrement(ref _iterationsLeft);
        if (left == 0)
            LastTaken?.Invoke();
        return left >= 0;
    }
}
