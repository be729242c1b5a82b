namespace LoadTool.Metrics;

public sealed partial class Histogram
{
    internal HistogramLayout Layout => _layout;

    /// <summary>The counts up to that of the largest value, by index of the layout. Valid until something is recorded.</summary>
    internal ReadOnlySpan<long> CountsToMax => _counts.AsSpan(0, TotalCount == 0 ? 0 : IndexOfMax + 1);

    /// <summary>How many values at least so many percent of a total are.</summary>
    /// <remarks>One step down first: a product that comes out a hair above a whole number must not be rounded up to the next count.</remarks>
    internal static long CountAtPercentile(double percentile, long total) =>
        Math.Max((long)Math.Ceiling(Math.Clamp(Math.BitDecrement(percentile), 0, 100) * total / 100), 1);
}
