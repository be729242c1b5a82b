using LoadTool.Analysis.Histories;
using LoadTool.Analysis.Runs;
using LoadTool.Analysis.Statistics;

namespace LoadTool.Analysis.Gates;

/// <summary>Compares new runs with those before them, figure by figure, with one chance of a false alarm for all figures together.</summary>
internal static class Gate
{
    private const int MostValues = 4;

    /// <summary>What may explain a difference. Tags tell runs apart and targets on this machine get a new port each time, so that those say nothing.</summary>
    private static readonly string[] Options = ["engine", "loops"];

    /// <summary>Judges. Without a new run or without one to compare with, the verdict is not enough samples.</summary>
    internal static GateJudgement Judge(IReadOnlyList<RunDigest> news, IReadOnlyList<RunDigest> bases, GateSettings settings)
    {
        string[] objections = [.. Objections(news, bases)];
        if (objections.Length > 0 && !settings.IsForced)
            return new GateJudgement(GateVerdict.Invalid, news, bases, settings, [], objections);
        FigureQuestion[] questions = news.Count == 0 || bases.Count == 0
            ? []
            : [.. Names([.. news, .. bases], settings).Select(name => new FigureQuestion(name, settings.For(name), news, bases))];
        FigureQuestion[] asked = [.. questions.Where(question => question.IsAsked)];
        double[] worse = Holm.Adjust([.. asked.Select(question => question.ChanceOfWorse)]), better = Holm.Adjust([.. asked.Select(question => question.ChanceOfBetter)]);
        int next = 0;
        FigureJudgement[] figures = [.. questions.Select(question =>
        {
            int place = question.IsAsked ? next++ : -1;
            return question.Answer(place < 0 ? 1 : worse[place], place < 0 ? 1 : better[place], asked.Length);
        })];
        GateVerdict verdict = Sum(figures);
        string[] alone = verdict == GateVerdict.Regression && news.Count == 1 ? ["an odd run looks like a regression when it is the only new one: run it again"] : [];
        return new GateJudgement(verdict, news, bases, settings, figures, objections) { Notes = [.. alone, .. Notes(news, bases)] };
    }

    /// <summary>The figures that are judged, in the order of the runs: those of steps up to the 99th percentile, and those that a rule asks for.</summary>
    internal static IEnumerable<FigureName> Names(IReadOnlyList<RunDigest> runs, GateSettings settings) => runs
        .SelectMany(run => run.Figures)
        .Where(figure => (GateRule.IsUsual(figure) || settings.Rules.Any(rule => rule.AsksFor(figure))) && settings.For(figure.Name).IsIgnored == false)
        .Select(figure => figure.Name)
        .Distinct();

    private static IEnumerable<string> Objections(IReadOnlyList<RunDigest> news, IReadOnlyList<RunDigest> bases)
    {
        foreach (RunDigest run in news.Concat(bases).Where(run => run.Doubt is not null))
            yield return $"{run.Label} {run.Doubt}";
        if (news.Count == 0)
            yield break;
        IEnumerable<IGrouping<string, string>> conflicts = news.Skip(1).Concat(bases)
            .SelectMany(run => RunSetup.Conflicts(news[0].Setup, run.Setup).Select(conflict => (run.Label, Conflict: conflict)))
            .GroupBy(run => run.Conflict, run => run.Label);
        foreach (IGrouping<string, string> same in conflicts)
            yield return $"{news[0].Label} and {same.First()}{(same.Count() > 1 ? $" (and {GateText.Count(same.Count() - 1, "other run")})" : "")} are not the same test: {same.Key}";
    }

    private static IEnumerable<string> Notes(IReadOnlyList<RunDigest> news, IReadOnlyList<RunDigest> bases)
    {
        RunDigest[] runs = [.. news, .. bases];
        foreach (RunDigest run in runs.Where(run => run.Note is not null))
            yield return $"{run.Label} {run.Note}";
        foreach (IGrouping<string?, RunDigest> unknown in runs.Where(run => run.Setup.Unknown is not null).GroupBy(run => run.Setup.Unknown))
            yield return $"{GateText.Labels([.. unknown])}: {unknown.Key} not known, as of runs that an older version kept: that they are the same test is taken from their name";
        foreach (string option in Options)
        {
            string[] values = [.. runs.Select(run => run.Setup.Options.GetValueOrDefault(option)).OfType<string>().Distinct()];
            if (values.Length > 1)
                yield return $"runs differ in {option}: {string.Join(", ", values.Take(MostValues))}{(values.Length > MostValues ? " and others" : "")}";
        }
    }

    /// <summary>What is certain comes before what is missing, and that before what is unclear.</summary>
    private static GateVerdict Sum(FigureJudgement[] figures)
    {
        HashSet<FigureVerdict> verdicts = [.. figures.Select(figure => figure.Verdict)];
        if (verdicts.Contains(FigureVerdict.Worse) || verdicts.Contains(FigureVerdict.OverLimit))
            return GateVerdict.Regression;
        if (verdicts.Contains(FigureVerdict.Missing))
            return GateVerdict.Invalid;
        if (verdicts.Contains(FigureVerdict.Unclear) || !(verdicts.Contains(FigureVerdict.Holds) || verdicts.Contains(FigureVerdict.Better)))
            return GateVerdict.NotEnoughSamples;
        return verdicts.Contains(FigureVerdict.Better) ? GateVerdict.Improvement : GateVerdict.Pass;
    }
}
