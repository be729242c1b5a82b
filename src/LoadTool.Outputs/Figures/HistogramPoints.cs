using LoadTool.Metrics;

namespace LoadTool.Outputs.Figures;

/// <summary>The figures of a histogram that outputs write, each as the histogram itself gives it.</summary>
internal readonly record struct HistogramPoints(double Mean, long Min, long P50, long P75, long P95, long P99, long P999, long Max)
{
    private static readonly double[] Percentiles = [50, 75, 95, 99, 99.9];

    /// <param name="histogram">Not empty.</param>
    internal static HistogramPoints Of(Histogram histogram)
    {
        Span<long> values = stackalloc long[Percentiles.Length];
        histogram.ValuesAtPercentiles(Percentiles, values);
        return new(histogram.Mean, histogram.Min, values[0], values[1], values[2], values[3], values[4], histogram.Max);
    }
}
