namespace LoadTool;

/// <summary>
/// Iterations started by chance (open model). Time is cut into cells of one length, each with room for so many arrivals; how many of them
/// come, and when, is a hash of the seed and the cell's number. So each cell needs nothing of those before it.
/// </summary>
internal abstract record InjectInCells : LoadSimulation
{
    private protected InjectInCells(TimeSpan during)
        : base(during)
    {
    }

    /// <summary>Numbers, of which chance leaves some out.</summary>
    internal override long Arrivals => (long)Int128.Min(long.MaxValue, (Int128)Cells * Room);

    /// <summary>Arrivals that a cell has room for.</summary>
    private protected abstract int Room { get; }

    /// <summary>Cells that begin before the end.</summary>
    private protected abstract long Cells { get; }

    private protected long Seed { get; init; }

    internal override LoadSimulation After(LoadSimulation? previous, long seed) => this with { Seed = seed };

    internal override TimeSpan? DueAt(long number)
    {
        (long cell, int index) = ((number / Room), (int)(number % Room));
        int count = CountIn(cell);
        if (index >= count)
            return null;
        TimeSpan dueAt = DueAt(cell, index, count);
        return dueAt < During ? dueAt : null;
    }

    internal override long Next(long number, int sharers)
    {
        long next = number + sharers;
        (long cell, long index) = (next / Room, next % Room);
        if (index < CountIn(cell))
            return next;

        // On to this sharer's first number of the next cell.
        return next + (Room - index + sharers - 1) / sharers * sharers;
    }

    /// <summary>Arrivals in a cell; at most <see cref="Room"/>.</summary>
    private protected abstract int CountIn(long cell);

    /// <summary>When the arrival of an index in its cell is due, counted from the simulation's start.</summary>
    private protected abstract TimeSpan DueAt(long cell, int index, int count);
}
