using LoadTool.Metrics;

namespace LoadTool;

/// <summary>The script's metrics over all loops: merges what they counted in an interval, and keeps the sum of all intervals. Used by the run's thread only.</summary>
internal sealed class MetricTally(IReadOnlyList<RunLoop> loops)
{
    private readonly List<Metric> _metrics = [];
    private readonly Dictionary<Metric, long> _counts = [];
    private readonly Dictionary<Metric, (Histogram Interval, Histogram Total)> _histograms = [];
    private readonly Dictionary<HistogramCell, Histogram> _last = [];
    private readonly Dictionary<Broadcast, BroadcastTally> _broadcasts = [];

    /// <summary>The figures since the last call; gauges since the run began.</summary>
    internal MetricFigures TakeInterval()
    {
        ILookup<Metric, MetricCell> cells = loops.SelectMany(loop => loop.Metrics).ToLookup(cell => cell.Metric);
        _metrics.AddRange(cells.Select(metric => metric.Key).Except(_metrics));
        return new MetricFigures(
            [.. _metrics.OfType<CounterMetric>().Select(metric => new CounterFigures(metric.Name, metric.Unit, Take(metric, cells[metric].Cast<CounterCell>())))],
            [.. _metrics.OfType<GaugeMetric>().Select(metric => Read(metric, cells[metric].Cast<GaugeCell>()))],
            [.. _metrics.OfType<HistogramMetric>().Select(metric => new HistogramFigures(metric.Name, metric.Unit, Take(metric, cells[metric].Cast<HistogramCell>())))])
        {
            Broadcasts = [.. _metrics.OfType<Broadcast>().Select(metric => Take(metric, cells[metric].Cast<BroadcastCell>()))],
        };
    }

    /// <summary>The figures of the whole run so far.</summary>
    internal MetricFigures Total() => Total(static values => values.Copy());

    /// <summary>The same without broadcasts, with histograms lent until the next interval is taken.</summary>
    internal MetricFigures Lent() => Total(static values => values, withBroadcasts: false);

    private MetricFigures Total(Func<Histogram, Histogram> give, bool withBroadcasts = true)
    {
        ILookup<Metric, MetricCell> cells = loops.SelectMany(loop => loop.Metrics).ToLookup(cell => cell.Metric);
        return new MetricFigures(
            [.. _metrics.OfType<CounterMetric>().Select(metric => new CounterFigures(metric.Name, metric.Unit, _counts[metric]))],
            [.. _metrics.OfType<GaugeMetric>().Select(metric => Read(metric, cells[metric].Cast<GaugeCell>()))],
            [.. _metrics.OfType<HistogramMetric>().Select(metric => new HistogramFigures(metric.Name, metric.Unit, give(_histograms[metric].Total)))])
        {
            Broadcasts = withBroadcasts ? [.. _metrics.OfType<Broadcast>().Select(metric => _broadcasts[metric].Total())] : [],
        };
    }

    private BroadcastFigures Take(Broadcast metric, IEnumerable<BroadcastCell> cells)
    {
        if (!_broadcasts.TryGetValue(metric, out BroadcastTally? tally))
            _broadcasts.Add(metric, tally = new BroadcastTally(metric.Name));
        return tally.TakeInterval(cells);
    }

    private long Take(CounterMetric metric, IEnumerable<CounterCell> cells)
    {
        long before = _counts.GetValueOrDefault(metric);
        _counts[metric] = cells.Sum(cell => cell.Count);
        return _counts[metric] - before;
    }

    private static GaugeFigures Read(GaugeMetric metric, IEnumerable<GaugeCell> cells)
    {
        (long SetAt, double Value, double Least, double Largest)[] levels = [.. cells.Select(cell => cell.Read())];
        return new GaugeFigures(
            metric.Name, metric.Unit, levels.MaxBy(level => level.SetAt).Value, levels.Min(level => level.Least), levels.Max(level => level.Largest));
    }

    private Histogram Take(HistogramMetric metric, IEnumerable<HistogramCell> cells)
    {
        if (!_histograms.TryGetValue(metric, out (Histogram Interval, Histogram Total) histograms))
            _histograms[metric] = histograms = (HistogramCell.NewHistogram(), HistogramCell.NewHistogram());
        histograms.Interval.Reset();
        foreach (HistogramCell cell in cells)
        {
            _last[cell] = cell.Recorder.SwapInterval(_last.GetValueOrDefault(cell));
            histograms.Interval.Add(_last[cell]);
        }

        histograms.Total.Add(histograms.Interval);
        return histograms.Interval;
    }
}
