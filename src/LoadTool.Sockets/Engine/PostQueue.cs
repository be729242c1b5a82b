namespace LoadTool.Sockets;

/// <summary>
/// The one way into an event loop from outside: many producers, one consumer, no lock.
/// Rule: producers only compare-and-swap <c>_newest</c>; the loop alone takes the whole chain with one exchange
/// and turns it round. Nothing is removed singly, so there is no ABA case. Both operations are full barriers.
/// </summary>
internal sealed class PostQueue
{
    private LoopItem? _newest;

    /// <summary>May say "empty" while a producer is about to push; that producer then sees the loop asleep and wakes it.</summary>
    internal bool IsEmpty => Volatile.Read(ref _newest) is null;

    internal void Push(LoopItem item)
    {
        LoopItem? seen = Volatile.Read(ref _newest);
        while (true)
        {
            item.Next = seen;
            LoopItem? found = Interlocked.CompareExchange(ref _newest, item, seen);
            if (ReferenceEquals(found, seen))
                return;
            seen = found;
        }
    }

    /// <summary>Everything posted so far, oldest first, linked by <see cref="LoopItem.Next"/>.</summary>
    internal LoopItem? TakeAll()
    {
        if (IsEmpty)
            return null;
        LoopItem? item = Interlocked.Exchange(ref _newest, null);
        LoopItem? oldest = null;
        while (item is not null)
        {
            LoopItem? next = item.Next;
            item.Next = oldest;
            oldest = item;
            item = next;
        }

        return oldest;
    }
}
