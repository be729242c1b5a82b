using LoadTool.Metrics;

namespace LoadTool;

/// <summary>What one event loop counts of one metric (hop 2). Rule of all kinds: the loop's thread alone writes, the run reads.</summary>
internal abstract class MetricCell(Metric metric)
{
    internal Metric Metric => metric;
}

/// <summary>A loop's part of a counter.</summary>
internal sealed class CounterCell(Metric metric) : MetricCell(metric)
{
    private long _count;

    internal long Count => Volatile.Read(ref _count);

    internal void Add(long count) => Volatile.Write(ref _count, _count + count);
}

/// <summary>The level that a loop saw last, and the range of all it saw.</summary>
internal sealed class GaugeCell(Metric metric) : MetricCell(metric)
{
    // Written last and read first: whoever sees a moment sees the level of that moment, or a later one.
    private long _setAt;
    private double _value;
    private double _least = double.PositiveInfinity;
    private double _largest = double.NegativeInfinity;

    internal void Set(double value, long now)
    {
        _value = value;
        _least = Math.Min(_least, value);
        _largest = Math.Max(_largest, value);
        Volatile.Write(ref _setAt, now);
    }

    internal (long SetAt, double Value, double Least, double Largest) Read()
    {
        long setAt = Volatile.Read(ref _setAt);
        return (setAt, Volatile.Read(ref _value), Volatile.Read(ref _least), Volatile.Read(ref _largest));
    }
}

/// <summary>A loop's part of a histogram.</summary>
internal sealed class HistogramCell(Metric metric) : MetricCell(metric)
{
    /// <summary>Widened where values are larger: the script's unit may be anything.</summary>
    private const long FirstHighest = 1_000_000;

    internal Recorder Recorder { get; } = new(1, FirstHighest, StepRecorder.SignificantDigits, autoResize: true);

    internal static Histogram NewHistogram() => new(1, FirstHighest, StepRecorder.SignificantDigits, autoResize: true);
}
