using System.Globalization;
using LoadTool.Analysis.Documents;
using LoadTool.Analysis.Gates;
using LoadTool.Analysis.Runs;

namespace LoadTool.Analysis.Histories;

/// <summary>A history for people.</summary>
internal static class HistoryDocument
{
    /// <summary>More charts than these nobody looks at.</summary>
    private const int MostCharts = 24;

    private static readonly TableColumn[] RunColumns = [new("run"), new("of"), new("started"), new("figures", IsNumber: true), new("changed with it"), new("note")];

    /// <summary>The document of <c>history list</c>; charts are of the test that ran last.</summary>
    internal static Document Of(string folder, IReadOnlyList<RunDigest> runs, IReadOnlyList<FigureChange> changes, GateSettings settings)
    {
        RunDigest[] newest = [.. runs.Where(run => run.Setup.Test == runs[^1].Setup.Test)];
        string verdict = $"{GateText.Count(runs.Count, "run")}, {GateText.Count(runs.Count(run => run.Doubt is null), "usable run")}, {GateText.Count(changes.Count, "change")}";
        return new Document(
            $"History: {folder}", verdict, Tone.Neutral,
            [new Table(RunColumns, [.. runs.Select(run => Row(run, changes))]), .. Changes(changes), .. Charts(newest, changes, settings)]);
    }

    /// <summary>A table of changes; nothing without any.</summary>
    internal static IEnumerable<DocumentPart> Changes(IReadOnlyList<FigureChange> changes)
    {
        if (changes.Count == 0)
            yield break;
        yield return new Heading("What changed over the history");
        yield return new Table(
            [new("figure"), new("first run with it"), new("before", IsNumber: true), new("after", IsNumber: true), new("change", IsNumber: true)],
            [.. changes.Select(change => new TableRow(
                [change.Name.ToString(), change.First.Label, change.Name.Text(change.Before), change.Name.Text(change.After), GateText.Change(change.Name.Kind, Share(change))],
                change.Name.IsLowerBetter == change.After > change.Before ? Tone.Bad : Tone.Good))]);
    }

    /// <summary>A chart of each figure of one test, changes marked.</summary>
    internal static IEnumerable<DocumentPart> Charts(IReadOnlyList<RunDigest> runs, IReadOnlyList<FigureChange> changes, GateSettings settings)
    {
        RunDigest[] usable = [.. runs.Where(run => run.Doubt is null)];
        if (usable.Length < 2)
            yield break;
        string[] labels = [.. usable.Select(run => run.Label)];
        foreach (FigureName name in Gate.Names(usable, settings).Take(MostCharts))
        {
            ChartPoint[] points = [.. usable.Select((run, index) => (Figure: run.Find(name), index)).Where(point => point.Figure is not null).Select(point => new ChartPoint(point.index, point.Figure!.Value.Value))];
            ChartMark[] marks = [.. changes.Where(change => change.Name == name && usable.Contains(change.First)).Select(change => new ChartMark(Array.IndexOf(usable, change.First) - 0.5, GateText.Change(name.Kind, Share(change)), IsVertical: true))];
            yield return new Chart(
                $"{name} over the history", new ChartAxis("run", value => value.ToString("0", CultureInfo.InvariantCulture)) { Categories = labels }, new ChartAxis(name.ToString(), name.Text), [new ChartSeries(name.ToString(), points)], marks);
        }
    }

    private static double Share(FigureChange change) => change.Name.Kind == FigureKind.Errors ? change.After - change.Before : change.After / change.Before - 1;

    private static TableRow Row(RunDigest run, IReadOnlyList<FigureChange> changes)
    {
        string[] begun = [.. changes.Where(change => change.First == run).Select(change => $"{change.Name} {GateText.Change(change.Name.Kind, Share(change))}")];
        return new TableRow(
            [run.Label, run.Setup.Name, run.StartedAt.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), $"{run.Figures.Count}", string.Join(", ", begun), run.Doubt is { } doubt ? $"not used: it {doubt}" : run.Note ?? ""],
            run.Doubt is null ? Tone.Neutral : Tone.Unclear);
    }
}
