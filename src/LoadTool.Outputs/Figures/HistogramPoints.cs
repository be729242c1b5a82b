using LoadTool.Metrics;

namespace LoadTool.Outputs.Figures;

/// <summary>The figures of a histogram that outputs write, each the same as the histogram itself gives, in one walk over its counts.</summary>
internal readonly record struct HistogramPoints(double Mean, long Min, long P50, long P75, long P95, long P99, long P999, long Max)
{
    private static readonly double[] Percentiles = [50, 75, 95, 99, 99.9];

    /// <param name="histogram">Not empty.</param>
    internal static HistogramPoints Of(Histogram histogram)
    {
        Span<long> wanted = stackalloc long[Percentiles.Length];
        Span<long> values = stackalloc long[Percentiles.Length];
        for (int index = 0; index < Percentiles.Length; index++)
            wanted[index] = CountUpTo(Percentiles[index], histogram.TotalCount);
        double sum = 0;
        int next = 0;
        foreach (HistogramIterationValue step in histogram.RecordedValues())
        {
            sum += (double)histogram.MedianEquivalentValue(step.ValueIteratedTo) * step.CountInStep;
            for (; next < wanted.Length && step.TotalCountToValue >= wanted[next]; next++)
                values[next] = step.ValueIteratedTo;
        }

        return new(sum / histogram.TotalCount, histogram.Min, values[0], values[1], values[2], values[3], values[4], histogram.Max);
    }

    /// <summary>How many values are at or below a percentile, as <see cref="Histogram.ValueAtPercentile"/> rounds.</summary>
    private static long CountUpTo(double percentile, long total) => Math.Max((long)Math.Ceiling(Math.BitDecrement(percentile) * total / 100), 1);
}
