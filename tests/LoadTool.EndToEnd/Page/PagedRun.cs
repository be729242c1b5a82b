using LoadTool.Metrics;
using LoadTool.Outputs;
using LoadTool.Outputs.Report;
using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Page;

/// <summary>A run of a minute with everything a page shows, and names that would harm a page that trusts them.</summary>
internal static class PagedRun
{
    /// <summary>Ends elements, opens others, reorders text, and is not of one plane.</summary>
    public const string Hostile = "</script><script>window.harmed=1;alert(1)</script>\"'&lt;\u202eabc\u202c🎉";

    /// <summary>The same as a page shows it.</summary>
    public const string Shown = "</script><script>window.harmed=1;alert(1)</script>\"'&lt;\\u{202e}abc\\u{202c}🎉";

    private static readonly DateTimeOffset StartedAt = new(2026, 11, 21, 11, 5, 58, 123, TimeSpan.Zero);
    private static readonly Outcome Reset = new("ConnectionReset", "connection reset") { Phase = ConnectionPhase.Open };
    private static readonly Outcome Odd = new(Hostile, $"close 4001 {Hostile}") { Phase = ConnectionPhase.Open, CloseCode = 4001 };

    /// <summary>Writes the run's files and its page, and returns what the page holds of it.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="name">The run's name.</param>
    /// <param name="slowness">What latencies are multiplied by.</param>
    /// <param name="seed">What tells it from others that began with it; the same latencies come of any.</param>
    public static ReportRun WriteTo(string folder, string name = Hostile, double slowness = 1, int seed = 42)
    {
        RunEnvironment started = new("mixed.csx", ["--vus", "5", Hostile], "ab") { Source = $"// {Hostile}\nScenario.Create(\"chat\");\n" };
        using FilesOutput files = FilesOutput.Create(folder, started);
        ReportOutput report = new(Path.Combine(folder, ReportOutput.FileName), started);
        foreach (int _ in Play([files, report], name, slowness, seed))
        {
        }

        return report.Finished!;
    }

    /// <summary>Tells outputs of the run, second by second, as far as it is enumerated.</summary>
    public static IEnumerable<int> Play(IOutput[] outputs, string name = Hostile, double slowness = 1, int seed = 42)
    {
        Random random = new(Seed: 3);
        RunInfo run = new(
            name,
            [Scenario.Create("chat", _ => Task.CompletedTask), Scenario.Create(Hostile, _ => Task.CompletedTask)],
            new RunOptions { Target = new Uri("ws://127.0.0.1:9001/echo"), Seed = seed, Tags = new Dictionary<string, string> { ["region"] = Hostile } },
            StartedAt,
            TimeSpan.FromSeconds(60));
        Array.ForEach(outputs, output => output.Start(run));
        StepFigures[] steps = [Figures("chat", "connect"), Figures("chat", "echo"), Figures(Hostile, Hostile)];
        StepFigures[] totals = [Figures("chat", "connect"), Figures("chat", "echo"), Figures(Hostile, Hostile)];
        StepFigures[] iterations = [Figures("chat", "(iteration)"), Figures(Hostile, "(iteration)")];
        for (int second = 0; second < 60; second++)
        {
            foreach ((StepFigures step, StepFigures total) in steps.Zip(totals))
                Fill(step, total, random, slowness, hasStall: second is 30 or 31);
            Snapshot snapshot = Interval(second, steps, iterations);
            Array.ForEach(outputs, output => output.Write(snapshot));
            yield return second;
        }

        RunResult result = Result(run, totals, iterations);
        Array.ForEach(outputs, output => output.Finish(result));
    }

    private static Snapshot Interval(int second, StepFigures[] steps, StepFigures[] iterations) => new(
        StartedAt + TimeSpan.FromSeconds(second), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(second + 1), steps, iterations,
        new Traffic(2_000 + second, 1_990 + second, 140_000, 130_000), ActiveUsers: Math.Min(100, 10 * second), Connections: Math.Min(100, 10 * second), Log: second == 5 ? [new LogLine(StartedAt, Hostile)] : [])
    {
        IterationsStarted = 10,
        GcPause = second == 20 ? TimeSpan.FromMilliseconds(80) : TimeSpan.Zero,
        Loops = [new LoopFigures(0, Histogram(second == 30 ? 90_000_000 : 120_000), Histogram(), null, null, 0, 0)],
        CloseCodes = second % 7 == 0 ? new Dictionary<int, long> { [1000] = 3, [4001] = 1 } : new Dictionary<int, long>(),
        CloseCodesSent = second % 7 == 0 ? new Dictionary<int, long> { [1005] = 3 } : new Dictionary<int, long>(),
        Connect = Connecting(),
        Metrics = new([new(Hostile, Hostile, second)], [new("queue", "messages", second, 0, second)], []),
        Thresholds = [new("chat", Hostile, ThresholdUnit.Nanoseconds, 12_345_678, IsCrossed: second > 30)],
    };

    private static ConnectFigures Connecting() => new(
        [
            new("connect", Histogram(1_900_000, 2_500_000)), new("connect.dns", Histogram(200_000)), new("connect.tcp", Histogram(150_000, 300_000)),
            new("connect.tls", Histogram(900_000, 1_100_000)), new("connect.upgrade", Histogram(300_000)), new("connect.first_message", Histogram(400_000)),
        ],
        new Dictionary<Outcome, long> { [Odd] = 1 },
        Interrupted: 1,
        new Dictionary<Outcome, long> { [Odd] = 2 });

    private static RunResult Result(RunInfo run, StepFigures[] steps, StepFigures[] iterations) => new(
        run, TimeSpan.FromSeconds(60.5), steps, iterations, new Traffic(121_770, 121_170, 8_400_000, 7_800_000),
        new Dictionary<string, long> { [Outcome.Ok] = steps.Sum(step => step.OkCount), [Reset.Status] = 60, [Odd.Status] = 60 },
        [new(Reset, 60), new(Odd, 60)],
        new Dictionary<int, long> { [1000] = 27, [4001] = 9 },
        new GeneratorCost(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3), 1_000_000, TimeSpan.FromMilliseconds(80), 123_456_789),
        new GeneratorCost(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(3.5), 9_000_000, TimeSpan.FromMilliseconds(95), 123_456_789),
        ConnectionsAtEnd: 5, WasStopped: false, CleanError: null, new Dictionary<string, string> { ["json"] = Hostile })
    {
        CloseCodesSent = new Dictionary<int, long> { [1005] = 27 },
        Connect = Connecting(),
        Checks = [new("chat", Hostile, 99, 1), new("chat", "holds", 100, 0)],
        Tagged = [new("room", Hostile, steps[1])],
        Thresholds =
        [
            new("chat", "echo: p(99) < 20ms", ThresholdUnit.Nanoseconds, 12_345_678, IsCrossed: false),
            new("chat", $"{Hostile}: max < 1s", ThresholdUnit.Nanoseconds, 1_234_567_890, IsCrossed: true),
        ],
        Samples = new Dictionary<Outcome, OutcomeSample> { [Odd] = new(StartedAt, Hostile, Hostile, 3, 4, $"boom\n  at {Hostile}") },
        Metrics = new([new(Hostile, Hostile, 1_770)], [new("queue", "messages", 59, 0, 59)], [new("basket", "EUR", Histogram(10, 200))])
        {
            Broadcasts = [new(Hostile, 100, 19_996, 1, 3, 2, 4, Histogram(250_000), Histogram(1_500_000), Histogram(4_500_000), Histogram(1_500_000))],
        },
        Trust = new Trust(
            new TrustFigures { Length = TimeSpan.FromSeconds(60.5), Loops = [new LoopFigures(0, Histogram(120_000, 90_000_000), Histogram(50_000), null, null, 0, 0)] },
            [new TrustReason(TrustVerdict.Degraded, "lag.script", $"scenario \"{Hostile}\" blocked its event loop", 0.1, 0.01, "share", "await instead")]),
        WarmUp = new WarmUpFigures(TimeSpan.FromSeconds(5.5), 321, 4, new Traffic(1, 2, 3, 4)),
        Reconnects = [new ReconnectFigures(15, 18, Figures(Hostile, "recover"))],
        Storms = [new StormFigures(Hostile, 0, TimeSpan.FromSeconds(10), 100, 30, 33, Histogram(600_000_000, 2_000_000_000))],
    };

    private static StepFigures Figures(string scenario, string step) =>
        new(scenario, step, Histogram(), Histogram(), new Dictionary<Outcome, long> { [scenario == Hostile ? Odd : Reset] = 1 }, Interrupted: 1);

    private static Histogram Histogram(params long[] values)
    {
        Histogram histogram = new(lowestDiscernibleValue: 1, highestTrackableValue: 3_600_000_000_000, significantDigits: 3, autoResize: true);
        foreach (long value in values)
            histogram.RecordValue(value);
        return histogram;
    }

    private static void Fill(StepFigures step, StepFigures total, Random random, double slowness, bool hasStall)
    {
        step.Latency.Reset();
        step.LatencyUncorrected.Reset();
        for (int count = 0; count < 400; count++)
        {
            double tail = random.NextDouble() < 0.03 ? 20 * random.NextDouble() : 0;
            long latency = (long)(slowness * 90_000 * (1 + random.NextDouble() + tail + (hasStall ? 400 * random.NextDouble() : 0)));
            step.Latency.RecordValue(latency);
            step.LatencyUncorrected.RecordValue(hasStall ? latency / 200 : latency);
        }

        total.Latency.Add(step.Latency);
        total.LatencyUncorrected.Add(step.LatencyUncorrected);
    }
}
