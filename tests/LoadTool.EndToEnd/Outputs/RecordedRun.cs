using LoadTool.Metrics;
using LoadTool.Outputs;

namespace LoadTool.EndToEnd.Outputs;

/// <summary>A run of several intervals with seeded latencies, written to files the way a run writes them.</summary>
internal static class RecordedRun
{
    public const string Scenario = "chat, loud";
    public const string Step = "say \"hi\"\nagain";

    private static readonly Outcome Failure = new("Fail", "why");
    private static readonly DateTimeOffset StartedAt = new(2026, 11, 21, 11, 5, 58, 123, TimeSpan.Zero);

    /// <returns>The totals that summary.json was made of.</returns>
    public static RunResult WriteTo(string folder, int intervals)
    {
        Random random = new(Seed: 1);
        RunInfo run = new(
            "recorded",
            [LoadTool.Scenario.Create(Scenario, _ => Task.CompletedTask)],
            new RunOptions { Target = new Uri("ws://127.0.0.1:1/") },
            StartedAt,
            TimeSpan.FromSeconds(intervals));
        StepFigures total = Figures();
        using FilesOutput output = FilesOutput.Create(folder);
        output.Start(run);
        for (int interval = 0; interval < intervals; interval++)
        {
            StepFigures step = Figures();
            for (int count = 0; count < 1_000; count++)
                Record(step, random);
            total.Latency.Add(step.Latency);
            total.LatencyUncorrected.Add(step.LatencyUncorrected);
            TimeSpan from = TimeSpan.FromSeconds(interval);
            TimeSpan to = TimeSpan.FromSeconds(interval + 1);
            output.Write(new Snapshot(StartedAt + from, to - from, to, [step], [Iterations()], Traffic: default, ActiveUsers: 1, Connections: 1, Log: []));
        }

        RunResult result = new(
            run,
            Length: TimeSpan.FromSeconds(intervals),
            Steps: [total],
            Iterations: [Iterations()],
            Traffic: new Traffic(1, 2, 3, 4),
            Statuses: new Dictionary<string, long> { [Outcome.Ok] = total.OkCount, [Failure.Status] = 1 },
            Failures: [new(Failure, 1)],
            CloseCodes: new Dictionary<int, long> { [1000] = 1 },
            MeasuredCost: default,
            TotalCost: new GeneratorCost(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), AllocatedBytes: 1, TimeSpan.Zero, MaxRssBytes: 1),
            ConnectionsAtEnd: 0,
            WasStopped: false,
            CleanError: null,
            OutputErrors: new Dictionary<string, string>())
        {
            Checks = [new(Scenario, "holds", 3, 1)],
            Tagged = [new("room", "lobby", total)],
            Metrics = new([new("orders", "", 5)], [new("queue", "messages", -1.5, -2, 3)], [new("basket", "EUR", total.Latency), new("empty", "", NewHistogram())]),
        };
        output.Finish(result);
        return result;
    }

    private static void Record(StepFigures step, Random random)
    {
        // From microseconds to seconds, as many in each decade.
        long latency = (long)Math.Pow(10, 3 + (random.NextDouble() * 6));
        step.Latency.RecordValue(latency);
        step.LatencyUncorrected.RecordValue(latency / 3);
    }

    private static StepFigures Figures() => new(Scenario, Step, NewHistogram(), NewHistogram(), new Dictionary<Outcome, long> { [Failure] = 1 }, 0);

    private static StepFigures Iterations() => new(Scenario, "(iteration)", NewHistogram(), NewHistogram(), new Dictionary<Outcome, long>(), 0);

    private static Histogram NewHistogram() => new(lowestDiscernibleValue: 1, highestTrackableValue: 3_600_000_000_000, significantDigits: 3, autoResize: true);
}
