using LoadTool.Metrics;

namespace LoadTool.Outputs.Prometheus;

/// <summary>Histograms of one name, and beside them the family of their exact quantiles: what lies inside a bucket is only guessed.</summary>
internal sealed class HistogramFamily
{
    private readonly SeriesTable _table;
    private readonly BucketGrid _grid;
    private readonly MetricFamily _values;
    private readonly MetricFamily? _quantiles;
    private readonly Dictionary<Key, Entry> _entries = [];

    /// <param name="table">Where its series go.</param>
    /// <param name="name">The name.</param>
    /// <param name="help">One sentence.</param>
    /// <param name="grid">The buckets.</param>
    /// <param name="isMany">True for what may have a thousand series: without buckets of its own where buckets are series, and without quantiles where they are not.</param>
    /// <param name="labels">Names of labels; at most four.</param>
    internal HistogramFamily(SeriesTable table, string name, string help, BucketGrid grid, bool isMany, params string[] labels)
    {
        (_table, _grid) = (table, grid);
        _values = (grid.Schema, isMany) switch
        {
            (null, true) => table.FamilyOfMany(name, FamilyKind.Summary, help, SampleShape.Summary, labels),
            (_, true) => table.FamilyOfMany(name, FamilyKind.Histogram, help, SampleShape.Native, labels),
            (null, false) => table.Family(name, FamilyKind.Histogram, help, SampleShape.Classic(grid), labels),
            (_, false) => table.Family(name, FamilyKind.Histogram, help, SampleShape.Native, labels),
        };
        if (!isMany)
            _quantiles = table.Family(QuantileName(name), FamilyKind.Summary, $"Exact quantiles since the run's start: {help}", SampleShape.Quantiles, labels);
    }

    /// <summary>Adds what an interval counted. A series begins with its first value.</summary>
    internal void Add(Histogram interval, string first, string second = "", string third = "", string fourth = "")
    {
        if (interval.TotalCount == 0)
            return;
        Key key = new(first, second, third, fourth);
        if (!_entries.TryGetValue(key, out Entry? entry))
            _entries[key] = entry = Make(key);
        entry.Add(interval);
    }

    /// <summary>Brings the values of all series up to what was added.</summary>
    internal void Refresh()
    {
        foreach (Entry entry in _entries.Values)
            entry.Refresh();
    }

    /// <summary>The unit stays the last word, as Prometheus's rules of naming ask.</summary>
    private static string QuantileName(string name)
    {
        const string Unit = "_seconds";
        return name.EndsWith(Unit, StringComparison.Ordinal) ? $"{name[..^Unit.Length]}_quantile{Unit}" : $"{name}_quantile";
    }

    private Entry Make(Key key)
    {
        string[] labels = [.. new[] { key.First, key.Second, key.Third, key.Fourth }.Take(_values.Labels.Count)];
        SeriesHistogram all = new(_grid, hasQuantiles: _quantiles is not null || _values.Kind == FamilyKind.Summary);
        MetricSeries? values = _grid.Schema is null ? _table.Find(_values, labels) : _table.Find(_values, all, labels);
        MetricSeries? quantiles = _quantiles is null ? null : _table.Find(_quantiles, labels);
        return new Entry(values is null && quantiles is null ? null : all, values, quantiles);
    }

    private readonly record struct Key(string First, string Second, string Third, string Fourth);

    private sealed class Entry(SeriesHistogram? all, MetricSeries? values, MetricSeries? quantiles)
    {
        private bool _isStale;

        internal void Add(Histogram interval)
        {
            all?.Add(interval);
            _isStale = all is not null;
        }

        internal void Refresh()
        {
            if (!_isStale)
                return;
            _isStale = false;
            switch (values?.Family)
            {
                case { Kind: FamilyKind.Summary }:
                    FillQuantiles(values.Values);
                    Fill(values.Values.AsSpan(SampleShape.Percentiles.Length));
                    break;
                case { Shape.Samples.Count: > 0 }:
                    FillBuckets(values.Values);
                    Fill(values.Values.AsSpan(all!.Counts.Length));
                    break;
                default:
                    break;
            }

            if (quantiles is not null)
                FillQuantiles(quantiles.Values);
        }

        private void Fill(Span<double> sumAndCount) => (sumAndCount[0], sumAndCount[1]) = (all!.Sum, all.TotalCount);

        private void FillBuckets(double[] into)
        {
            long below = 0;
            for (int bucket = 0; bucket < all!.Counts.Length; bucket++)
                into[bucket] = below += all.Counts[bucket];
        }

        private void FillQuantiles(double[] into)
        {
            for (int index = 0; index < SampleShape.Percentiles.Length; index++)
                into[index] = all!.Quantile(SampleShape.Percentiles[index]);
        }
    }
}
