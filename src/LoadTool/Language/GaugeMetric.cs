namespace LoadTool;

/// <summary>A level that rises and falls; made by <see cref="Metric.CreateGauge"/>. Results show the one set last, the least and the largest.</summary>
public sealed class GaugeMetric : Metric
{
    private readonly LoopSlot<GaugeCell> _cells;

    internal GaugeMetric(string name, string unit)
        : base(name, unit) => _cells = new(loop => Enter(loop, new GaugeCell(this), "a gauge"));

    /// <summary>Sets the level; allocates nothing.</summary>
    /// <param name="value">The level; finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">Infinite, or no number.</exception>
    /// <exception cref="InvalidOperationException">Not on an event loop of a run, or the name is another kind of thing already.</exception>
    public void Set(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "A level is a finite number.");
        RunLoop loop = Loop;
        _cells.Of(loop).Set(value, loop.Now);
    }
}
