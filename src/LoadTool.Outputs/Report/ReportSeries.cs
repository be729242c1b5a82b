namespace LoadTool.Outputs.Report;

/// <summary>
/// A run over time, in bounded memory: at most <see cref="MaxBins"/> bins, and fewer where there are many columns. When there would be more, neighbours are merged exactly and
/// from then on a bin takes twice as many intervals.
/// </summary>
internal sealed class ReportSeries
{
    /// <summary>More points than a chart has pixels would show nothing.</summary>
    internal const int MaxBins = 600;

    /// <summary>Histograms kept of all bins together: each takes 1 to 2 KB in memory, and some 16 bytes of a page, which is to stay below 400 KB.</summary>
    private const int MaxHistograms = 6_000;

    private const int MinBins = 60;

    private readonly FailureTally _failures = new();
    private readonly List<SeriesBin> _bins = [];
    private readonly List<SeriesColumn> _columns = [];
    private readonly HashSet<SeriesColumn> _known = [];

    /// <summary>What ends a run is no interval: in a bin of its own its rates would be any.</summary>
    private TimeSpan _usual;
    private int _intervalsPerBin = 1;
    private int _intervalsInLast = 1;

    /// <summary>In order of time. The last may still grow.</summary>
    internal IReadOnlyList<SeriesBin> Bins => _bins;

    /// <summary>All columns that ever counted anything, in the order they first did.</summary>
    internal IReadOnlyList<SeriesColumn> Columns => _columns;

    /// <summary>Counts an interval.</summary>
    /// <returns>What it changed.</returns>
    internal SeriesChange Add(Snapshot snapshot)
    {
        SeriesBin interval = SeriesBin.Of(snapshot);
        if (_bins.Count == 0)
            _usual = snapshot.Length;
        foreach ((string status, long count) in _failures.Add(snapshot))
            interval.Add(new SeriesColumn(SeriesKind.Status, status), count);
        Know(interval);
        if (_bins.Count > 0 && (_intervalsInLast < _intervalsPerBin || snapshot.Length < _usual / 2))
        {
            _bins[^1].Append(interval);
            _intervalsInLast++;
            return SeriesChange.LastBin;
        }

        bool merges = _bins.Count >= MostBins;
        if (merges)
            MergeNeighbours();
        _bins.Add(interval);
        _intervalsInLast = 1;
        return merges ? SeriesChange.AllBins : SeriesChange.NewBin;
    }

    private int MostBins => Math.Clamp(MaxHistograms / Math.Max(1, _columns.Count(column => column.Kind >= SeriesKind.Step)), MinBins, MaxBins);

    private void Know(SeriesBin bin)
    {
        foreach (SeriesColumn column in bin.Sums.Keys.Concat(bin.Levels.Keys).Concat(bin.Histograms.Keys))
        {
            if (_known.Add(column))
                _columns.Add(column);
        }
    }

    private void MergeNeighbours()
    {
        for (int index = 0; index + 1 < _bins.Count; index += 2)
        {
            _bins[index].Append(_bins[index + 1]);
            _bins[index / 2] = _bins[index];
        }

        if (_bins.Count % 2 == 1)
            _bins[_bins.Count / 2] = _bins[^1];
        int left = (_bins.Count + 1) / 2;
        _bins.RemoveRange(left, _bins.Count - left);
        _intervalsPerBin *= 2;
    }
}
