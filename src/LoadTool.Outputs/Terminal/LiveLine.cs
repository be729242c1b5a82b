using Spectre.Console.Rendering;

namespace LoadTool.Outputs.Terminal;

/// <summary>One interval as one line of text.</summary>
internal static class LiveLine
{
    private const int BarLength = 10;
    private const int MaxNameLength = 16;
    private const int MaxConditionLength = 40;
    private const string Gap = "  ";

    /// <summary>The parts that give way, first to last, when the terminal is too narrow for all of them.</summary>
    private static readonly int[] Expendable = [1, 3, 2, 5, 4, 7];

    /// <summary>The whole line, for a file.</summary>
    internal static string Full(RunInfo run, Snapshot snapshot, FailureCount failures)
    {
        List<string> parts = [.. Parts(run, snapshot, failures.Total, withBar: false)];
        parts[6] = LiveView.Failures(failures.ByStatus, " failed");
        parts.Insert(4, $"{Units.Rate(snapshot.IterationsStarted, snapshot.Length)} arrivals");
        if (LiveView.LagOf(snapshot) is { } lag)
            parts.Add($"loop lag p99 {Units.Duration(lag.P99)} max {Units.Duration(lag.Max)}");
        return Join([.. parts]);
    }

    /// <summary>As much of the line as fits, the most important to the last.</summary>
    /// <param name="run">The run.</param>
    /// <param name="snapshot">The interval.</param>
    /// <param name="failures">Failures since the run's start.</param>
    /// <param name="width">Columns that the line may take.</param>
    internal static string Fitting(RunInfo run, Snapshot snapshot, long failures, int width)
    {
        string[] parts = Parts(run, snapshot, failures, withBar: true);
        foreach (int index in Expendable)
        {
            if (Join(parts) is { } line && CellCount(line) <= width)
                return line;
            parts[index] = "";
        }

        string shortest = Join(parts);
        return CellCount(shortest) <= width ? shortest : parts[0][..Math.Clamp(width, 0, parts[0].Length)];
    }

    private static string[] Parts(RunInfo run, Snapshot snapshot, long failures, bool withBar)
    {
        string clock = run.PlannedDuration is { } planned ? $"{Units.Clock(snapshot.SinceStart)}/{Units.Clock(planned)}" : Units.Clock(snapshot.SinceStart);
        return
        [
            clock,
            withBar && run.PlannedDuration is { } length ? Bar(snapshot.SinceStart / length) : "",
            $"{Units.Count(snapshot.ActiveUsers)} users",
            $"{Units.Count(snapshot.Connections)} connections",
            $"sent {Units.Rate(snapshot.Traffic.MessagesSent, snapshot.Length)} received {Units.Rate(snapshot.Traffic.MessagesReceived, snapshot.Length)}",
            Latency(snapshot),
            $"{Units.Count(failures)} failed",
            Crossed([.. snapshot.Thresholds.Where(threshold => threshold.IsCrossed)]),
        ];
    }

    private static string Bar(double done)
    {
        int full = double.IsFinite(done) ? (int)(Math.Clamp(done, 0, 1) * BarLength) : BarLength;
        return $"[{new string('#', full)}{new string('-', BarLength - full)}]";
    }

    /// <summary>Of the step with the most successes in the interval.</summary>
    private static string Latency(Snapshot snapshot)
    {
        StepFigures? busiest = snapshot.Steps.Concat(snapshot.Steps.Count == 0 ? snapshot.Iterations : []).MaxBy(step => step.OkCount);
        if (busiest is null || busiest.OkCount == 0)
            return "";
        string name = VisibleText.OneLine(snapshot.Steps.Count == 0 ? busiest.Scenario : busiest.Step, MaxNameLength);
        return $"{name} p50 {Units.Duration(busiest.Latency.ValueAtPercentile(50))} p99 {Units.Duration(busiest.Latency.ValueAtPercentile(99))}";
    }

    /// <summary>The first threshold that is crossed now, and how many more are.</summary>
    private static string Crossed(ThresholdResult[] crossed) => crossed.Length == 0
        ? ""
        : $"crossed {VisibleText.OneLine(crossed[0].Text, MaxConditionLength)} ({Units.Of(crossed[0])}){(crossed.Length > 1 ? $" and {crossed.Length - 1} more" : "")}";

    private static string Join(string[] parts) => string.Join(Gap, parts.Where(part => part.Length > 0));

    private static int CellCount(string text) => new Segment(text).CellCount();
}
