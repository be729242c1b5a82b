using LoadTool.Metrics;

namespace LoadTool;

/// <summary>Latencies of what succeeded in milliseconds, from the intended moment, for a <see cref="Threshold"/> in code. All are 0 while nothing did.</summary>
public sealed class LatencyStats
{
    private const double NanosecondsPerMillisecond = 1e6;

    private readonly Histogram _latency;

    internal LatencyStats(Histogram latency) => _latency = latency;

    /// <summary>The least.</summary>
    public double MinMs => _latency.TotalCount == 0 ? 0 : _latency.Min / NanosecondsPerMillisecond;

    /// <summary>The mean.</summary>
    public double MeanMs => _latency.TotalCount == 0 ? 0 : _latency.Mean / NanosecondsPerMillisecond;

    /// <summary>The largest.</summary>
    public double MaxMs => _latency.TotalCount == 0 ? 0 : _latency.Max / NanosecondsPerMillisecond;

    /// <summary>The standard deviation.</summary>
    public double StdDev => _latency.TotalCount == 0 ? 0 : _latency.StandardDeviation / NanosecondsPerMillisecond;

    /// <summary>The median.</summary>
    public double Percent50 => Percentile(50);

    /// <summary>Not exceeded by 75 %.</summary>
    public double Percent75 => Percentile(75);

    /// <summary>Not exceeded by 95 %.</summary>
    public double Percent95 => Percentile(95);

    /// <summary>Not exceeded by 99 %.</summary>
    public double Percent99 => Percentile(99);

    /// <summary>Not exceeded by so many of a hundred.</summary>
    /// <param name="percent">Above 0 and at most 100.</param>
    /// <exception cref="ArgumentOutOfRangeException">Outside its range.</exception>
    public double Percentile(double percent)
    {
        if (percent is not (> 0 and <= 100))
            throw new ArgumentOutOfRangeException(nameof(percent), percent, "A percentile is above 0 and at most 100.");
        return _latency.TotalCount == 0 ? 0 : _latency.ValueAtPercentile(percent) / NanosecondsPerMillisecond;
    }
}
