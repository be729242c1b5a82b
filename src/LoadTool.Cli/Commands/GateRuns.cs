using LoadTool.Analysis.Gates;
using LoadTool.Analysis.Histories;
using LoadTool.Analysis.Runs;
using LoadTool.Outputs;

namespace LoadTool.Cli.Commands;

/// <summary>Finds the runs that a gate is asked about.</summary>
internal static class GateRuns
{
    private const string Last = "last:";

    /// <summary>The digest of the run in a results folder.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    /// <exception cref="IOException">It is damaged, or still going on.</exception>
    internal static RunDigest Read(string folder) => IsResult(folder)
        ? RunDigests.Of(JudgedRun.Read(folder))
        : throw new UsageException($"{VisibleText.OneLine(folder)} is no folder of results: there is no {FilesOutput.LinesName} in it");

    /// <summary>The runs of a baseline, the oldest first, without those that are judged.</summary>
    /// <param name="given">Results folders, folders of them or of a history, or <c>last:N</c>.</param>
    /// <param name="news">The runs that are judged.</param>
    /// <param name="history">The runs of <c>--history</c>, or null.</param>
    /// <param name="isForced">Whether runs in doubt are taken from a folder or a history, too.</param>
    /// <param name="notes">Is told which runs were left out.</param>
    /// <exception cref="UsageException">It names no runs.</exception>
    /// <exception cref="IOException">A run that was named is damaged.</exception>
    internal static IReadOnlyList<RunDigest> Baseline(IReadOnlyList<string> given, IReadOnlyList<RunDigest> news, IReadOnlyList<RunDigest>? history, bool isForced, List<string> notes)
    {
        List<RunDigest> runs = [];
        foreach (string name in given)
            runs.AddRange(Baseline(name, news, history, isForced, notes).Where(run => !runs.Any(run.IsOf)));
        return [.. runs.OrderBy(run => run.StartedAt)];
    }

    private static IEnumerable<RunDigest> Baseline(string name, IReadOnlyList<RunDigest> news, IReadOnlyList<RunDigest>? history, bool isForced, List<string> notes)
    {
        if (name.StartsWith(Last, StringComparison.Ordinal))
            return Usable("the history", news, history ?? throw new UsageException($"--baseline {name} counts runs of a history: name it with --history"), isForced, notes).TakeLast(Number(name));
        if (IsResult(name))
            return [Read(name)];
        if (History.IsOne(name))
            return Usable(name, news, History.Read(name).Runs, isForced, notes);
        string[] folders = Directory.Exists(name) ? [.. Directory.GetDirectories(name).Where(IsResult).Order(StringComparer.Ordinal)] : [];
        return folders.Length > 0
            ? Usable(name, news, [.. folders.Select(folder => Try(folder, notes)).OfType<RunDigest>().OrderBy(run => run.StartedAt)], isForced, notes)
            : throw new UsageException($"--baseline {VisibleText.OneLine(name)} is no results folder, no folder of such and no history; last:10 takes the last ten runs of --history");
    }

    /// <summary>
    /// Of many runs those that may be compared, and the new ones never with themselves. When all of them are in doubt or of another test, they are given nonetheless: the gate then says why it refuses them.
    /// </summary>
    private static RunDigest[] Usable(string where, IReadOnlyList<RunDigest> news, IReadOnlyList<RunDigest> runs, bool isForced, List<string> notes)
    {
        RunDigest[] others = [.. runs.Where(run => !news.Any(run.IsOf))];
        RunDigest[] sameTest = [.. others.Where(run => !RunSetup.Conflicts(news[0].Setup, run.Setup).Any())];
        RunDigest[] usable = [.. sameTest.Where(run => isForced || run.Doubt is null)];
        if (usable.Length == 0)
            return others;
        if (others.Length > sameTest.Length)
            notes.Add($"{where}: {GateText.Count(others.Length - sameTest.Length, "run")} of another script or load left out");
        if (sameTest.Length > usable.Length)
            notes.Add($"{where}: {GateText.Count(sameTest.Length - usable.Length, "run")} in doubt left out, such as {sameTest.First(run => run.Doubt is not null).Label}, which {sameTest.First(run => run.Doubt is not null).Doubt}");
        return usable;
    }

    private static RunDigest? Try(string folder, List<string> notes)
    {
        try
        {
            return Read(folder);
        }
        catch (IOException error)
        {
            notes.Add($"left out: {error.Message}");
            return null;
        }
    }

    private static int Number(string name) => int.TryParse(name[Last.Length..], out int number) && number > 0
        ? number
        : throw new UsageException($"--baseline {VisibleText.OneLine(name)} takes how many runs: write last:10");

    private static bool IsResult(string folder) => File.Exists(Path.Combine(folder, FilesOutput.LinesName));
}
