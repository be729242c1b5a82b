namespace LoadTool;

/// <summary>What was recorded of the script's own metrics, each kind in the order of first use.</summary>
/// <param name="Counters">Counters.</param>
/// <param name="Gauges">Gauges.</param>
/// <param name="Histograms">Histograms.</param>
public sealed record MetricFigures(
    IReadOnlyList<CounterFigures> Counters, IReadOnlyList<GaugeFigures> Gauges, IReadOnlyList<HistogramFigures> Histograms)
{
    /// <summary>Broadcasts.</summary>
    public IReadOnlyList<BroadcastFigures> Broadcasts { get; init; } = [];

    /// <summary>None.</summary>
    public static MetricFigures None { get; } = new([], [], []);
}
