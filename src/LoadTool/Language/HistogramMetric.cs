namespace LoadTool;

/// <summary>Values of which percentiles are wanted, to three significant digits; made by <see cref="Metric.CreateHistogram"/>.</summary>
public sealed class HistogramMetric : Metric
{
    private readonly LoopSlot<HistogramCell> _cells;

    internal HistogramMetric(string name, string unit)
        : base(name, unit) => _cells = new(loop => Enter(loop, new HistogramCell(this), "a histogram"));

    /// <summary>Counts a value; allocates nothing but where the largest so far has to be doubled.</summary>
    /// <param name="value">The value, in the metric's unit; 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    /// <exception cref="InvalidOperationException">Not on an event loop of a run, or the name is another kind of thing already.</exception>
    public void Record(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        _cells.Of(Loop).Recorder.Record(value);
    }
}
