namespace LoadTool;

/// <summary>What all shares of one run have in common. Immutable once the load runs, but for the one counter that has its own rule.</summary>
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
