using System.Text.Json;
using LoadTool.Analysis.Runs;
using LoadTool.Outputs;
using LoadTool.Outputs.Stored;

namespace LoadTool.Analysis.Histories;

/// <summary>Makes a digest of what <c>summary.json</c> says of a run, where its files are not at hand.</summary>
/// <param name="summary">What it holds.</param>
/// <param name="blocksOf">Failures and attempts of a scenario's step, interval by interval.</param>
internal sealed class SummaryDigest(JsonElement summary, Func<string, string, IReadOnlyList<(long Failed, long Attempts)>> blocksOf)
{
    /// <summary>Percentiles that it has, with their names in it.</summary>
    private static readonly (double Percentile, string Name)[] Percentiles = [(50, "p50"), (95, "p95"), (99, "p99"), (99.9, "p999")];

    private readonly double _seconds = summary.GetProperty("duration_seconds").GetDouble();

    /// <summary>The digest.</summary>
    /// <param name="label">What people call the run.</param>
    /// <param name="startedAt">When its load began.</param>
    /// <param name="setup">Which test it was; null where nobody kept it.</param>
    internal RunDigest Of(string label, DateTimeOffset startedAt, RunSetup? setup = null)
    {
        JsonElement[] scenarios = [.. summary.Each("scenarios")];
        bool hasSteps = scenarios.Any(scenario => scenario.Each("steps").Any());
        List<DigestFigure> figures = [];
        foreach (JsonElement scenario in scenarios)
        {
            string name = scenario.Text("name"), before = scenarios.Length > 1 ? $"{name} / " : "";
            foreach (JsonElement step in scenario.Each("steps"))
                Add(figures, before + step.Text("name"), step, blocksOf(name, step.Text("name")), isJudged: true);
            Add(figures, $"{before}iterations", scenario.GetProperty("iterations"), [], isJudged: !hasSteps);
        }

        setup ??= new RunSetup(
            summary.Text("name"), summary.Count("seed"), Script: null, ScriptHash: null, Arguments: null, Load: null,
            new Dictionary<string, string> { ["engine"] = summary.Text("engine"), ["loops"] = $"{summary.Count("loops")}" });
        string? note = summary.Find("trust")?.Text("verdict") == "degraded" ? $"is degraded{Finding()}" : null;
        return new RunDigest(label, startedAt, setup, Doubt(figures), note, figures);
    }

    private void Add(List<DigestFigure> figures, string place, JsonElement step, IReadOnlyList<(long Failed, long Attempts)> blocks, bool isJudged)
    {
        JsonElement latency = step.GetProperty("latency");
        long ok = step.Counted("ok"), failed = step.Counted("fail");
        if (ok > 0)
        {
            // Of the values themselves nothing is left: what runs scatter by has to do.
            foreach ((double percentile, string name) in Percentiles)
                figures.Add(new DigestFigure(new FigureName(place, FigureKind.Latency, percentile), latency.GetProperty(name).GetDouble(), latency.Count("count"), OpenVariance.OfResolution, isJudged));
        }

        if (ok + failed == 0)
            return;
        if (_seconds > 0)
            figures.Add(new DigestFigure(new FigureName(place, FigureKind.Rate), ok / _seconds, ok, OpenVariance.OfRate(ok), isJudged));
        figures.Add(new DigestFigure(
            new FigureName(place, FigureKind.Errors), (double)failed / (ok + failed), ok + failed, OpenVariance.OfShare(blocks.Count > 0 ? blocks : [(failed, ok + failed)]), isJudged));
    }

    private string? Doubt(List<DigestFigure> figures)
    {
        string? verdict = summary.Find("trust")?.Text("verdict");
        if (!summary.GetProperty("complete").GetBoolean())
            return "was cut short";
        if (summary.GetProperty("stopped_from_outside").GetBoolean())
            return "was stopped before its plan had ended";
        if (summary.Each("thresholds").Any(threshold => threshold.Find("aborted_at_seconds") is not null))
            return "was aborted by a threshold";
        if (summary.Each("load_changes").Any())
            return "had its load changed by hand";
        return verdict switch
        {
            null => "has no verdict on its generator",
            "invalid" => $"is not trusted{Finding()}",
            _ => figures.Any(figure => figure.Name.Kind == FigureKind.Rate && figure.Value > 0) ? null : "has no success",
        };
    }

    private string Finding() => summary.GetProperty("trust").Each("reasons").Select(reason => $": {VisibleText.OneLine(reason.Text("finding"), 200)}").FirstOrDefault("");
}
