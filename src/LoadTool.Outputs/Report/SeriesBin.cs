using LoadTool.Metrics;

namespace LoadTool.Outputs.Report;

/// <summary>What was counted between two moments of a run.</summary>
internal sealed class SeriesBin
{
    /// <summary>Since the run's start.</summary>
    internal TimeSpan From { get; init; }

    /// <summary>Since the run's start.</summary>
    internal TimeSpan To { get; private set; }

    internal Dictionary<SeriesColumn, double> Sums { get; } = [];

    /// <summary>As it was at the end; of peaks the most.</summary>
    internal Dictionary<SeriesColumn, double> Levels { get; } = [];

    internal Dictionary<SeriesColumn, PackedHistogram> Histograms { get; } = [];

    internal static SeriesBin Of(Snapshot snapshot)
    {
        SeriesBin bin = new() { From = snapshot.SinceStart - snapshot.Length, To = snapshot.SinceStart };
        bin.AddRun(snapshot);
        foreach (StepFigures step in snapshot.Steps)
            bin.AddStep(step, step.Step, SeriesKind.Step, SeriesKind.StepUncorrected);
        foreach (StepFigures iterations in snapshot.Iterations)
            bin.AddStep(iterations, "", SeriesKind.Iterations, SeriesKind.IterationsUncorrected);
        foreach (ConnectPhaseFigures phase in snapshot.Connect.Phases)
            bin.Add(new SeriesColumn(SeriesKind.Phase, phase.Name), phase.Duration);
        foreach ((Outcome outcome, long count) in snapshot.Connect.Lost)
            bin.Add(new SeriesColumn(SeriesKind.Lost, outcome.Status), count);
        foreach ((int code, long count) in snapshot.CloseCodes)
            bin.Add(new SeriesColumn(SeriesKind.Received, $"{code}"), count);
        foreach ((int code, long count) in snapshot.CloseCodesSent)
            bin.Add(new SeriesColumn(SeriesKind.Sent, $"{code}"), count);
        foreach (CounterFigures counter in snapshot.Metrics.Counters)
            bin.Add(new SeriesColumn(SeriesKind.Counter, counter.Name), counter.Count);
        foreach (GaugeFigures gauge in snapshot.Metrics.Gauges)
            bin.Levels[new SeriesColumn(SeriesKind.Gauge, gauge.Name)] = gauge.Last;
        return bin;
    }

    /// <summary>Counts the bin that follows into this one, exactly.</summary>
    internal void Append(SeriesBin next)
    {
        foreach ((SeriesColumn column, double sum) in next.Sums)
            Add(column, sum);
        foreach ((SeriesColumn column, double level) in next.Levels)
            Levels[column] = column.Kind == SeriesKind.Peak ? Math.Max(level, Levels.GetValueOrDefault(column)) : level;
        foreach ((SeriesColumn column, PackedHistogram histogram) in next.Histograms)
            Add(column, histogram);
        To = next.To;
    }

    internal void Add(SeriesColumn column, double sum)
    {
        if (sum != 0)
            Sums[column] = Sums.GetValueOrDefault(column) + sum;
    }

    private void AddRun(Snapshot snapshot)
    {
        Sum("started", snapshot.IterationsStarted);
        Sum("ended", snapshot.Iterations.Sum(figures => figures.OkCount + figures.FailCount));
        Sum("sent", snapshot.Traffic.MessagesSent);
        Sum("received", snapshot.Traffic.MessagesReceived);
        Sum("bytes_sent", snapshot.Traffic.BytesSent);
        Sum("bytes_received", snapshot.Traffic.BytesReceived);
        Sum("gc", snapshot.GcPause.TotalSeconds);
        Levels[new SeriesColumn(SeriesKind.Peak, "gc")] = snapshot.GcPause.TotalSeconds;
        Levels[new SeriesColumn(SeriesKind.Level, "users")] = snapshot.ActiveUsers;
        Levels[new SeriesColumn(SeriesKind.Level, "connections")] = snapshot.Connections;
        foreach (LoopFigures loop in snapshot.Loops)
            Add(new SeriesColumn(SeriesKind.Lag, ""), loop.Lag);

        void Sum(string name, double value) => Add(new SeriesColumn(SeriesKind.Sum, name), value);
    }

    private void AddStep(StepFigures figures, string name, SeriesKind corrected, SeriesKind uncorrected)
    {
        Add(new SeriesColumn(corrected, name, figures.Scenario), figures.Latency);
        Add(new SeriesColumn(uncorrected, name, figures.Scenario), figures.LatencyUncorrected);
        Add(new SeriesColumn(SeriesKind.Ok, name, figures.Scenario), figures.OkCount);
        Add(new SeriesColumn(SeriesKind.Fail, name, figures.Scenario), figures.FailCount);
    }

    private void Add(SeriesColumn column, Histogram histogram)
    {
        if (PackedHistogram.Of(histogram) is { } packed)
            Add(column, packed);
    }

    private void Add(SeriesColumn column, PackedHistogram histogram) =>
        Histograms[column] = PackedHistogram.Merge(Histograms.GetValueOrDefault(column), histogram)!;
}
