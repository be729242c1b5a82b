using LoadTool.Analysis.Gates;
using LoadTool.Analysis.Runs;
using LoadTool.Analysis.Statistics;

namespace LoadTool.Analysis.Histories;

/// <summary>Finds where figures changed over a history.</summary>
internal static class FigureChanges
{
    /// <summary>The changes that matter, test by test and figure by figure, each figure's in order.</summary>
    /// <param name="runs">The oldest first; those in doubt are left out, and of each figure those that lack it, or have too few values for it.</param>
    /// <param name="settings">Which figures are judged, by what matters of them, and how sure a change must be over all of them.</param>
    internal static IReadOnlyList<FigureChange> Of(IReadOnlyList<RunDigest> runs, GateSettings settings)
    {
        IEnumerable<RunDigest[]> tests = runs.Where(run => run.Doubt is null).GroupBy(run => run.Setup.Test).Select(test => test.ToArray());
        return [.. tests.SelectMany(test => OfTest(test, settings))];
    }

    private static IEnumerable<FigureChange> OfTest(RunDigest[] runs, GateSettings settings)
    {
        FigureName[] names = [.. Gate.Names(runs, settings)];
        return names.SelectMany(name => Of(runs, name, settings.For(name), names.Length));
    }

    private static IEnumerable<FigureChange> Of(RunDigest[] runs, FigureName name, GateRule rule, int figures)
    {
        (RunDigest Run, double Value)[] series = [.. runs.Where(run => run.Find(name) is { IsTooFew: false }).Select(run => (run, FigureScale.To(name.Kind, run.Find(name)!.Value.Value)))];
        double level = (1 - rule.Confidence!.Value) / figures, matters = FigureScale.Matters(name, rule.MinEffect!.Value);
        foreach (ChangePoint change in ChangePoints.Find([.. series.Select(point => point.Value)], level))
        {
            if (Math.Abs(change.After - change.Before) >= matters)
                yield return new FigureChange(name, series[change.Index].Run, FigureScale.From(name.Kind, change.Before), FigureScale.From(name.Kind, change.After), Math.Min(1, change.Chance * figures));
        }
    }
}
