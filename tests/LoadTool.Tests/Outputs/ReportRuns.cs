namespace LoadTool.Tests.Outputs;

/// <summary>Runs over time for report pages, with seeded latencies.</summary>
internal static class ReportRuns
{
    private static readonly string[] Steps = ["connect", "echo", "login"];

    private static readonly Outcome Reset = new("ConnectionReset", "connection reset");

    /// <summary>Gives an output so many seconds of a run, and returns its totals.</summary>
    /// <param name="output">What is told of it.</param>
    /// <param name="seconds">How long it is.</param>
    /// <param name="perSecond">Successes of each step in each second.</param>
    /// <param name="names">Its steps; three unless others are given.</param>
    public static RunResult Tell(IOutput output, int seconds, int perSecond, string[]? names = null)
    {
        names ??= Steps;
        Random random = new(Seed: 7);
        RunInfo run = PlantedRun.Info();
        output.Start(run);
        StepFigures[] totals = [.. names.Select(Empty)], intervals = [.. names.Select(Empty)];
        for (int second = 1; second <= seconds; second++)
        {
            foreach (StepFigures step in intervals)
                Fill(step, random, perSecond);
            foreach ((StepFigures total, StepFigures interval) in totals.Zip(intervals))
            {
                total.Latency.Add(interval.Latency);
                total.LatencyUncorrected.Add(interval.LatencyUncorrected);
            }

            output.Write(PlantedRun.Interval(second, intervals) with
            {
                IterationsStarted = 17,
                GcPause = TimeSpan.FromMilliseconds(random.Next(20)),
                CloseCodes = new Dictionary<int, long> { [1000] = random.Next(20) },
                Connect = new ConnectFigures([new("connect", intervals[0].Latency), new("connect.tcp", intervals[0].LatencyUncorrected)], new Dictionary<Outcome, long>(), 0, new Dictionary<Outcome, long>()),
                Loops = [new LoopFigures(0, intervals[0].Latency, intervals[0].Latency, null, null, 0, 0)],
            });
        }

        RunResult result = PlantedRun.Typical() with { Steps = totals, Length = TimeSpan.FromSeconds(seconds) };
        output.Finish(result);
        return result;
    }

    private static StepFigures Empty(string step) => new("echo", step, PlantedRun.Latencies(), PlantedRun.Latencies(), new Dictionary<Outcome, long> { [Reset] = 1 }, 0);

    /// <summary>Most around a tenth of a millisecond, with a tail of ten times as much, as a server at ease answers.</summary>
    private static void Fill(StepFigures step, Random random, int count)
    {
        step.Latency.Reset();
        step.LatencyUncorrected.Reset();
        for (int index = 0; index < count; index++)
        {
            double tail = random.NextDouble() < 0.02 ? 10 * random.NextDouble() : 0;
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            long latency = (long)(100_000 * Math.Exp(0.3 * normal) * (1 + tail));
            step.Latency.RecordValue(latency);
            step.LatencyUncorrected.RecordValue(latency * 3 / 4);
        }
    }
}
