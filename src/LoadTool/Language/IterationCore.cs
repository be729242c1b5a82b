namespace LoadTool;

/// <summary>An iteration that did not end before its first await, or failed there. It may end on any thread; who is told of it is told on the loop.</summary>
internal class IterationCore
{
    /// <summary>The end of an iteration that threw nothing.</summary>
    private static readonly object Ended = new();

    // Null, then the user to be told, then how it ended, Ended or what it threw: exchanged once by each side, so that one of them always sees the other.
    private object? _stage;

    /// <summary>What the iteration threw; null for nothing, and until it has ended.</summary>
    internal Exception? Error => Volatile.Read(ref _stage) as Exception;

    /// <summary>Has a user told when the iteration ends, by <see cref="ScenarioShare.OnEnded"/>.</summary>
    /// <param name="user">Whose iteration it is.</param>
    /// <returns>False when it has ended: nobody will be told.</returns>
    internal bool TryTell(VirtualUser user) => Interlocked.CompareExchange(ref _stage, user, null) is null;

    internal void End(Exception? error)
    {
        if (Interlocked.Exchange(ref _stage, error ?? Ended) is VirtualUser user)
            user.Share.OnEnded(user, error);
    }
}
