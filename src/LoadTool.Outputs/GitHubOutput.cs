using System.Text;
using LoadTool.Outputs.Files;

namespace LoadTool.Outputs;

/// <summary>Tells GitHub Actions of a run: its summary on the page of the workflow's run, and an annotation for each thing that went wrong.</summary>
internal sealed class GitHubOutput : IOutput
{
    /// <summary>What GitHub takes for one step, all writes to its file together.</summary>
    internal const int MaxSummaryBytes = 1024 * 1024;

    private readonly string? _summaryFile;
    private readonly TextWriter _commands;

    /// <param name="summaryFile">The file that the step's summary is gathered in; null for none.</param>
    /// <param name="commands">Where annotations go: the runner reads them from both standard streams.</param>
    internal GitHubOutput(string? summaryFile, TextWriter commands) => (_summaryFile, _commands) = (summaryFile, commands);

    /// <inheritdoc/>
    public string Name => "github";

    /// <summary>The output where a workflow runs this process; null elsewhere.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="commands">As for the constructor.</param>
    internal static GitHubOutput? Detect(Func<string, string?> variable, TextWriter commands) =>
        variable("GITHUB_ACTIONS") == "true" ? new GitHubOutput(variable("GITHUB_STEP_SUMMARY") is { Length: > 0 } file ? file : null, commands) : null;

    /// <inheritdoc/>
    public void Start(RunInfo run)
    {
    }

    /// <inheritdoc/>
    public void Write(Snapshot snapshot)
    {
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The summary could not be appended.</exception>
    public void Finish(RunResult result)
    {
        Annotate(result);
        if (_summaryFile is null)
            return;
        long room = MaxSummaryBytes - (File.Exists(_summaryFile) ? new FileInfo(_summaryFile).Length : 0);
        byte[]? text = new[] { true, false }.Select(withDetails => Encoding.UTF8.GetBytes(SummaryText.Of(result, withDetails) + "\n")).FirstOrDefault(text => text.Length <= room);
        if (text is null)
            throw new IOException($"the step's summary has no room left for this run: GitHub takes {MaxSummaryBytes / 1024} KB");
        using FileStream file = new(_summaryFile, FileMode.Append, FileAccess.Write);
        file.Write(text);
    }

    private void Annotate(RunResult result)
    {
        if (result.Incomplete is { } incomplete)
            Annotate("error", "LoadTool: not finished", incomplete);
        if (RunVerdict.NothingWorked(result))
            Annotate("error", "LoadTool: nothing worked", $"no iteration of {result.Run.Name} succeeded{(result.Failures is [var most, ..] ? $": {most.Key.Status} ({most.Key.Detail})" : "")}");
        foreach (ThresholdResult threshold in result.Thresholds.Where(threshold => threshold.IsCrossed))
            Annotate("error", "LoadTool: threshold crossed", $"{threshold.Text} of scenario {threshold.Scenario} ({Terminal.Units.Of(threshold)})");
        foreach (TrustReason reason in result.Trust?.Reasons.Where(reason => reason.Verdict > TrustVerdict.Trusted) ?? [])
            Annotate(reason.Verdict == TrustVerdict.Invalid ? "error" : "warning", $"LoadTool: generator {reason.Verdict.ToString().ToLowerInvariant()}", $"{reason.Finding}; {reason.Remedy}");
        foreach ((string output, string error) in result.OutputErrors)
            Annotate("warning", "LoadTool: data lost", $"{output}: {error}");
    }

    private void Annotate(string level, string title, string message) =>
        _commands.WriteLine($"::{level} title={Escape(title).Replace(":", "%3A").Replace(",", "%2C")}::{Escape(VisibleText.OneLine(message, 1000))}");

    private static string Escape(string text) => text.Replace("%", "%25").Replace("\r", "%0D").Replace("\n", "%0A");
}
