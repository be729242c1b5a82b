using System.Globalization;
using LoadTool.Analysis.Documents;
using LoadTool.Analysis.Histories;
using LoadTool.Analysis.Runs;

namespace LoadTool.Analysis.Gates;

/// <summary>A gate's answer for people.</summary>
internal static class GateDocument
{
    private static readonly TableColumn[] Columns =
    [
        new("figure"), new("baseline", IsNumber: true), new("new", IsNumber: true), new("change", IsNumber: true), new("95 % interval", IsNumber: true), new("matters", IsNumber: true), new("verdict"),
    ];

    /// <summary>The document.</summary>
    /// <param name="gate">The answer.</param>
    /// <param name="history">The runs before, the oldest first, new ones at the end; fewer than two for none.</param>
    /// <param name="changes">Where their figures changed.</param>
    internal static Document Of(GateJudgement gate, IReadOnlyList<RunDigest> history, IReadOnlyList<FigureChange> changes)
    {
        string name = gate.News.Concat(gate.Bases).FirstOrDefault()?.Setup.Name ?? "no runs";
        return new Document(
            $"Gate: {name}", GateText.Sentence(gate), ToneOf(gate.Verdict),
            [
                .. Objections(gate),
                new Table(Columns, [.. gate.Figures.Select(Row)]),
                new Bullets([.. Reasons(gate), .. gate.Notes]),
                .. HistoryDocument.Changes(changes),
                new Paragraph(Compared(gate)),
                .. HistoryDocument.Charts(history, changes, gate.Settings),
            ]);
    }

    private static IEnumerable<DocumentPart> Objections(GateJudgement gate)
    {
        if (gate.Objections.Count == 0)
            return [];
        string heading = gate.Figures.Count > 0 ? "Forced: these runs should not be compared" : "These runs must not be compared";
        return [new Heading(heading), new Bullets(gate.Objections)];
    }

    /// <summary>What several figures share is said once.</summary>
    private static IEnumerable<string> Reasons(GateJudgement gate) => gate.Figures
        .Where(figure => GateText.Reason(figure) is not null)
        .GroupBy(figure => GateText.Reason(figure), (reason, figures) => $"{string.Join(", ", figures.Select(figure => figure.Name))}: {reason}");

    private static TableRow Row(FigureJudgement figure)
    {
        FigureKind kind = figure.Name.Kind;
        return new TableRow(
            [
                figure.Name.ToString(),
                figure.Base is { } before ? figure.Name.Text(before) : "",
                figure.New is { } after ? figure.Name.Text(after) : "",
                figure.Change is { } change ? GateText.Change(kind, change.Estimate) : figure is { Base: > 0 and { } from, New: { } to } ? GateText.Change(kind, kind == FigureKind.Errors ? to - from : to / from - 1) : "",
                figure.Change is { } interval ? GateText.Change(kind, interval) : "",
                GateText.Change(kind, figure.Rule.MinEffect!.Value).TrimStart('+'),
                GateText.Word(figure.Verdict),
            ],
            figure.Verdict switch
            {
                FigureVerdict.Worse or FigureVerdict.OverLimit or FigureVerdict.Missing => Tone.Bad,
                FigureVerdict.Better => Tone.Good,
                FigureVerdict.Unclear => Tone.Unclear,
                _ => Tone.Neutral,
            });
    }

    private static string Compared(GateJudgement gate)
    {
        string confidence = (gate.Settings.Confidence * 100).ToString("0.###", CultureInfo.InvariantCulture);
        return $"New: {GateText.Labels(gate.News)}. Baseline: {GateText.Labels(gate.Bases)}. A figure is worse when it surely is, with {confidence} % confidence over all figures together, and may be so by what matters; it is no worse when "
            + "its 95 % interval ends before what matters. Values are of a typical run: each run has its own from all that it measured, and their geometric mean is shown (of errors the mean). Percentiles and rates are "
            + "compared by their ratio, errors by points of percentage.";
    }

    private static Tone ToneOf(GateVerdict verdict) => verdict switch
    {
        GateVerdict.Pass or GateVerdict.Improvement => Tone.Good,
        GateVerdict.Regression => Tone.Bad,
        _ => Tone.Unclear,
    };
}
