namespace LoadTool;

/// <summary>A count that only grows; made by <see cref="Metric.CreateCounter"/>.</summary>
public sealed class CounterMetric : Metric
{
    private readonly LoopSlot<CounterCell> _cells;

    internal CounterMetric(string name, string unit)
        : base(name, unit) => _cells = new(loop => Enter(loop, new CounterCell(this), "a counter"));

    /// <summary>Counts; allocates nothing.</summary>
    /// <param name="count">How many; 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    /// <exception cref="InvalidOperationException">Not on an event loop of a run, or the name is another kind of thing already.</exception>
    public void Add(long count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _cells.Of(Loop).Add(count);
    }
}
