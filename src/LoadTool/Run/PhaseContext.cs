namespace LoadTool;

/// <summary>What all shares of one load have in common. Immutable once the load runs, but for the one counter that has its own rule.</summary>
/// <param name="stopping">Cancelled when the load has ended.</param>
/// <param name="iterations">Iterations of all scenarios together; null for as many as the load brings.</param>
internal sealed class PhaseContext(CancellationToken stopping, long? iterations)
{
    // Any loop takes from it, one interlocked decrement per iteration and none per message.
    private long _iterationsLeft = iterations ?? long.MaxValue;

    internal CancellationToken Stopping => stopping;

    /// <summary>Of all scenarios on all loops; complete before the load runs.</summary>
    internal IReadOnlyList<ScenarioShare> Shares { get; set; } = [];

    /// <summary>Called once, on some loop, when the last iteration was taken.</summary>
    internal Action? LastTaken { get; init; }

    /// <summary>Called once for a scenario, on some loop, when a feed of unique items of its ran dry.</summary>
    internal Action<Scenario>? ScenarioRanDry { get; init; }

    internal bool TryTakeIteration()
    {
        long left = Interlocked.Decrement(ref _iterationsLeft);
        if (left == 0)
            LastTaken?.Invoke();
        return left >= 0;
    }
}
