using LoadTool.Analysis.Runs;

namespace LoadTool.Analysis.Histories;

/// <summary>Makes digests of stored runs.</summary>
internal static class RunDigests
{
    /// <summary>The digest of a run.</summary>
    internal static RunDigest Of(JudgedRun run)
    {
        bool hasSteps = run.Result.Steps.Count > 0;
        HashSet<string> steps = [.. FigureReader.Places(run.Info, run.Result.Steps, hasSteps ? [] : run.Result.Iterations).Select(place => place.Place)];
        return new RunDigest(run.Label, run.Info.StartedAt, run.Setup, run.Doubt, run.Note, [.. run.Figures.Select(figure => Of(run, figure, steps))]);
    }

    private static DigestFigure Of(JudgedRun run, Figure figure, HashSet<string> steps)
    {
        string place = figure.Name.Place;
        double variance = figure.Name.Kind switch
        {
            FigureKind.Latency => OpenVariance.OfPercentile(run.Latency(place)!, figure.Name.Percentile),
            FigureKind.Errors => OpenVariance.OfShare([.. run.Seconds.Select(second => second.Steps.GetValueOrDefault(place)).Select(step => (step.Failed, step.Failed + step.Ok))]),
            FigureKind.Rate or FigureKind.Messages => OpenVariance.OfRate(figure.Samples),
            _ => OpenVariance.OfResolution,
        };
        return new DigestFigure(figure.Name, figure.Value, figure.Samples, variance, steps.Contains(place));
    }
}
