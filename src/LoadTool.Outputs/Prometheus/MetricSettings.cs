using System.Globalization;
using LoadTool.Outputs.Catalog;

namespace LoadTool.Outputs.Prometheus;

/// <summary>What users can set of the metrics themselves.</summary>
/// <param name="TestId">The label that tells runs apart; null for the run's name and start.</param>
/// <param name="MaxSeries">Series at most, as Prometheus counts them.</param>
/// <param name="IsNative">Whether histograms are native ones.</param>
internal sealed record MetricSettings(string? TestId, int MaxSeries, bool IsNative)
{
    private const int DefaultMaxSeries = 10_000;

    internal static IReadOnlyList<OutputSetting> Settings { get; } =
    [
        new("testid", "Label testid of every series; the run's name and start by default."),
        new("series", "Series at most, a bucket counted as one as Prometheus does; what is past it is left out and named; 10000 by default."),
    ];

    internal static MetricSettings Of(OutputRequest request, bool isNative) => new(request.Text("testid"), request.Number("series", DefaultMaxSeries), isNative);

    /// <summary>What files and outputs that were told nothing show.</summary>
    internal static MetricSettings Unlimited { get; } = new(TestId: null, int.MaxValue, IsNative: false);

    internal string TestIdOf(RunInfo run) => TestId ?? string.Create(CultureInfo.InvariantCulture, $"{run.Name}-{run.StartedAt.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}");
}
