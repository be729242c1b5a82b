namespace LoadTool.Outputs.Prometheus;

/// <summary>Every family and series of a run, each made when it is first counted, and no more than Prometheus was said to bear.</summary>
/// <param name="labels">Labels of every series: the run's.</param>
/// <param name="limit">Samples at most, as Prometheus counts series: a classic histogram has one per bucket.</param>
internal sealed class SeriesTable(IReadOnlyList<MetricLabel> labels, int limit)
{
    /// <summary>The part of the limit that tags cannot take: a run's verdict comes after them, and says more.</summary>
    private const int KeptForFew = 10;
    private const string Interrupted = "Interrupted";

    private readonly Dictionary<SeriesKey, MetricSeries?> _series = [];
    private readonly List<MetricFamily> _families = [];
    private readonly SortedDictionary<string, int> _leftOut = new(StringComparer.Ordinal);

    internal IReadOnlyList<MetricFamily> Families => _families;

    /// <summary>Grows with every family and series.</summary>
    internal int Version { get; private set; }

    /// <summary>Samples of all series.</summary>
    internal int Samples { get; private set; }

    /// <summary>How many series of which families were left out.</summary>
    internal IReadOnlyDictionary<string, int> LeftOut => _leftOut;

    /// <summary>Makes a family that shows itself as soon as it has series.</summary>
    internal MetricFamily Family(string name, FamilyKind kind, string help, SampleShape shape, params string[] labelNames) => Keep(new(name, kind, help, shape, labelNames));

    /// <summary>The same for one that may have a thousand series.</summary>
    internal MetricFamily FamilyOfMany(string name, FamilyKind kind, string help, SampleShape shape, params string[] labelNames) =>
        Keep(new(name, kind, help, shape, labelNames) { IsMany = true });

    /// <summary>The series with these values of its family's labels; null past the limit.</summary>
    /// <param name="family">The family.</param>
    /// <param name="values">At most five.</param>
    internal MetricSeries? Find(MetricFamily family, params ReadOnlySpan<string> values)
    {
        SeriesKey key = new(family, values);
        return _series.TryGetValue(key, out MetricSeries? known) ? known : _series[key] = Make(family, values, native: null);
    }

    /// <summary>The same for a native histogram.</summary>
    internal MetricSeries? Find(MetricFamily family, SeriesHistogram native, params ReadOnlySpan<string> values)
    {
        SeriesKey key = new(family, values);
        return _series.TryGetValue(key, out MetricSeries? known) ? known : _series[key] = Make(family, values, native);
    }

    /// <summary>Adds to a series, and makes it even if there is nothing to add: a first increase is seen as one only where there was something before.</summary>
    internal void Add(MetricFamily family, double value, params ReadOnlySpan<string> labels)
    {
        if (Find(family, labels) is { } series)
            series.Value += value;
    }

    internal void Set(MetricFamily family, double value, params ReadOnlySpan<string> labels)
    {
        if (Find(family, labels) is { } series)
            series.Value = value;
    }

    /// <summary>Adds what came of things, by status: the last label.</summary>
    internal void AddOutcomes(MetricFamily family, StepFigures figures, params ReadOnlySpan<string> labels)
    {
        Add(family, figures.OkCount, [.. labels, Outcome.Ok]);
        foreach ((Outcome outcome, long count) in figures.Failures)
            Add(family, count, [.. labels, outcome.Status]);
        if (figures.Interrupted > 0)
            Add(family, figures.Interrupted, [.. labels, Interrupted]);
    }

    private MetricFamily Keep(MetricFamily family)
    {
        _families.Add(family);
        return family;
    }

    private MetricSeries? Make(MetricFamily family, ReadOnlySpan<string> values, SeriesHistogram? native)
    {
        int samples = Math.Max(1, family.Shape.Samples.Count);
        if (Samples + samples > (family.IsMany ? limit - (limit / KeptForFew) : limit))
        {
            _leftOut[family.Name] = _leftOut.GetValueOrDefault(family.Name) + 1;
            return null;
        }

        List<MetricLabel> own = [.. labels];
        for (int index = 0; index < values.Length; index++)
            own.Add(new MetricLabel(family.Labels[index], values[index]));
        own.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        MetricSeries series = new(family, [.. own]) { Native = native };
        family.Add(series);
        Samples += samples;
        Version++;
        return series;
    }

    private readonly record struct SeriesKey
    {
        private readonly MetricFamily _family;
        private readonly string? _first;
        private readonly string? _second;
        private readonly string? _third;
        private readonly string? _fourth;
        private readonly string? _fifth;

        internal SeriesKey(MetricFamily family, ReadOnlySpan<string> values)
        {
            _family = family;
            _first = At(values, 0);
            _second = At(values, 1);
            _third = At(values, 2);
            _fourth = At(values, 3);
            _fifth = At(values, 4);
        }

        private static string? At(ReadOnlySpan<string> values, int index) => index < values.Length ? values[index] : null;
    }
}
