using LoadTool.Outputs.Files;

namespace LoadTool.Outputs;

/// <summary>
/// Keeps a run in a folder: <c>environment.json</c> (where and how it took place), <c>run.hlog</c> (every interval's latencies, as
/// HdrHistogram's tools read them), <c>run.jsonl</c> (every interval's other figures, and the summary at the end), <c>timeseries.csv</c> (a row per step and interval),
/// <c>run.log</c> (what was logged) and at the end, each whole or not at all, <c>summary.json</c> (all figures), <c>summary.md</c> (for people), <c>junit.xml</c>, <c>metrics.prom</c> (in Prometheus's
/// text format), <c>benchmark-smaller.json</c> and <c>benchmark-bigger.json</c> (for github-action-benchmark), and each step's percentile curves as <c>.hgrm</c>. <c>run.schema.json</c> and <c>summary.schema.json</c> describe them.
/// </summary>
/// <remarks>
/// Tags in <c>run.hlog</c> are <c>scenario.step</c> and <c>scenario.step.uncorrected</c>, of whole iterations <c>scenario.@iterations</c>, and others beside them; names
/// are percent-encoded but for ASCII letters, digits and <c>- _ / :</c>. Both logs together hold all that the run measured: <c>loadtool report</c> writes the other files from
/// them where the run was killed. A file that cannot be written (a full disk) costs nothing but the rest of
/// that file: the others go on, and the error is thrown when the run has ended and all that can be written is.
/// </remarks>
public sealed class FilesOutput : IOutput, IDisposable
{
    private const string EnvironmentName = "environment.json";
    internal const string HistogramLogName = "run.hlog";
    internal const string LinesName = "run.jsonl";
    private const string LogName = "run.log";
    internal const string SummaryName = "summary.json";

    private readonly string _folder;
    private readonly RunEnvironment? _started;
    private readonly AppendedFile _histogramFile;
    private readonly AppendedFile _linesFile;
    private readonly AppendedFile _seriesFile;
    private readonly AppendedFile _logFile;
    private readonly HistogramLog _histograms = new();
    private readonly RunLines _lines = new();
    private readonly TimeSeriesFile _series = new();

    /// <summary>Files given up, with the first error of each.</summary>
    private readonly Dictionary<string, Exception> _failed = [];

    private FilesOutput(string folder, RunEnvironment? started, IReadOnlyList<AppendedFile> files) =>
        (_folder, _started, _histogramFile, _linesFile, _seriesFile, _logFile) = (folder, started, files[0], files[1], files[2], files[3]);

    /// <inheritdoc/>
    public string Name => "files";

    /// <summary>Where the files go.</summary>
    internal string Folder => _folder;

    /// <summary>Makes the folder if it is missing, and proves that it can be written before any load is made. Files of an earlier run in it are replaced.</summary>
    /// <param name="folder">Where the files go.</param>
    /// <param name="started">What started the run; null when nobody wants to know.</param>
    /// <returns>The output; the caller disposes of it.</returns>
    /// <exception cref="IOException">Results cannot be written there; the message says where and why.</exception>
    public static FilesOutput Create(string folder, RunEnvironment? started = null)
    {
        List<AppendedFile> files = [];
        try
        {
            Directory.CreateDirectory(folder);

            // An earlier run's summary beside this run's log would be read as this run's.
            File.Delete(Path.Combine(folder, SummaryName));
            foreach (string old in Directory.GetFiles(folder).Where(path => EndFiles.IsName(Path.GetFileName(path))))
                File.Delete(old);
            foreach (string name in (string[])[HistogramLogName, LinesName, TimeSeriesFile.FileName, LogName])
                files.Add(new AppendedFile(Path.Combine(folder, name)));
            return new FilesOutput(folder, started, files);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            files.ForEach(file => file.Dispose());
            throw new IOException($"Results cannot be written to {folder}: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public void Start(RunInfo run)
    {
        Try(EnvironmentName, () => JsonFile.Write(Path.Combine(_folder, EnvironmentName), json => EnvironmentFile.Write(json, run, _started)));
        Try(HistogramLogName, () => _histogramFile.Append(_histograms.Head(run)));
        Try(LinesName, () => _linesFile.Append(_lines.Run(run, _started).Span));
        Try(TimeSeriesFile.FileName, () => _seriesFile.Append(TimeSeriesFile.Header));
    }

    /// <inheritdoc/>
    public void Write(Snapshot snapshot)
    {
        Try(HistogramLogName, () => _histogramFile.Append(_histograms.Interval(snapshot)));

        // After its histograms: an interval that has a line has them too, whenever the process is killed.
        Try(LinesName, () => _linesFile.Append(_lines.Interval(snapshot).Span));
        Try(TimeSeriesFile.FileName, () => _seriesFile.Append(_series.Interval(snapshot)));
        if (snapshot.Log.Count > 0)
            Try(LogName, () => _logFile.Append(string.Concat(snapshot.Log.Select(line => $"{Timestamp.Of(line.At)} {VisibleText.OneLine(line.Text)}\n"))));
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">A file could not be written, now or earlier; all others are. The message names each.</exception>
    public void Finish(RunResult result)
    {
        Try(HistogramLogName, () => _histogramFile.Append(_histograms.End(result)));

        // All figures, before what can be made of them again: a disk that is nearly full has room for no more.
        WriteSummary(result);
        int failed = _failed.Count;
        foreach ((string name, Action<Stream> write) in EndFiles.Of(result with { OutputErrors = ErrorsOf(result) }))
            Try(name, () => WholeFile.Write(Path.Combine(_folder, name), write));
        Try(LinesName, () => _linesFile.Append(_lines.Summary(result, ErrorsOf(result)).Span));
        Dispose();
        if (_failed.Count > failed)
            WriteSummary(result);
        if (_failed.Count > 0)
            throw new IOException(Failure, _failed.Values.First());
    }

    /// <summary>Closes the files; what was written stays.</summary>
    public void Dispose()
    {
        _histogramFile.Dispose();
        _linesFile.Dispose();
        _seriesFile.Dispose();
        _lines.Dispose();
        _logFile.Dispose();
    }

    private void WriteSummary(RunResult result) =>
        Try(SummaryName, () => JsonFile.Write(Path.Combine(_folder, SummaryName), json => new SummaryFile(result, ErrorsOf(result), json).Write()));

    private string Failure => string.Join("; ", _failed.Select(failed => $"{failed.Key} is incomplete: {failed.Value.Message}"));

    /// <summary>What the run knows of other outputs, and this one of itself.</summary>
    private Dictionary<string, string> ErrorsOf(RunResult result)
    {
        Dictionary<string, string> errors = new(result.OutputErrors);
        if (_failed.Count > 0)
            errors[Name] = Failure;
        return errors;
    }

    private void Try(string file, Action write)
    {
        if (_failed.ContainsKey(file))
            return;
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _failed.Add(file, error);
        }
    }
}
