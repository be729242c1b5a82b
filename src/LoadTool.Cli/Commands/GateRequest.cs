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
        RunDigest[] news = [.. News.Select(GateRuns.Read)];
        IReadOnlyList<RunDigest>? known = History is null ? null : HistoryPlace.Read(History);
        IReadOnlyList<RunDigest> bases = GateRuns.Baseline(Baseline, news, known, Settings.IsForced, notes);
        RequireFigures([.. news, .. bases]);
        GateJudgement gate = Gate.Judge(news, bases, Settings);
        RunDigest[] history =
        [
            .. (known ?? bases).Where(run => !news.Any(run.IsOf) && !RunSetup.Conflicts(news[0].Setup, run.Setup).Any()).Concat(news).OrderBy(run => run.StartedAt),
        ];
        return (gate with { Notes = [.. gate.Notes, .. notes] }, history, FigureChanges.Of(history, Settings));
    }

    /// <summary>A rule that fits nothing was meant to fit something.</summary>
    private void RequireFigures(RunDigest[] runs)
    {
        FigureName[] names = [.. runs.SelectMany(run => run.Figures).Select(figure => figure.Name).Distinct()];
        foreach (GateRule rule in Settings.Rules)
        {
            if (!names.Any(rule.Matches))
                throw new UsageException($"{rule.Origin}: no figure is called {rule.Pattern}{Nearest.Hint(rule.Pattern, names.Select(name => name.ToString()))}");
        }
    }
}
