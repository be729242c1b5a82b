using LoadTool.Metrics;

namespace LoadTool.Outputs.Terminal;

/// <summary>A run while it lasts, as a few lines that are written over each second.</summary>
/// <param name="run">The run.</param>
/// <param name="failures">Failures so far.</param>
internal sealed class LiveView(RunInfo run, FailureCount failures)
{
    /// <summary>A terminal with less is shown one line.</summary>
    internal const int LeastWidth = 80;

    /// <summary>The same.</summary>
    internal const int LeastHeight = 12;

    private const int BarLength = 20;
    private const int LabelWidth = 12;
    private const int MaxSparks = 40;
    private const int MaxStatuses = 4;

    /// <summary>A loop that comes this late is shown as trouble, nanoseconds.</summary>
    private const long BadLag = 20_000_000;

    private readonly StageClock _stages = new(run);
    private readonly Dictionary<string, long> _successes = [];
    private readonly Queue<(double P50, double P99)> _latencies = [];
    private string? _shownStep;

    /// <summary>The lines of an interval.</summary>
    /// <param name="snapshot">The interval.</param>
    /// <param name="width">Columns that a line may take.</param>
    internal IReadOnlyList<StyledLine> Lines(Snapshot snapshot, int width)
    {
        List<StyledLine> lines = [Progress(snapshot, width), Load(snapshot), Messages(snapshot)];
        if (Latency(snapshot, width) is { } latency)
            lines.Add(latency);
        lines.Add(Failed(width));
        if (Lag(snapshot) is { } lag)
            lines.Add(lag);
        foreach (ThresholdResult threshold in snapshot.Thresholds.Where(threshold => threshold.IsCrossed).Take(2))
            lines.Add(Label("crossed").Bad(Cut($"{VisibleText.OneLine(threshold.Text)} ({Units.Of(threshold)})", width)));
        return lines;
    }

    private StyledLine Progress(Snapshot snapshot, int width)
    {
        string text = Units.Clock(snapshot.SinceStart);
        if (run.PlannedDuration is { } planned)
        {
            int full = planned > TimeSpan.Zero ? (int)(Math.Clamp(snapshot.SinceStart / planned, 0, 1) * BarLength) : BarLength;
            TimeSpan left = planned > snapshot.SinceStart ? planned - snapshot.SinceStart : TimeSpan.Zero;
            text += $"/{Units.Clock(planned)}  [{new string('#', full)}{new string('-', BarLength - full)}]  {Units.Clock(left)} left";
        }

        string stage = _stages.At(snapshot.SinceStart);
        return new StyledLine().Bold(text).Dim(VisibleText.OneLine($"  {stage}", Math.Max(1, width - text.Length - 1)));
    }

    private static StyledLine Load(Snapshot snapshot) => Label("users").Plain(
        $"{Units.Count(snapshot.ActiveUsers),-12}connections {Units.Count(snapshot.Connections),-12}arrivals {Units.Rate(snapshot.IterationsStarted, snapshot.Length)}");

    private static StyledLine Messages(Snapshot snapshot) => Label("messages").Plain(
        $"sent {Units.Rate(snapshot.Traffic.MessagesSent, snapshot.Length),-10} received {Units.Rate(snapshot.Traffic.MessagesReceived, snapshot.Length),-10} "
        + $"out {Units.ByteRate(snapshot.Traffic.BytesSent, snapshot.Length)}, in {Units.ByteRate(snapshot.Traffic.BytesReceived, snapshot.Length)}");

    /// <summary>Of the step with the most successes so far, and how it went in the seconds before.</summary>
    private StyledLine? Latency(Snapshot snapshot, int width)
    {
        IReadOnlyList<StepFigures> candidates = snapshot.Steps.Count == 0 ? snapshot.Iterations : snapshot.Steps;
        foreach (StepFigures step in candidates)
            _successes[Key(step)] = _successes.GetValueOrDefault(Key(step)) + step.OkCount;
        if (candidates.MaxBy(step => _successes[Key(step)]) is not { } busiest || _successes[Key(busiest)] == 0)
            return null;
        if (_shownStep != Key(busiest))
            _latencies.Clear();
        _shownStep = Key(busiest);
        Histogram latency = busiest.Latency;
        _latencies.Enqueue((latency.ValueAtPercentile(50), latency.ValueAtPercentile(99)));
        if (_latencies.Count > MaxSparks)
            _latencies.Dequeue();
        int sparks = Math.Clamp((width - LabelWidth - 30) / 2, 1, MaxSparks);
        return Label(VisibleText.OneLine(snapshot.Steps.Count == 0 ? busiest.Scenario : busiest.Step, LabelWidth - 2))
            .Plain($"p50 {Units.Duration(latency.ValueAtPercentile(50)),-8}").Dim($" {Sparkline.Of([.. _latencies.TakeLast(sparks).Select(at => at.P50)])}")
            .Plain($"  p99 {Units.Duration(latency.ValueAtPercentile(99)),-8}").Dim($" {Sparkline.Of([.. _latencies.TakeLast(sparks).Select(at => at.P99)])}");
    }

    private StyledLine Failed(int width)
    {
        IReadOnlyList<(string Status, long Count)> statuses = failures.ByStatus;
        string text = Failures(statuses);
        return statuses.Count == 0 ? Label("failed").Plain(text) : Label("failed").Bad(Cut(text, width));
    }

    /// <summary>How many, and how many of each status.</summary>
    internal static string Failures(IReadOnlyList<(string Status, long Count)> statuses, string noun = "")
    {
        string all = Units.Count(statuses.Sum(status => status.Count)) + noun;
        string some = string.Join(", ", statuses.Take(MaxStatuses).Select(status => $"{VisibleText.OneLine(status.Status, 32)} {Units.Count(status.Count)}"));
        return statuses.Count == 0 ? all : $"{all} ({some}{(statuses.Count > MaxStatuses ? ", …" : "")})";
    }

    private static StyledLine? Lag(Snapshot snapshot)
    {
        if (LagOf(snapshot) is not { } lag)
            return null;
        string text = $"p99 {Units.Duration(lag.P99)}, max {Units.Duration(lag.Max)}";
        return lag.Max >= BadLag ? Label("loop lag").Bad(text) : Label("loop lag").Plain(text);
    }

    /// <summary>The lag of the loop that came the latest; null where nobody looked.</summary>
    internal static (long P99, long Max)? LagOf(Snapshot snapshot) => snapshot.Loops.MaxBy(loop => loop.Lag.Max) is { Lag.TotalCount: > 0 } latest
        ? (snapshot.Loops.Max(loop => loop.Lag.ValueAtPercentile(99)), latest.Lag.Max)
        : null;

    private static StyledLine Label(string label) => new StyledLine().Dim(label.PadRight(LabelWidth));

    private static string Cut(string text, int width) => VisibleText.OneLine(text, Math.Max(1, width - LabelWidth - 1));

    private static string Key(StepFigures step) => $"{step.Scenario}\n{step.Step}";
}
