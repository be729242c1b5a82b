using LoadTool.Metrics;

namespace LoadTool.Outputs.Files;

/// <summary>Every histogram of a snapshot that counted anything, with its tag in <c>run.hlog</c>. Keeps the tags, because names are encoded for them.</summary>
internal sealed class SnapshotHistograms
{
    private readonly Dictionary<(string, string?, string?, string?), (string Latency, string Uncorrected)> _tags = [];

    internal IEnumerable<(string Tag, Histogram Histogram)> Of(Snapshot snapshot) => All(snapshot).Where(tagged => tagged.Histogram.TotalCount > 0);

    private IEnumerable<(string Tag, Histogram Histogram)> All(Snapshot snapshot)
    {
        foreach (StepFigures step in snapshot.Steps)
        {
            (string latency, string uncorrected) = Tags((step.Scenario, step.Step, null, null), step, HistogramTag.OfStep);
            yield return (latency, step.Latency);
            yield return (uncorrected, step.LatencyUncorrected);
        }

        foreach (StepFigures iterations in snapshot.Iterations)
        {
            (string latency, string uncorrected) = Tags((iterations.Scenario, null, null, null), iterations, HistogramTag.OfIterations);
            yield return (latency, iterations.Latency);
            yield return (uncorrected, iterations.LatencyUncorrected);
        }

        foreach (TaggedFigures tagged in snapshot.Tagged)
        {
            (string latency, string uncorrected) = Tags((tagged.Figures.Scenario, tagged.Figures.Step, tagged.Tag, tagged.Value), tagged, HistogramTag.OfTagged);
            yield return (latency, tagged.Figures.Latency);
            yield return (uncorrected, tagged.Figures.LatencyUncorrected);
        }

        foreach (ConnectPhaseFigures phase in snapshot.Connect.Phases)
            yield return (HistogramTag.OfConnect(phase), phase.Duration);
        foreach (HistogramFigures metric in snapshot.Metrics.Histograms)
            yield return (HistogramTag.OfMetric(metric.Name), metric.Values);
        foreach (BroadcastFigures broadcast in snapshot.Metrics.Broadcasts)
        {
            yield return (HistogramTag.OfBroadcast(broadcast.Name, HistogramTag.First), broadcast.First);
            yield return (HistogramTag.OfBroadcast(broadcast.Name, HistogramTag.Median), broadcast.Median);
            yield return (HistogramTag.OfBroadcast(broadcast.Name, HistogramTag.Last), broadcast.Last);
            yield return (HistogramTag.OfBroadcast(broadcast.Name, HistogramTag.Deliveries), broadcast.Deliveries);
        }

        foreach (LoopFigures loop in snapshot.Loops)
        {
            yield return (HistogramTag.OfLoop(loop.Index, HistogramTag.Lag), loop.Lag);
            yield return (HistogramTag.OfLoop(loop.Index, HistogramTag.Lateness), loop.Lateness);
        }
    }

    /// <summary>Those that a run tells only when it has ended.</summary>
    internal static IEnumerable<(string Tag, Histogram Histogram)> OfEnd(RunResult result) =>
    [
        .. result.ConnectWaits.Select(waits => (HistogramTag.OfConnectWait(waits.Scenario), waits.Latency)),
        .. result.Reconnects.Select(reconnects => (HistogramTag.OfRecover(reconnects.Recover.Scenario), reconnects.Recover.Latency)),
        .. result.Storms.Select(storm => (HistogramTag.OfStorm(storm.Scenario, storm.Number), storm.Recover)),
        .. result.Trust?.Figures.Lags.Select(lags => (HistogramTag.OfLags(lags.Cause), lags.Lags)) ?? [],
    ];

    private (string Latency, string Uncorrected) Tags<T>((string, string?, string?, string?) key, T figures, Func<T, string> name)
    {
        if (!_tags.TryGetValue(key, out (string Latency, string Uncorrected) tags))
        {
            string tag = name(figures);
            _tags.Add(key, tags = (tag, HistogramTag.Uncorrected(tag)));
        }

        return tags;
    }
}
