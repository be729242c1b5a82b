namespace LoadTool;

/// <summary>What all shares of one run have in common. Immutable, but for the one counter that has its own rule.</summary>
internal sealed class RunContext(RunOptions options, CancellationToken stopping, Action<string> log, Action<Outcome, Exception> reportScriptError)
{
    // Any loop takes from it, one interlocked decrement per iteration and none per message.
    private long _iterationsLeft = options.Iterations ?? long.MaxValue;

    internal Uri Target => options.Target;

    internal long Seed => options.Seed;

    internal IReadOnlyDictionary<string, string> Environment => options.Environment;

    internal CancellationToken Stopping => stopping;

    internal Action<string> Log => log;

    internal Action<Outcome, Exception> ReportScriptError => reportScriptError;

    internal bool TryTakeIteration() => Interlocked.Decrement(ref _iterationsLeft) >= 0;
}
