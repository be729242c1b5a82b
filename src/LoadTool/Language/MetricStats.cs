namespace LoadTool;

/// <summary>The script's own metrics since the load began, for a <see cref="Threshold"/> in code. Valid during the call only.</summary>
public sealed class MetricStats
{
    internal MetricStats(MetricFigures figures)
    {
        Counters = new StatsByName<CounterFigures>(figures.Counters, counter => counter.Name);
        Gauges = new StatsByName<GaugeFigures>(figures.Gauges, gauge => gauge.Name);
        Histograms = new StatsByName<HistogramFigures>(figures.Histograms, histogram => histogram.Name);
    }

    /// <summary>Counters.</summary>
    public StatsByName<CounterFigures> Counters { get; }

    /// <summary>Gauges.</summary>
    public StatsByName<GaugeFigures> Gauges { get; }

    /// <summary>Histograms.</summary>
    public StatsByName<HistogramFigures> Histograms { get; }
}
