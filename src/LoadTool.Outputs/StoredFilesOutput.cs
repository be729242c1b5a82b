using LoadTool.Outputs.Files;

namespace LoadTool.Outputs;

/// <summary>Writes into a stored run's folder what is missing there: of one that was killed all that is made of its whole, of a finished one what was lost or is new.</summary>
internal sealed class StoredFilesOutput : IOutput, IDisposable
{
    private readonly string _folder;
    private readonly bool _isFinished;
    private readonly List<string> _written = [];
    private readonly TimeSeriesFile _series = new();
    private AppendedFile? _seriesFile;

    /// <param name="folder">The results folder.</param>
    /// <param name="isFinished">Whether what is there is right: of a run that was killed it may be of an earlier look at it, or cut off.</param>
    internal StoredFilesOutput(string folder, bool isFinished) => (_folder, _isFinished) = (folder, isFinished);

    /// <inheritdoc/>
    public string Name => "files";

    /// <summary>The files written, by name.</summary>
    internal IReadOnlyList<string> Written => _written;

    /// <inheritdoc/>
    public void Start(RunInfo run)
    {
        if (!IsMissing(TimeSeriesFile.FileName))
            return;
        _seriesFile = new AppendedFile(Path.Combine(_folder, TimeSeriesFile.FileName));
        _seriesFile.Append(TimeSeriesFile.Header);
        _written.Add(TimeSeriesFile.FileName);
    }

    /// <inheritdoc/>
    public void Write(Snapshot snapshot) => _seriesFile?.Append(_series.Interval(snapshot));

    /// <inheritdoc/>
    public void Finish(RunResult result)
    {
        Dispose();
        foreach ((string name, Action<Stream> write) in EndFiles.Of(result))
            WriteMissing(name, write);
        WriteMissing(FilesOutput.SummaryName, stream => JsonFile.Write(stream, json => new SummaryFile(result, result.OutputErrors, json).Write()));
    }

    /// <summary>Closes what is open.</summary>
    public void Dispose() => _seriesFile?.Dispose();

    private bool IsMissing(string name) => !_isFinished || !File.Exists(Path.Combine(_folder, name));

    private void WriteMissing(string name, Action<Stream> write)
    {
        if (!IsMissing(name))
            return;
        WholeFile.Write(Path.Combine(_folder, name), write);
        _written.Add(name);
    }
}
