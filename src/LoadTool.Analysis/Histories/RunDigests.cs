using LoadTool.Analysis.Runs;
using LoadTool.Metrics;

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
        return new DigestFigure(figure.Name, figure.Value, figure.Samples, variance, steps.Contains(place), figure.Name.Kind == FigureKind.Latency ? BurstOf(run, figure.Name) : null);
    }

    /// <summary>Of steps; what connecting took is not kept second by second.</summary>
    private static Burst? BurstOf(JudgedRun run, FigureName name)
    {
        (RunSecond Second, PackedHistogram Latency)[] seconds = [.. run.Seconds
            .Select(second => (second, second.Steps.GetValueOrDefault(name.Place).Latency!))
            .Where(second => second.Item2 is not null)];
        if (seconds.Length == 0)
            return null;
        Histogram latency = run.Latency(name.Place)!;
        long value = latency.ValueAtPercentile(name.Percentile);
        (long Above, long Of)[] blocks = [.. seconds.Select(second => (second.Latency.CountAbove(value), second.Latency.TotalCount))];
        int worst = Enumerable.Range(0, blocks.Length).MaxBy(block => blocks[block].Above);
        return new Burst(
            OpenVariance.OfPercentile(latency, name.Percentile, OpenVariance.Excess(blocks)),
            (seconds[worst].Second.SinceStart - seconds[worst].Second.Length).TotalSeconds,
            (double)blocks[worst].Above / Math.Max(1, blocks.Sum(block => block.Above)));
    }
}
