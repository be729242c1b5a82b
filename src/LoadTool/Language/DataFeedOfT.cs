namespace LoadTool;

/// <summary>Data that users take one item at a time; made by <see cref="DataFeed"/>.</summary>
/// <typeparam name="T">The items' type.</typeparam>
public abstract class DataFeed<T>
{
    private readonly IReadOnlyList<T> _data;

    private protected DataFeed(IReadOnlyList<T> data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Count == 0)
            throw new ArgumentException("A feed needs at least one item.", nameof(data));
        (_data, Count) = (data, data.Count);
    }

    /// <summary>Items in the feed.</summary>
    public int Count { get; }

    /// <summary>Takes the next item; allocates nothing.</summary>
    /// <param name="user">Who asks: the user, or its <c>ScenarioInfo</c>.</param>
    /// <returns>The item.</returns>
    /// <exception cref="OperationCanceledException">Each unique item has been taken; let it end the iteration.</exception>
    public T GetNextItem(ScenarioInfo user) => _data[(int)IndexFor(user.User)];

    private protected abstract long IndexFor(VirtualUser user);
}
