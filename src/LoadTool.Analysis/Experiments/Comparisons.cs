using LoadTool.Analysis.Gates;
using LoadTool.Analysis.Histories;
using LoadTool.Analysis.Runs;
using LoadTool.Analysis.Statistics;
using LoadTool.Metrics;

namespace LoadTool.Analysis.Experiments;

/// <summary>Compares two sets of runs, figure by figure. Each interval is one of 95 % by itself.</summary>
internal static class Comparisons
{
    private const double Confidence = 0.95;

    /// <summary>Of n attempts without a failure, the 95 % interval of their share ends at three of n.</summary>
    private const double NoneSeen = 3;

    /// <summary>Two variants that ran in turn: what drifts from block to block meets both alike.</summary>
    /// <param name="bases">The first variant's run of each block.</param>
    /// <param name="news">The second's, of the same blocks.</param>
    /// <param name="minEffect">The size that matters, as a share; of errors <see cref="GateSettings.ErrorsMinEffect"/> of all attempts.</param>
    /// <param name="seed">Of the resampling.</param>
    internal static IReadOnlyList<FigureComparison> Paired(IReadOnlyList<JudgedRun> bases, IReadOnlyList<JudgedRun> news, double minEffect, long seed)
    {
        return Each(bases, news, minEffect, name => PairedDifference.Of([.. bases.Zip(news, (one, other) => Scaled(other, name) - Scaled(one, name))], Confidence, seed));
    }

    /// <summary>Two sets of runs at different times: what changed between them besides is in the difference.</summary>
    internal static IReadOnlyList<FigureComparison> Unpaired(IReadOnlyList<JudgedRun> bases, IReadOnlyList<JudgedRun> news, double minEffect)
    {
        Dictionary<JudgedRun, RunDigest> digests = bases.Concat(news).Distinct().ToDictionary(run => run, RunDigests.Of);
        return Each(bases, news, minEffect, name => BetweenRuns.Of([.. news.Select(run => Sample(run, name))], [.. bases.Select(run => Sample(run, name))])?.Interval(Confidence));

        RunSample Sample(JudgedRun run, FigureName name) => new(Scaled(run, name), digests[run].Find(name)!.Value.Variance);
    }

    private static IReadOnlyList<FigureComparison> Each(IReadOnlyList<JudgedRun> bases, IReadOnlyList<JudgedRun> news, double minEffect, Func<FigureName, Interval?> compare)
    {
        JudgedRun[] all = [.. bases, .. news];
        return [.. all.SelectMany(run => run.Figures).Select(figure => figure.Name).Where(IsCompared).Distinct().Select(name =>
        {
            double matters = name.Kind == FigureKind.Errors ? GateSettings.ErrorsMinEffect : minEffect;
            FigureComparison none = new(name, Together(bases, name), Together(news, name), null, Effect.NotEnoughSamples);
            if (all.FirstOrDefault(run => run.Find(name) is null) is { } lacking)
                return none with { Reason = $"{lacking.Label} has none" };
            if ((TooFew(bases, name, matters) ?? TooFew(news, name, matters)) is { } few)
                return none with { Reason = few };
            if (compare(name) is not { } difference)
                return none;
            Interval change = FigureScale.Change(name.Kind, difference);
            return none with { Change = change, Verdict = Effects.Of(change, matters, name.IsLowerBetter) };
        })];
    }

    /// <summary>Phases of connecting are parts of one figure, and too many to be asked about.</summary>
    private static bool IsCompared(FigureName name) => !name.Place.StartsWith("connect.", StringComparison.Ordinal);

    private static string? TooFew(IReadOnlyList<JudgedRun> runs, FigureName name, double matters)
    {
        Figure[] figures = [.. runs.Select(run => run.Find(name)!.Value)];
        long least = figures.Min(figure => figure.Samples), all = figures.Sum(figure => figure.Samples);
        if (name.Kind == FigureKind.Latency && least < name.LeastSamples)
            return $"{least:N0} values of a run are too few: {name.LeastSamples:N0} are needed";
        return name.Kind == FigureKind.Errors && figures.All(figure => figure.Value == 0) && NoneSeen / all > matters
            ? $"{all:N0} attempts without a failure do not exclude {name.Text(matters)}"
            : null;
    }

    private static double Scaled(JudgedRun run, FigureName name) => FigureScale.To(name.Kind, run.Find(name)!.Value.Value);

    /// <summary>All runs as one: percentiles of all their values, never a mean of percentiles.</summary>
    private static double? Together(IReadOnlyList<JudgedRun> runs, FigureName name)
    {
        if (runs.Any(run => run.Find(name) is null))
            return null;
        if (name.Kind == FigureKind.Errors)
            return runs.Sum(run => run.Find(name)!.Value.Value * run.Find(name)!.Value.Samples) / runs.Sum(run => run.Find(name)!.Value.Samples);
        if (name.Kind != FigureKind.Latency)
            return runs.Average(run => run.Find(name)!.Value.Value);
        Histogram all = new(StepRecorder.LowestNanoseconds, StepRecorder.HighestNanoseconds, StepRecorder.SignificantDigits, autoResize: true);
        foreach (JudgedRun run in runs)
            all.Add(run.Latency(name.Place)!);
        return all.ValueAtPercentile(name.Percentile) / 1e9;
    }
}
