using System.Globalization;

namespace LoadTool.Outputs.Prometheus;

/// <summary>Which samples each series of a family has: one, or one per bucket or quantile.</summary>
/// <param name="Samples">What each adds to the family's name, and to the series' labels.</param>
internal sealed record SampleShape(IReadOnlyList<(string Suffix, MetricLabel? Label)> Samples)
{
    /// <summary>Percentiles of every quantile family: those of <c>summary.json</c>, and some more; the last is the maximum.</summary>
    internal static ReadOnlySpan<double> Percentiles => [50, 75, 90, 95, 99, 99.9, 100];

    internal static SampleShape Gauge { get; } = new([("", null)]);

    internal static SampleShape Counter { get; } = new([("_total", null)]);

    internal static SampleShape Info { get; } = new([("_info", null)]);

    internal static SampleShape Quantiles { get; } = new([.. Percentiles.ToArray().Select(percentile => ("", (MetricLabel?)new MetricLabel("quantile", Number((double)((decimal)percentile / 100)))))]);

    /// <summary>Quantiles, with the sum and the count of all values.</summary>
    internal static SampleShape Summary { get; } = new([.. Quantiles.Samples, ("_sum", null), ("_count", null)]);

    /// <summary>A native histogram is one sample, but no number.</summary>
    internal static SampleShape Native { get; } = new([]);

    /// <summary>Buckets, each with all below it, then the sum and the count.</summary>
    internal static SampleShape Classic(BucketGrid grid) => new(
    [
        .. Enumerable.Range(0, grid.Ends.Length).Select(bucket => Bucket(Number(grid.EndOf(bucket)))),
        Bucket("+Inf"),
        ("_sum", null),
        ("_count", null),
    ]);

    private static (string Suffix, MetricLabel? Label) Bucket(string end) => ("_bucket", new MetricLabel("le", end));

    /// <summary>As OpenMetrics writes them in labels, in every format: a label that differed by format would be another series.</summary>
    private static string Number(double number)
    {
        string text = number.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant();
        return text.AsSpan().ContainsAny('.', 'e') ? text : text + ".0";
    }
}
