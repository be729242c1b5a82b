using LoadTool.Analysis.Runs;
using LoadTool.Metrics;

namespace LoadTool.Analysis.Histories;

/// <summary>Makes digests of stored runs.</summary>
internal static class RunDigests
{
    /// <summary>The digest of a run.</summary>
    internal static RunDigest Of(JudgedRun run)
    {
        Dictionary<string, StepFigures> places = FigureReader.Places(run.Info, run.Result.Steps, run.Result.Iterations).ToDictionary(place => place.Place, place => place.Step);
        HashSet<string> steps = [.. FigureReader.Places(run.Info, run.Result.Steps.Count > 0 ? run.Result.Steps : [], run.Result.Steps.Count > 0 ? [] : run.Result.Iterations).Select(place => place.Place)];
        return new RunDigest(run.Label, run.Info.StartedAt, run.Setup, run.Doubt, run.Note, [.. run.Figures.Select(figure => Of(run, figure, places, steps))]);
    }

    private static DigestFigure Of(JudgedRun run, Figure figure, Dictionary<string, StepFigures> places, HashSet<string> steps)
    {
        string place = figure.Name.Place;
        double variance = figure.Name.Kind switch
        {
            FigureKind.Latency => OpenVariance.OfPercentile(LatencyOf(run, place, places), figure.Name.Percentile),
            FigureKind.Errors => OpenVariance.OfShare([.. run.Seconds.Select(second => second.Steps.GetValueOrDefault(place)).Select(step => (step.Failed, step.Failed + step.Ok))]),
            FigureKind.Rate or FigureKind.Messages => OpenVariance.OfRate(figure.Samples),
            _ => OpenVariance.OfResolution,
        };
        return new DigestFigure(figure.Name, figure.Value, figure.Samples, variance, steps.Contains(place));
    }

    private static Histogram LatencyOf(JudgedRun run, string place, Dictionary<string, StepFigures> places) => places.TryGetValue(place, out StepFigures? step)
        ? step.Latency
        : run.Result.Connect.Phases.First(phase => FigureReader.PhaseName(phase.Name) == place).Duration;
}
