namespace LoadTool;

/// <summary>An iteration that did not end before its first await, or failed there. It may end on any thread; who is told of it is told on the loop.</summary>
internal class IterationCore
{
    /// <summary>Takes the place of the user to be told once the iteration has ended.</summary>
    private static readonly object Ended = new();

    // Null, the user to be told, or Ended: exchanged once by each side, so that one of them always sees the other.
    private object? _told;

    /// <summary>What the iteration threw; read after it has ended.</summary>
    internal Exception? Error { get; private set; }

    /// <summary>Has a user told when the iteration ends, by <see cref="ScenarioShare.OnEnded"/>.</summary>
    /// <param name="user">Whose iteration it is.</param>
    /// <returns>False when it has ended: nobody will be told.</returns>
    internal bool TryTell(VirtualUser user) => Interlocked.CompareExchange(ref _told, user, null) is null;

    internal void End(Exception? error)
    {
        Error = error;
        if (Interlocked.Exchange(ref _told, Ended) is VirtualUser user)
            user.Share.OnEnded(user, error);
    }
}
