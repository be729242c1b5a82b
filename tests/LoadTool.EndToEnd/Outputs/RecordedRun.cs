using LoadTool.Metrics;
using LoadTool.Outputs;

namespace LoadTool.EndToEnd.Outputs;

/// <summary>A run of several intervals with seeded latencies, written to files the way a run writes them.</summary>
internal static class RecordedRun
{
    public const string Scenario = "chat, loud";
    public const string Step = "say \"hi\"\nagain";

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
            output.Write(new Snapshot(
                StartedAt + TimeSpan.FromSeconds(interval), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(interval + 1), [step], [Iterations()], default, 1, 1, []));
        }

        RunResult result = new(
            run, TimeSpan.FromSeconds(intervals), [total], [Iterations()], new Traffic(1, 2, 3, 4), new Dictionary<string, long> { [Outcome.Ok] = total.OkCount, ["Fail"] = 1 },
            [new(new Outcome("Fail", "why"), 1)], new Dictionary<int, long> { [1000] = 1 }, default, default, 0, false, null, new Dictionary<string, string>());
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

    private static StepFigures Figures() => new(Scenario, Step, NewHistogram(), NewHistogram(), new Dictionary<Outcome, long> { [new Outcome("Fail", "why")] = 1 }, 0);

    private static StepFigures Iterations() => new(Scenario, "(iteration)", NewHistogram(), NewHistogram(), new Dictionary<Outcome, long>(), 0);

    private static Histogram NewHistogram() => new(lowestDiscernibleValue: 1, highestTrackableValue: 3_600_000_000_000, significantDigits: 3, autoResize: true);
}
