using LoadTool.Analysis.Documents;
using LoadTool.Analysis.Gates;
using LoadTool.Outputs;

namespace LoadTool.Cli.Commands;

/// <summary>Tells GitHub Actions of a gate: its answer on the page of the workflow's run, and an annotation for what made it so.</summary>
/// <param name="step">The step that it is told to.</param>
internal sealed class GateOnGitHub(GitHubStep step)
{
    /// <summary>What the page of a workflow's run shows of one step.</summary>
    private const int MostAnnotations = 10;

    /// <inheritdoc cref="GitHubStep.Detect"/>
    internal static GateOnGitHub? Detect(Func<string, string?> variable, TextWriter commands) => GitHubStep.Detect(variable, commands) is { } step ? new GateOnGitHub(step) : null;

    /// <exception cref="IOException">The summary could not be appended.</exception>
    internal void Tell(GateJudgement gate, Document document)
    {
        foreach (FigureJudgement figure in gate.Figures.Where(figure => figure.Verdict is FigureVerdict.Worse or FigureVerdict.OverLimit).Take(MostAnnotations))
            step.Annotate("error", "LoadTool gate: regression", GateText.Line(figure));
        if (gate.Verdict is GateVerdict.Invalid or GateVerdict.NotEnoughSamples)
            step.Annotate(gate.Verdict == GateVerdict.Invalid ? "error" : "warning", gate.Verdict == GateVerdict.Invalid ? "LoadTool gate: invalid" : "LoadTool gate: not enough samples", GateText.Sentence(gate));
        if (gate.Settings.IsForced && gate.Objections.Count > 0)
            step.Annotate("warning", "LoadTool gate: forced", gate.Objections[0]);
        step.Summarize(MarkdownText.Of(document), MarkdownText.Of(document with { Parts = [] }));
    }
}
