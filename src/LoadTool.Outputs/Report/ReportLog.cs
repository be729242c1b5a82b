using System.Text;
using LoadTool.Metrics;
using LoadTool.Outputs.Files;

namespace LoadTool.Outputs.Report;

/// <summary>The <c>.hlog</c> inside a page: the whole run's histograms, in as many intervals as its share of the page allows.</summary>
internal sealed class ReportLog
{
    /// <summary>Characters that finer intervals are worth.</summary>
    private const int Budget = 100_000;

    /// <summary>Base64 of what is packed as it is: a page takes a little more than the text's own length.</summary>
    private const double Packed = 1.05;

    private readonly RunInfo _run;
    private readonly IReadOnlyList<SeriesBin> _bins;
    private readonly HistogramLog _log = new();
    private readonly Dictionary<SeriesColumn, Histogram> _histograms = [];

    private ReportLog(RunInfo run, IReadOnlyList<SeriesBin> bins) => (_run, _bins) = (run, bins);

    /// <param name="run">The run.</param>
    /// <param name="bins">All of it.</param>
    /// <param name="most">Characters that the page has left.</param>
    /// <returns>The log, and how many intervals it has; 0 where even one takes more than there is: the folder of the run's results has them all.</returns>
    internal static (string Text, int Intervals) Write(RunInfo run, IReadOnlyList<SeriesBin> bins, int most)
    {
        if (bins.Count == 0)
            return ("", 0);

        // An interval is seldom larger than the whole; where they all are nearly as large, half as many are tried until they fit.
        string text = new ReportLog(run, bins).Text(1);
        if (text.Length * Packed > most)
            return ("", 0);
        int intervals = 1;
        for (int asked = Math.Min(bins.Count, 2 * Budget / text.Length); asked > 1 && intervals == 1; asked /= 2)
        {
            string finer = new ReportLog(run, bins).Text(asked);
            if (finer.Length * Packed <= Math.Min(Budget, most))
                (text, intervals) = (finer, asked);
        }

        return (text, intervals);
    }

    private string Text(int intervals)
    {
        StringBuilder text = new(Encoding.UTF8.GetString(_log.Head(_run)));
        for (int number = 0; number < intervals; number++)
            text.Append(Encoding.UTF8.GetString(_log.Interval(Interval(number * _bins.Count / intervals, (number + 1) * _bins.Count / intervals))));
        return text.ToString();
    }

    /// <summary>The bins from one index to before another, as the run would have shown them.</summary>
    private Snapshot Interval(int from, int to)
    {
        foreach (Histogram histogram in _histograms.Values)
            histogram.Reset();
        for (int index = from; index < to; index++)
        {
            foreach ((SeriesColumn column, PackedHistogram packed) in _bins[index].Histograms)
                packed.AddTo(HistogramOf(column));
        }

        TimeSpan start = _bins[from].From;
        return new Snapshot(
            _run.StartedAt + start,
            _bins[to - 1].To - start,
            _bins[to - 1].To,
            Figures(SeriesKind.Step, SeriesKind.StepUncorrected),
            Figures(SeriesKind.Iterations, SeriesKind.IterationsUncorrected),
            default,
            ActiveUsers: 0,
            Connections: 0,
            Log: [])
        {
            Connect = new ConnectFigures(
                [.. Of(SeriesKind.Phase).Select(column => new ConnectPhaseFigures(column.Name, HistogramOf(column)))],
                new Dictionary<Outcome, long>(),
                Interrupted: 0,
                new Dictionary<Outcome, long>()),
        };
    }

    private StepFigures[] Figures(SeriesKind corrected, SeriesKind uncorrected) =>
        [.. Of(corrected).Select(column => new StepFigures(
            column.Scenario, column.Name, HistogramOf(column), HistogramOf(column with { Kind = uncorrected }), new Dictionary<Outcome, long>(), Interrupted: 0))];

    private SeriesColumn[] Of(SeriesKind kind) => [.. _histograms.Keys.Where(column => column.Kind == kind)];

    /// <summary>Always the same one: these are large.</summary>
    private Histogram HistogramOf(SeriesColumn column)
    {
        if (!_histograms.TryGetValue(column, out Histogram? histogram))
            _histograms[column] = histogram = new(StepRecorder.LowestNanoseconds, StepRecorder.HighestNanoseconds, StepRecorder.SignificantDigits, autoResize: true);
        return histogram;
    }
}
