namespace LoadTool;

/// <summary>Makes feeds: data that users take one item at a time. Made once, outside of the scenario's method.</summary>
public static class DataFeed
{
    /// <summary>Each user has an item of its own and gets the same one each time; with more users than items they share.</summary>
    /// <typeparam name="T">The items' type.</typeparam>
    /// <param name="data">The items; at least one. Not copied, and not to be changed.</param>
    /// <exception cref="ArgumentException">No items.</exception>
    public static DataFeed<T> Constant<T>(IReadOnlyList<T> data) => new ConstantFeed<T>(data);

    /// <summary>
    /// One item after another, from the first again after the last, whoever asks. Without locks: of n event loops each hands out every
    /// n-th item.
    /// </summary>
    /// <typeparam name="T">The items' type.</typeparam>
    /// <param name="data">The items; at least one. Not copied, and not to be changed.</param>
    /// <exception cref="ArgumentException">No items.</exception>
    public static DataFeed<T> Circular<T>(IReadOnlyList<T> data) => new CircularFeed<T>(data);

    /// <summary>Any item with the same chance, drawn from the generator of the user that asks.</summary>
    /// <typeparam name="T">The items' type.</typeparam>
    /// <param name="data">The items; at least one. Not copied, and not to be changed.</param>
    /// <exception cref="ArgumentException">No items.</exception>
    public static DataFeed<T> Random<T>(IReadOnlyList<T> data) => new RandomFeed<T>(data);

    /// <summary>
    /// Each item once in the whole run. Whoever asks for one more ends with its iteration counted as interrupted, and its scenario starts
    /// no other: the run's log says that the feed ran dry.
    /// </summary>
    /// <typeparam name="T">The items' type.</typeparam>
    /// <param name="data">The items; at least one. Not copied, and not to be changed.</param>
    /// <exception cref="ArgumentException">No items.</exception>
    public static DataFeed<T> Unique<T>(IReadOnlyList<T> data) => new UniqueFeed<T>(data);

    private sealed class ConstantFeed<T>(IReadOnlyList<T> data) : DataFeed<T>(data)
    {
        private protected override long IndexFor(VirtualUser user) => user.Number % Count;
    }

    private sealed class RandomFeed<T>(IReadOnlyList<T> data) : DataFeed<T>(data)
    {
        private protected override long IndexFor(VirtualUser user) => (long)user.Chance.NextBelow((ulong)Count);
    }

    private sealed class CircularFeed<T>(IReadOnlyList<T> data) : DataFeed<T>(data)
    {
        private readonly LoopSlot<Position> _next = new(static loop => new Position { Next = loop.Index });

        private protected override long IndexFor(VirtualUser user)
        {
            RunLoop loop = user.Share.RunLoop;
            Position position = _next.Of(loop);
            long index = position.Next % Count;
            position.Next = index + loop.Count;
            return index;
        }
    }

    /// <summary>One interlocked instruction per item, and no other way: which loop will need how many of them, nobody knows.</summary>
    private sealed class UniqueFeed<T> : DataFeed<T>
    {
        private readonly LoopSlot<Position> _taken;

        internal UniqueFeed(IReadOnlyList<T> data)
            : base(data) => _taken = new(loop => loop.Context.Shared(this, static () => new Position()));

        private protected override long IndexFor(VirtualUser user)
        {
            ScenarioShare share = user.Share;
            long index = Interlocked.Increment(ref _taken.Of(share.RunLoop).Next) - 1;
            if (index < Count)
                return index;
            user.Retire();
            share.RunDry($"a feed of unique items ran dry after {Count} of them");
            throw new OperationCanceledException("The feed ran dry.");
        }
    }

    private sealed class Position
    {
        internal long Next;
    }
}
