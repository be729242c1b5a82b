using System.Globalization;
using System.Text;
using LoadTool.Metrics;
using LoadTool.Outputs.Terminal;

namespace LoadTool.Outputs.Files;

/// <summary>
/// <c>summary.md</c>: what a pull request needs to know of a run, in GitHub's Markdown. The verdict first, then what failed, then the table of steps; the rest is folded away.
/// </summary>
/// <remarks>Names and texts come from scripts and servers: they stand in code, where nothing is interpreted, mentioned or linked.</remarks>
internal sealed class SummaryText
{
    internal const string FileName = "summary.md";

    private const int MaxRows = 50;
    private const int MaxTextLength = 200;

    private readonly RunResult _result;
    private readonly StringBuilder _text = new();

    private SummaryText(RunResult result) => _result = result;

    /// <summary>The text.</summary>
    /// <param name="result">All of the run.</param>
    /// <param name="withDetails">False leaves out what is folded away.</param>
    internal static string Of(RunResult result, bool withDetails = true)
    {
        SummaryText text = new(result);
        text.AddVerdict();
        text.AddThresholds();
        text.AddFailures();
        text.AddSteps();
        if (withDetails)
            text.AddDetails();
        return text._text.ToString();
    }

    /// <summary>How a run went, in a few words: for the first line here, and for whoever has one line only.</summary>
    internal static string VerdictOf(RunResult result)
    {
        if (result.Incomplete is not null)
            return "not finished";
        int crossed = result.Thresholds.Count(threshold => threshold.IsCrossed);
        if (RunVerdict.NothingWorked(result))
            return "nothing worked";
        if (crossed > 0)
            return $"{crossed} of {result.Thresholds.Count} thresholds crossed";
        if (result.WasStopped)
            return "stopped from outside";
        return result.Thresholds.Count > 0 ? "all thresholds kept" : "ended as planned";
    }

    /// <summary>Text as code, in which neither Markdown nor HTML nor GitHub finds anything to interpret.</summary>
    internal static string Code(string text)
    {
        StringBuilder code = new("<code>");
        foreach (Rune rune in VisibleText.OneLine(text, MaxTextLength).EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || rune.Value is ' ' or ',' or '-' or '%' or '(' or ')')
                code.Append(rune.ToString());
            else
                code.Append(CultureInfo.InvariantCulture, $"&#{rune.Value};");
        }

        return code.Append("</code>").ToString();
    }

    private void AddVerdict()
    {
        bool isBad = _result.Incomplete is not null || RunVerdict.NothingWorked(_result) || _result.Thresholds.Any(threshold => threshold.IsCrossed);
        Line($"### {(isBad ? "❌" : "✅")} {Code(_result.Run.Name)}: {VerdictOf(_result)}");
        Line();
        if (_result.Incomplete is { } incomplete)
        {
            Line($"**Not complete:** {Code(incomplete)}");
            Line();
        }

        long failed = _result.Failures.Sum(failure => failure.Value);
        Line($"{Units.Count(_result.OkCount)} ok, {Units.Count(failed)} failed{(failed > 0 ? $" ({Units.Percent(failed, failed + _result.OkCount)})" : "")}, in {Units.Length(_result.Length)}"
            + $"{(_result.WasStopped ? "; stopped from outside" : "")}{(_result.AbortedBy is { } abort ? $"; aborted by {Code(abort.Text)}" : "")}.");
        Line();
        if (_result.Trust is { } trust)
            AddTrust(trust);
    }

    private void AddTrust(Trust trust)
    {
        Line($"Generator: **{trust.Verdict.ToString().ToLowerInvariant()}**{(trust.Verdict == TrustVerdict.Trusted ? "" : "; the figures below are not all the target's")}.");
        foreach (TrustReason reason in trust.Reasons.Where(reason => reason.Verdict > TrustVerdict.Trusted))
            Line($"- {reason.Verdict.ToString().ToLowerInvariant()}: {Code(reason.Finding)}; {Code(reason.Remedy)}");
        Line();
    }

    private void AddThresholds()
    {
        if (_result.Thresholds.Count == 0)
            return;
        Table(["", "threshold", "scenario", "value"], _result.Thresholds
            .OrderByDescending(threshold => threshold.IsCrossed)
            .Select(threshold => (string[])
                [threshold.IsCrossed ? "❌ crossed" : "✅ kept", Code(threshold.Text), Code(threshold.Scenario), $"{Code(Units.Of(threshold))}{(threshold.AbortedAt is { } at ? $", aborted the run at {Units.Clock(at)}" : "")}"]));
    }

    private void AddFailures()
    {
        if (_result.Failures.Count > 0)
            Table(["failed", "status", "cause"], _result.Failures.Select(failure => (string[])[Units.Count(failure.Value), Code(failure.Key.Status), Code(failure.Key.Detail)]));
        CheckFigures[] checks = [.. _result.Checks.Where(check => check.FailCount > 0)];
        if (checks.Length > 0)
            Table(["check", "did not hold", "held"], checks.Select(check => (string[])[Code(check.Check), Units.Count(check.FailCount), Units.Count(check.OkCount)]));
        foreach ((string output, string error) in _result.OutputErrors)
            Line($"**Output {Code(output)} lost data:** {Code(error)}");
        if (_result.OutputErrors.Count > 0)
            Line();
    }

    private void AddSteps() => Table(["step", "ok", "failed", "per second", "p50", "p95", "p99", "max"], _result.Steps.Select(step => (string[])
        [
            Code(_result.Iterations.Count > 1 ? $"{step.Scenario} / {step.Step}" : step.Step), Units.Count(step.OkCount), Units.Count(step.FailCount), Units.Rate(step.OkCount, _result.Length),
            .. Latencies(step.Latency),
        ]));

    private void AddDetails()
    {
        Line("<details><summary>Details</summary>");
        Line();
        Line("Latencies above count from the moment a step was due; from when it really began:");
        Line();
        Table(["step", "p50", "p95", "p99", "max"], _result.Steps.Select(step => (string[])[Code($"{step.Scenario} / {step.Step}"), .. Latencies(step.LatencyUncorrected)]));
        if (_result.Connect.Phases.Count > 0)
            Table(["connecting", "count", "p50", "p95", "p99", "max"], _result.Connect.Phases.Select(phase => (string[])[Code(phase.Name), Units.Count(phase.Duration.TotalCount), .. Latencies(phase.Duration)]));
        if (_result.CloseCodes.Count > 0)
            Table(["close code received", "count"], _result.CloseCodes.OrderBy(code => code.Key).Select(code => (string[])[code.Key.ToString(CultureInfo.InvariantCulture), Units.Count(code.Value)]));
        Line($"- started {Timestamp.Of(_result.Run.StartedAt)}, seed {_result.Run.Options.Seed}, target {Code(PublicUri.Of(_result.Run.Options.Target))}");
        Line($"- {Units.Count(_result.Traffic.MessagesSent)} messages sent, {Units.Count(_result.Traffic.MessagesReceived)} received");
        Line($"- LoadTool {Code(ToolVersion.Text)}");
        Line();
        Line("</details>");
    }

    private static string[] Latencies(Histogram histogram) => histogram.TotalCount == 0
        ? ["–", "–", "–", "–"]
        : [Units.Duration(histogram.ValueAtPercentile(50)), Units.Duration(histogram.ValueAtPercentile(95)), Units.Duration(histogram.ValueAtPercentile(99)), Units.Duration(histogram.Max)];

    private void Table(string[] head, IEnumerable<string[]> rows)
    {
        string[][] all = [.. rows];
        if (all.Length == 0)
            return;
        Line($"| {string.Join(" | ", head)} |");
        Line($"|{string.Concat(head.Select(_ => " --- |"))}");
        foreach (string[] row in all.Take(MaxRows))
            Line($"| {string.Join(" | ", row)} |");
        Line();
        if (all.Length <= MaxRows)
            return;
        Line($"({all.Length - MaxRows} further rows: see <code>summary.json</code>)");
        Line();
    }

    private void Line(string line = "") => _text.Append(line).Append('\n');
}
