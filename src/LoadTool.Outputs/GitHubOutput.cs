using LoadTool.Outputs.Files;

namespace LoadTool.Outputs;

/// <summary>Tells GitHub Actions of a run: its summary on the page of the workflow's run, and an annotation for each thing that went wrong.</summary>
internal sealed class GitHubOutput : IOutput
{
    private readonly GitHubStep _step;

    /// <param name="step">The step that the run is told to.</param>
    internal GitHubOutput(GitHubStep step) => _step = step;

    /// <inheritdoc/>
    public string Name => "github";

    /// <summary>The output where a workflow runs this process; null elsewhere.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="commands">Where annotations go.</param>
    internal static GitHubOutput? Detect(Func<string, string?> variable, TextWriter commands) =>
        GitHubStep.Detect(variable, commands) is { } step ? new GitHubOutput(step) : null;

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
        _step.Summarize(new[] { true, false }.Select(withDetails => SummaryText.Of(result, withDetails)));
    }

    private void Annotate(RunResult result)
    {
        if (result.Incomplete is { } incomplete)
            _step.Annotate("error", "LoadTool: not finished", incomplete);
        if (RunVerdict.NothingWorked(result))
            _step.Annotate("error", "LoadTool: nothing worked", $"no iteration of {result.Run.Name} succeeded{(result.Failures is [var most, ..] ? $": {most.Key.Status} ({most.Key.Detail})" : "")}");
        foreach (ThresholdResult threshold in result.Thresholds.Where(threshold => threshold.IsCrossed))
            _step.Annotate("error", "LoadTool: threshold crossed", $"{threshold.Text} of scenario {threshold.Scenario} ({Terminal.Units.Of(threshold)})");
        foreach (TrustReason reason in result.Trust?.Reasons.Where(reason => reason.Verdict > TrustVerdict.Trusted) ?? [])
            _step.Annotate(reason.Verdict == TrustVerdict.Invalid ? "error" : "warning", $"LoadTool: generator {reason.Verdict.ToString().ToLowerInvariant()}", $"{reason.Finding}; {reason.Remedy}");
        foreach ((string output, string error) in result.OutputErrors)
            _step.Annotate("warning", "LoadTool: data lost", $"{output}: {error}");
    }
}
