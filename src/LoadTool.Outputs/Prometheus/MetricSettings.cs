using LoadTool.Outputs.Catalog;

namespace LoadTool.Outputs.Prometheus;

/// <summary>What users can set of the metrics themselves.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="MaxSeries">Series at most, as Prometheus counts them.</param>
/// <param name="IsNative">Whether histograms are native ones.</param>
internal sealed record MetricSettings(OutputRequest Request, int MaxSeries, bool IsNative)
{
    private const int DefaultMaxSeries = 10_000;

    internal static IReadOnlyList<OutputSetting> Settings { get; } =
    [
        Figures.TestId.Setting,
        new("series", "Series at most, a bucket counted as one as Prometheus does; what is past it is left out and named; 10000 by default."),
    ];

    /// <summary>What files show.</summary>
    internal static MetricSettings Unlimited { get; } = new(new OutputRequest("files", null, new Dictionary<string, string>(), ""), int.MaxValue, IsNative: false);

    internal static MetricSettings Of(OutputRequest request, bool isNative) => new(request, request.Number("series", DefaultMaxSeries), isNative);

    internal string TestIdOf(RunInfo run) => Figures.TestId.Of(run, Request);
}
