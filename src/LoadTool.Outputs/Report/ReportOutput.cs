using LoadTool.Outputs.Files;

namespace LoadTool.Outputs.Report;

/// <summary>Collects a run in bounded memory while it goes on, and writes it as one page that opens anywhere.</summary>
/// <param name="path">The page; null to collect only.</param>
/// <param name="started">What started the run; null when nobody knows.</param>
/// <param name="stored">A folder whose <c>summary.json</c> and <c>environment.json</c> are the run's, because it took place earlier; null for a run of now.</param>
internal sealed class ReportOutput(string? path, RunEnvironment? started = null, string? stored = null) : IOutput
{
    /// <summary>The page's name in a folder of results.</summary>
    internal const string FileName = "report.html";

    private byte[]? _environment;

    /// <inheritdoc/>
    public string Name => "report";

    /// <summary>The run over time, so far.</summary>
    internal ReportSeries Series { get; } = new();

    /// <summary>What the latest interval changed of it.</summary>
    internal SeriesChange LatestChange { get; private set; }

    /// <summary>All of it; null until it has ended.</summary>
    internal ReportRun? Finished { get; private set; }

    /// <inheritdoc/>
    public void Start(RunInfo run) => _environment = Stored("environment.json") ?? (stored is null ? JsonFile.Bytes(json => EnvironmentFile.Write(json, run, started)) : null);

    /// <inheritdoc/>
    public void Write(Snapshot snapshot) => LatestChange = Series.Add(snapshot);

    /// <inheritdoc/>
    /// <exception cref="IOException">The page could not be written, or cannot be made.</exception>
    public void Finish(RunResult result)
    {
        byte[] summary = Stored("summary.json") ?? JsonFile.Bytes(json => new SummaryFile(result, result.OutputErrors, json).Write());
        Finished = ReportRun.Of(result, Series, summary, _environment, started?.Source);
        if (path is not null)
            ReportPage.Write(path, [Finished]);
    }

    private byte[]? Stored(string name) =>
        stored is not null && Path.Combine(stored, name) is var file && File.Exists(file) ? File.ReadAllBytes(file) : null;
}
