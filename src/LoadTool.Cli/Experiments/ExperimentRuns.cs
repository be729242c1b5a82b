using LoadTool.Analysis.Experiments;
using LoadTool.Analysis.Gates;
using LoadTool.Analysis.Histories;
using LoadTool.Analysis.Runs;
using LoadTool.Analysis.Statistics;
using LoadTool.Cli.Commands;
using LoadTool.Outputs;

namespace LoadTool.Cli.Experiments;

/// <summary>Stored runs, put side by side.</summary>
/// <param name="Title">What is compared.</param>
/// <param name="Results">One for each variant but the first.</param>
/// <param name="Method">How it was measured.</param>
/// <param name="Remarks">What a reader should know of these runs.</param>
internal sealed record ExperimentRuns(string Title, IReadOnlyList<ExperimentResult> Results, IReadOnlyList<string> Method, IReadOnlyList<string> Remarks)
{
    /// <summary>The whole blocks of an experiment.</summary>
    /// <param name="folder">Where it lies.</param>
    /// <param name="minEffect">Null for the experiment's own.</param>
    /// <param name="isForced">Whether runs in doubt count too.</param>
    /// <exception cref="IOException">It is damaged.</exception>
    internal static ExperimentRuns OfExperiment(string folder, double? minEffect, bool isForced)
    {
        ExperimentPlan plan = ExperimentFile.Read(folder);
        List<string> remarks = [];
        List<JudgedRun[]> blocks = [];
        for (int block = 0; block < plan.Blocks.Count; block++)
        {
            string[] folders = [.. plan.Values.Select((_, value) => Path.Combine(folder, ExperimentPlan.FolderOf(block, value)))];
            if (!folders.All(IsResult))
                continue;
            JudgedRun[] runs = [.. folders.Select(JudgedRun.Read)];
            if (runs.FirstOrDefault(run => run.Doubt is not null) is { } doubtful)
            {
                remarks.Add($"block {block + 1} {(isForced ? "counts although" : "does not count, because")} {doubtful.Label} {doubtful.Doubt}");
                if (!isForced)
                    continue;
            }

            blocks.Add(runs);
        }

        if (blocks.Count < plan.Blocks.Count)
            remarks.Add($"{blocks.Count} of {plan.Blocks.Count} blocks count");
        if (blocks.Count < PairedDifference.LeastBlocks)
            remarks.Add($"{GateText.Count(blocks.Count, "block")} cannot tell what blocks scatter by: it takes {PairedDifference.LeastBlocks}");
        remarks.AddRange(Notes(blocks.SelectMany(runs => runs)));
        double matters = minEffect ?? plan.MinEffect;
        return new ExperimentRuns(
            $"{Path.GetFileName(plan.Script)}: {plan.Name} varied",
            [.. Enumerable.Range(1, plan.Values.Count - 1).Select(value => new ExperimentResult(
                plan.Variant(0), plan.Variant(value), Comparisons.Paired([.. blocks.Select(runs => runs[0])], [.. blocks.Select(runs => runs[value])], matters, plan.Seed)))],
            [$"{GateText.Count(blocks.Count, "block")}, each with a run of every variant against one target, in an order drawn by seed {plan.Seed}; differences are within blocks, and their intervals by a bootstrap over blocks."],
            remarks);
    }

    /// <summary>Two sets of runs that were made at different times.</summary>
    /// <exception cref="IOException">A run is damaged.</exception>
    /// <exception cref="UsageException">A folder holds no results.</exception>
    internal static ExperimentRuns OfFolders(string one, string other, double minEffect, bool isForced, out string? objection)
    {
        JudgedRun[] bases = Read(one), news = Read(other);
        string[] objections = [.. Objections(bases, news)];
        objection = objections.FirstOrDefault();
        string[] alone = bases.Length == 1 && news.Length == 1 ? ["one run on each side cannot tell what runs scatter by: give folders of several"] : [];
        string[] differences = [.. news.SelectMany(run => JudgedRun.Differences(bases[0], run)).Distinct()];
        return new ExperimentRuns(
            $"{NameOf(other)} against {NameOf(one)}",
            objection is not null && !isForced ? [] : [new ExperimentResult(NameOf(one), NameOf(other), Comparisons.Unpaired(bases, news, minEffect))],
            [
                $"{GateText.Count(bases.Length, "run")} against {GateText.Count(news.Length, "run")}, by Student's t over runs. What else changed between them is in the differences: `loadtool compare SCRIPT --vary` takes turns instead.",
            ],
            [.. alone, .. objections.Select(text => $"forced, although {text}"), .. differences.Select(difference => $"not equal in {difference}"), .. Notes([.. bases, .. news])]);
    }

    private static IEnumerable<string> Objections(JudgedRun[] bases, JudgedRun[] news) =>
    [
        .. bases.Skip(1).Concat(news).SelectMany(run => JudgedRun.Conflicts(bases[0], run)).Distinct(),
        .. Twice([.. bases, .. news]),
        .. bases.Concat(news).Where(run => run.Doubt is not null).Select(run => $"{run.Label} {run.Doubt}"),
    ];

    /// <summary>Copies of a run are no runs of their own: they do not scatter, and would make every interval too narrow.</summary>
    private static IEnumerable<string> Twice(JudgedRun[] runs)
    {
        RunDigest[] digests = [.. runs.Select(RunDigests.Of)];
        return digests.Index().Where(later => digests[..later.Index].Any(later.Item.IsOf)).Select(later => $"{later.Item.Label} is there twice").Distinct();
    }

    private static IEnumerable<string> Notes(IEnumerable<JudgedRun> runs) =>
        runs.Where(run => run.Note is not null).GroupBy(run => run.Note!).Select(same => $"{string.Join(", ", same.Take(3).Select(run => run.Label))}{(same.Count() > 3 ? $" and {same.Count() - 3} more" : "")} {same.Key}").Take(5);

    private static JudgedRun[] Read(string folder)
    {
        if (IsResult(folder))
            return [JudgedRun.Read(folder)];
        string[] inside = Directory.Exists(folder) ? [.. Directory.GetDirectories(folder).Where(IsResult).Order(StringComparer.Ordinal)] : [];
        return inside.Length > 0
            ? [.. inside.Select(JudgedRun.Read)]
            : throw new UsageException($"{VisibleText.OneLine(folder)} is neither a script nor a folder of results, nor one of such folders");
    }

    private static string NameOf(string folder) => VisibleText.OneLine(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), 100);

    private static bool IsResult(string folder) => File.Exists(Path.Combine(folder, FilesOutput.LinesName));
}
