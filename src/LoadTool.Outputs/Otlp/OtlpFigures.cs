using System.Text;
using Google.Protobuf;
using LoadTool.Metrics;
using LoadTool.Outputs.Figures;
using LoadTool.Outputs.Files;
using LoadTool.Outputs.Otlp.Messages;

namespace LoadTool.Outputs.Otlp;

/// <summary>
/// Rows as OTLP's metrics: counts are sums, distributions exponential histograms, all else gauges; labels are attributes. Sums and histograms count from the run's start
/// (cumulative), or each interval for itself (delta).
/// </summary>
/// <param name="isCumulative">From the run's start.</param>
internal sealed class OtlpFigures(bool isCumulative) : IFigureWriter
{
    private readonly Dictionary<string, Row> _rows = [];
    private readonly Dictionary<string, Family> _metrics = [];
    private readonly StringBuilder _key = new();
    private readonly List<Tag> _labels = [];
    private readonly List<Tag> _common = [];
    private string _prefix = "";
    private string _kind = "";
    private Row? _row;
    private bool _isTotal;
    private ulong _runStart;
    private ulong _start;
    private ulong _time;

    /// <summary>Sets what all points bear, and when the run began.</summary>
    internal void SetCommon(IEnumerable<KeyValuePair<string, string>> labels, DateTimeOffset runStart)
    {
        _common.AddRange(labels.Select(label => Of(label.Key, label.Value)));
        _runStart = Nanoseconds(runStart);
    }

    /// <summary>Begins the points of an interval, or of the totals: gauges all of them.</summary>
    internal void Start(DateTimeOffset from, DateTimeOffset to, bool isTotal = false)
    {
        (_isTotal, _prefix) = (isTotal, isTotal ? "loadtool.total." : "loadtool.");
        (_start, _time) = (isCumulative ? _runStart : Nanoseconds(from), Nanoseconds(to));
    }

    /// <summary>Writes every sum and histogram of the run again, whether it has changed or not: what was lost on the way is made up for. Nothing where intervals stand for themselves.</summary>
    internal void Repeat()
    {
        if (!isCumulative)
            return;
        foreach (Row row in _rows.Values)
        {
            foreach (Series series in row.Series)
                Add(series, row.Labels);
        }
    }

    /// <returns>The request; nothing is left of it here.</returns>
    internal byte[] Take()
    {
        ScopeMetrics scope = new() { Scope = new Scope { Name = "loadtool", Version = ToolVersion.Text } };
        scope.Metrics.AddRange(_metrics.Values);
        ResourceMetrics resource = new() { Resource = new Resource { Attributes = { Of("service.name", "loadtool"), Of("service.version", ToolVersion.Text) } }, ScopeMetrics = { scope } };
        byte[] request = new ExportRequest { ResourceMetrics = { resource } }.ToByteArray();
        _metrics.Clear();
        return request;
    }

    /// <inheritdoc/>
    public void Begin(string kind)
    {
        (_kind, _row) = (kind, null);
        _key.Clear().Append(kind);
        _labels.Clear();
    }

    /// <inheritdoc/>
    public void Label(string name, string value)
    {
        _key.Append('\u0001').Append(name).Append('\u0002').Append(value);
        _labels.Add(Of(name, value));
    }

    /// <inheritdoc/>
    public void Number(string name, long value)
    {
        if (_isTotal)
        {
            Level(name, value);
            return;
        }

        Series series = Find(name, "1");
        series.Count = isCumulative ? series.Count + value : value;
        Add(series, _labels);
    }

    /// <inheritdoc/>
    public void Level(string name, long value) => Gauge(name, new NumberPoint { AsInt = value });

    /// <inheritdoc/>
    public void Number(string name, double value) => Gauge(name, new NumberPoint { AsDouble = value });

    /// <inheritdoc/>
    public bool TryDistribution(string name, string unit, Histogram histogram, double scale)
    {
        if (_isTotal)
            return false;
        Series series = Find(name, unit);
        series.Counts ??= new ExponentialCounts();
        if (!isCumulative)
            series.Counts.Clear();
        series.Counts.Add(histogram, scale);
        Add(series, _labels);
        return true;
    }

    /// <inheritdoc/>
    public void End()
    {
    }

    private static ulong Nanoseconds(DateTimeOffset time) => (ulong)(time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick;

    private static Tag Of(string name, string value) => new() { Key = name, Value = new TagValue { Text = value } };

    private Series Find(string name, string unit)
    {
        if (_row is null)
        {
            string key = _key.ToString();
            if (!_rows.TryGetValue(key, out _row))
                _rows.Add(key, _row = new Row([.. _labels]));
        }

        Series? series = _row.Series.Find(series => series.Name == name);
        if (series is null)
            _row.Series.Add(series = new Series(_kind, name, unit));
        return series;
    }

    private void Add(Series series, IReadOnlyList<Tag> labels)
    {
        Family metric = Find(series.Kind, series.Name, series.Unit);
        if (series.Counts is not null)
        {
            ExponentialPoint histogram = series.Counts.ToPoint();
            (histogram.StartTimeUnixNano, histogram.TimeUnixNano) = (_start, _time);
            histogram.Attributes.AddRange(_common);
            histogram.Attributes.AddRange(labels);
            metric.ExponentialHistogram ??= new ExponentialHistogram { Temporality = Temporality };
            metric.ExponentialHistogram.Points.Add(histogram);
            return;
        }

        // Of a broadcast an interval may lose less than nothing: what came late after all.
        metric.Sum ??= new Sum { Temporality = Temporality, IsMonotonic = series.Kind != "broadcasts" };
        metric.Sum.Points.Add(Point(new NumberPoint { AsInt = series.Count }, labels));
    }

    private void Gauge(string name, NumberPoint point)
    {
        Family metric = Find(_kind, name, name.EndsWith("_seconds", StringComparison.Ordinal) ? "s" : name.EndsWith("_bytes", StringComparison.Ordinal) ? "By" : "1");
        metric.Gauge ??= new Gauge();
        metric.Gauge.Points.Add(Point(point, _labels));
    }

    private NumberPoint Point(NumberPoint point, IReadOnlyList<Tag> labels)
    {
        (point.StartTimeUnixNano, point.TimeUnixNano) = (_start, _time);
        point.Attributes.AddRange(_common);
        point.Attributes.AddRange(labels);
        return point;
    }

    private Temporality Temporality => isCumulative ? Temporality.Cumulative : Temporality.Delta;

    private Family Find(string kind, string name, string unit)
    {
        string full = $"{_prefix}{kind}.{name}";
        if (!_metrics.TryGetValue(full, out Family? metric))
            _metrics.Add(full, metric = new Family { Name = full, Unit = unit });
        return metric;
    }

    private sealed record Row(IReadOnlyList<Tag> Labels)
    {
        internal List<Series> Series { get; } = [];
    }

    /// <summary>A sum, or with <see cref="Counts"/> a histogram.</summary>
    private sealed record Series(string Kind, string Name, string Unit)
    {
        internal long Count { get; set; }

        internal ExponentialCounts? Counts { get; set; }
    }
}
