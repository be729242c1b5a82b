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
/// <remarks>Numbers of fields are those of <c>metrics.proto</c>.</remarks>
/// <param name="isCumulative">From the run's start.</param>
internal sealed class OtlpFigures(bool isCumulative) : IFigureWriter
{
    private readonly Dictionary<string, Row> _rows = [];
    private readonly Dictionary<string, Family> _families = [];
    private readonly List<Family> _used = [];
    private readonly Dictionary<(string Name, string Value), byte[]> _attributes = [];
    private readonly StringBuilder _key = new();
    private readonly ProtoBuffer _labels = new();
    private readonly ProtoBuffer _histogramLabels = new();
    private readonly ProtoBuffer _point = new();
    private readonly ProtoBuffer _part = new();
    private readonly ProtoBuffer _packed = new();
    private readonly ProtoBuffer _scope = new();
    private byte[] _common = [];
    private byte[] _histogramCommon = [];
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
        foreach ((string name, string value) in labels)
            Label(name, value);
        (_common, _histogramCommon) = (_labels.Written.ToArray(), _histogramLabels.Written.ToArray());
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
                Add(series, row);
        }
    }

    /// <returns>The request; nothing is left of it here.</returns>
    internal byte[] Take()
    {
        _scope.Clear();
        _scope.AddBytes(1, new Scope { Name = "loadtool", Version = ToolVersion.Text }.ToByteArray());
        foreach (Family family in _used)
        {
            _point.Clear();
            _point.AddEncoded(family.Head);
            _part.Clear();
            _part.AddEncoded(family.Points.Written);
            _part.AddEncoded(family.Tail);
            _point.AddBytes(family.Data, _part.Written);
            _scope.AddBytes(2, _point.Written);
            family.Points.Clear();
        }

        _used.Clear();
        _point.Clear();
        _point.AddBytes(1, new Resource { Attributes = { Of("service.name", "loadtool"), Of("service.version", ToolVersion.Text) } }.ToByteArray());
        _point.AddBytes(2, _scope.Written);
        _part.Clear();
        _part.AddBytes(1, _point.Written);
        return _part.Written.ToArray();
    }

    /// <inheritdoc/>
    public void Begin(string kind)
    {
        (_kind, _row) = (kind, null);
        _key.Clear().Append(kind);
        _labels.Clear();
        _labels.AddEncoded(_common);
        _histogramLabels.Clear();
        _histogramLabels.AddEncoded(_histogramCommon);
    }

    /// <inheritdoc/>
    public void Label(string name, string value)
    {
        _key.Append('\u0001').Append(name).Append('\u0002').Append(value);
        if (!_attributes.TryGetValue((name, value), out byte[]? attribute))
            _attributes.Add((name, value), attribute = Of(name, value).ToByteArray());
        _labels.AddBytes(7, attribute);
        _histogramLabels.AddBytes(1, attribute);
    }

    /// <inheritdoc/>
    public void Number(string name, long value)
    {
        if (_isTotal)
        {
            Level(name, value);
            return;
        }

        Series series = Find(name, "1", isHistogram: false);
        series.Count = isCumulative ? series.Count + value : value;
        Add(series, _row!);
    }

    /// <inheritdoc/>
    public void Level(string name, long value)
    {
        ProtoBuffer point = StartPoint();
        point.AddFixed(6, (ulong)value);
        point.AddEncoded(_labels.Written);
        Gauge(name).AddBytes(1, point.Written);
    }

    /// <inheritdoc/>
    public void Number(string name, double value)
    {
        ProtoBuffer point = StartPoint();
        point.AddFixed(4, value);
        point.AddEncoded(_labels.Written);
        Gauge(name).AddBytes(1, point.Written);
    }

    /// <inheritdoc/>
    public bool TryDistribution(string name, string unit, Histogram histogram, double scale)
    {
        if (_isTotal)
            return false;
        Series series = Find(name, unit, isHistogram: true);
        if (!isCumulative)
            series.Counts!.Clear();
        series.Counts!.Add(histogram, scale);
        Add(series, _row!);
        return true;
    }

    /// <inheritdoc/>
    public void End()
    {
    }

    private static ulong Nanoseconds(DateTimeOffset time) => (ulong)(time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick;

    private static Tag Of(string name, string value) => new() { Key = name, Value = new TagValue { Text = value } };

    private Series Find(string name, string unit, bool isHistogram)
    {
        if (_row is null)
        {
            string key = _key.ToString();
            if (!_rows.TryGetValue(key, out _row))
                _rows.Add(key, _row = new Row(_labels.Written.ToArray(), _histogramLabels.Written.ToArray()));
        }

        foreach (Series series in _row.Series)
        {
            if (series.Name == name)
                return series;
        }

        // Of a broadcast an interval may lose less than nothing: what came late after all.
        Family family = Find(name, unit, isHistogram ? Family.OfHistogram : Family.OfSum, isMonotonic: _kind != "broadcasts");
        Series made = new(name, family, isHistogram ? new ExponentialCounts() : null);
        _row.Series.Add(made);
        return made;
    }

    private void Add(Series series, Row row)
    {
        ProtoBuffer points = Use(series.Family);
        ProtoBuffer point = StartPoint();
        if (series.Counts is null)
        {
            point.AddFixed(6, (ulong)series.Count);
            point.AddEncoded(row.Labels);
        }
        else
        {
            series.Counts.AddTo(point, _part, _packed);
            point.AddEncoded(row.HistogramLabels);
        }

        points.AddBytes(1, point.Written);
    }

    private ProtoBuffer StartPoint()
    {
        _point.Clear();
        _point.AddFixed(2, _start);
        _point.AddFixed(3, _time);
        return _point;
    }

    private ProtoBuffer Gauge(string name)
    {
        string unit = name.EndsWith("_seconds", StringComparison.Ordinal) ? "s" : name.EndsWith("_bytes", StringComparison.Ordinal) ? "By" : "1";
        return Use(Find(name, unit, Family.OfGauge, isMonotonic: false));
    }

    /// <summary>Families come in the order in which they are first used.</summary>
    private ProtoBuffer Use(Family family)
    {
        if (family.Points.Length == 0)
            _used.Add(family);
        return family.Points;
    }

    private Family Find(string name, string unit, int data, bool isMonotonic)
    {
        string full = $"{_prefix}{_kind}.{name}";
        if (!_families.TryGetValue(full, out Family? family))
            _families.Add(full, family = new Family(full, unit, data, isCumulative, isMonotonic));
        return family;
    }

    private sealed record Row(byte[] Labels, byte[] HistogramLabels)
    {
        internal List<Series> Series { get; } = [];
    }

    /// <summary>A sum, or with <paramref name="Counts"/> a histogram.</summary>
    private sealed record Series(string Name, Family Family, ExponentialCounts? Counts)
    {
        internal long Count { get; set; }
    }

    /// <summary>All points of one name.</summary>
    private sealed class Family
    {
        internal const int OfGauge = 5;
        internal const int OfSum = 7;
        internal const int OfHistogram = 10;

        internal Family(string name, string unit, int data, bool isCumulative, bool isMonotonic)
        {
            Data = data;
            Head = new Messages.Family { Name = name, Unit = unit }.ToByteArray();
            ProtoBuffer tail = new();
            if (data != OfGauge)
                tail.AddVarint(2, (ulong)(isCumulative ? Temporality.Cumulative : Temporality.Delta));
            if (data == OfSum && isMonotonic)
                tail.AddVarint(3, 1);
            Tail = tail.Written.ToArray();
        }

        /// <summary>The number of the field that holds them.</summary>
        internal int Data { get; }

        /// <summary>What stands before that field.</summary>
        internal byte[] Head { get; }

        /// <summary>What stands behind the points.</summary>
        internal byte[] Tail { get; }

        internal ProtoBuffer Points { get; } = new();
    }
}
