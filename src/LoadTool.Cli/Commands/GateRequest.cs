using LoadTool.Analysis.Gates;
using LoadTool.Analysis.Histories;
using LoadTool.Analysis.Runs;

namespace LoadTool.Cli.Commands;

/// <summary>What a gate was asked.</summary>
/// <param name="News">Results folders.</param>
/// <param name="Baseline">What they are compared with.</param>
/// <param name="History">Where runs before are kept; null for nowhere.</param>
/// <param name="Settings">How.</param>
internal sealed record GateRequest(IReadOnlyList<string> News, IReadOnlyList<string> Baseline, string? History, GateSettings Settings)
{
    /// <summary>Reads the runs and judges.</summary>
    /// <returns>The answer, the runs before with the new ones at their end, and where their figures changed.</returns>
    /// <exception cref="UsageException">A name is of no run, a rule of no figure.</exception>
    /// <exception cref="IOException">A run cannot be read.</exception>
    internal (GateJudgement Gate, IReadOnlyList<RunDigest> History, IReadOnlyList<FigureChange> Changes) Judge()
    {
        List<string> notes = [];
        if (History is not null && HistoryPlace.MissingOrNull(History) is { } missing)
            notes.Add($"the history {missing}");
        RunDigest[] news = [.. News.Select(GateRuns.Read)];
        IReadOnlyList<RunDigest>? known = History is null ? null : HistoryPlace.Read(History);
        IReadOnlyList<RunDigest> bases = GateRuns.Baseline(Baseline, news, known, Settings.IsForced, notes);
        RequireOnce([.. news, .. bases]);
        GateJudgement gate = Gate.Judge(news, bases, Settings);
        if (gate.Objections.Count == 0 || Settings.IsForced)
            RequireFigures([.. news, .. bases]);
        RunDigest[] history =
        [
            .. (known ?? bases).Where(run => !news.Any(run.IsOf) && !RunSetup.Conflicts(news[0].Setup, run.Setup).Any()).Concat(news).OrderBy(run => run.StartedAt),
        ];
        IReadOnlyList<FigureChange> changes = FigureChanges.Of(history, Settings);
        return (gate with { Notes = [.. gate.Notes, .. notes, .. Mixed(bases, changes)] }, history, changes);
    }

    /// <summary>A baseline of two levels scatters by more than either of them.</summary>
    private static IEnumerable<string> Mixed(IReadOnlyList<RunDigest> bases, IReadOnlyList<FigureChange> changes) => changes
        .Where(change => bases.Skip(1).Any(run => run.IsOf(change.First)))
        .GroupBy(change => change.First.Label, (label, begun) => $"the baseline has runs from before and after {label}, where {string.Join(", ", begun.Select(change => change.Name))} changed: a shorter one tells more");

    /// <summary>A run that counts twice would make chance look smaller than it is.</summary>
    private static void RequireOnce(RunDigest[] runs)
    {
        for (int index = 0; index < runs.Length; index++)
        {
            if (runs[..index].FirstOrDefault(runs[index].IsOf) is { } same)
                throw new UsageException($"{runs[index].Label} and {same.Label} are one run: give it once");
        }
    }

    /// <summary>A rule that fits nothing was meant to fit something, and so was its limit.</summary>
    private void RequireFigures(RunDigest[] runs)
    {
        FigureName[] names = [.. runs.SelectMany(run => run.Figures).Select(figure => figure.Name).Distinct()];
        foreach (GateRule rule in Settings.Rules)
        {
            if (!names.Any(rule.Matches))
                throw new UsageException($"{rule.Origin}: no figure is called {rule.Pattern}{Nearest.Hint(rule.Pattern, names.Select(name => name.ToString()))}");
            if (rule.Limit is { } limit && !names.Any(name => rule.Matches(name) && limit.IsOf(name.Kind)))
                throw new UsageException($"{rule.Origin}: the limit of {rule.Pattern} is in the unit of none of its figures: percentiles and cpu take a duration such as 20ms, rates and messages one such as 900/s, errors one such as 0.1%");
        }
    }
}
