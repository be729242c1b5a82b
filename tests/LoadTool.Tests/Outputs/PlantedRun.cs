using LoadTool.Metrics;
using LoadTool.Sockets;

namespace LoadTool.Tests.Outputs;

/// <summary>Runs whose figures are known beforehand.</summary>
internal static class PlantedRun
{
    public static readonly DateTimeOffset StartedAt = new(2026, 11, 21, 11, 5, 58, 123, TimeSpan.Zero);

    public static RunInfo Info(params string[] scenarios) => Info(scenarios, thresholds: null);

    private static RunInfo Info(string[] scenarios, string[]? thresholds) => new(
        "echo",
        [.. scenarios.DefaultIfEmpty("echo").Select(name => Scenario.Create(name, _ => Task.CompletedTask)
            .WithLoadSimulations(Simulation.KeepConstant(copies: 5, during: TimeSpan.FromMinutes(1)))
            .WithThresholds(thresholds ?? []))],
        new RunOptions { Target = new Uri("ws://user:secret@127.0.0.1:9001/echo?token=hidden&room=7"), Seed = 42, Engine = EngineKind.Epoll, Loops = 2, Tags = new Dictionary<string, string> { ["region"] = "eu" } },
        StartedAt,
        PlannedDuration: TimeSpan.FromMinutes(1));

    public static StepFigures Figures(
        string scenario, string step, Histogram? latency = null, (Outcome Outcome, long Count)[]? failures = null, long interrupted = 0) =>
        new(scenario, step, latency ?? Latencies(), Doubled(latency), (failures ?? []).ToDictionary(failure => failure.Outcome, failure => failure.Count), interrupted);

    public static Histogram Latencies(params (long Nanoseconds, long Count)[] values)
    {
        Histogram histogram = new(lowestDiscernibleValue: 1, highestTrackableValue: 3_600_000_000_000, significantDigits: 3, autoResize: true);
        foreach ((long nanoseconds, long count) in values)
            histogram.RecordValueWithCount(nanoseconds, count);
        return histogram;
    }

    /// <summary>What a corrected latency leaves of the uncorrected one: half of each value.</summary>
    private static Histogram Doubled(Histogram? latency) =>
        Latencies([.. (latency ?? Latencies()).RecordedValues().Select(value => (value.ValueIteratedTo / 2, value.CountInStep))]);

    public static RunResult Result(
        IReadOnlyList<StepFigures> steps,
        IReadOnlyList<StepFigures> iterations,
        IReadOnlyList<KeyValuePair<Outcome, long>>? failures = null,
        Traffic traffic = default,
        RunInfo? run = null)
    {
        failures ??= [];
        Dictionary<string, long> statuses = failures.GroupBy(failure => failure.Key.Status).ToDictionary(group => group.Key, group => group.Sum(failure => failure.Value));
        statuses[Outcome.Ok] = (steps.Count > 0 ? steps : iterations).Sum(figures => figures.OkCount);
        return new RunResult(
            run ?? Info([.. iterations.Select(figures => figures.Scenario)]),
            Length: TimeSpan.FromSeconds(62.5),
            steps,
            iterations,
            traffic,
            statuses,
            failures,
            CloseCodes: new Dictionary<int, long>(),
            MeasuredCost: new GeneratorCost(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3), 1_000_000, TimeSpan.FromMilliseconds(12.5), 123_456_789),
            TotalCost: new GeneratorCost(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(3.5), 9_000_000, TimeSpan.FromMilliseconds(15), 123_456_789),
            ConnectionsAtEnd: 0,
            WasStopped: false,
            CleanError: null,
            OutputErrors: new Dictionary<string, string>());
    }

    /// <summary>A run of one scenario with two steps, in which most things occur.</summary>
    public static RunResult Typical()
    {
        Outcome reset = new("ConnectionReset", "connection reset") { Phase = ConnectionPhase.Open };
        Outcome refused = new("ServiceUnavailable", "HTTP 503") { Phase = ConnectionPhase.Upgrade, HttpStatus = 503 };
        Outcome left = new("ConnectionAborted", "close 4001") { Phase = ConnectionPhase.Open, CloseCode = 4001 };
        Outcome error = new(Outcome.ScriptError, "FormatException: [red]<script>\n\x1b[31mboom");
        RunResult result = Result(
            steps:
            [
                Figures("echo", "connect", Latencies((1_234_567, 4_000), (2_500_000, 900), (12_000_000, 100))),
                Figures("echo", "echo", Latencies((34_500, 90_000), (78_900, 9_900), (1_500_000, 99), (1_234_567_890, 1)), [(reset, 10), (error, 2)], interrupted: 3) with { Pacing = new(Late: 1_500, Dropped: 7, Unmatched: 1) },
            ],
            iterations: [Figures("echo", "(iteration)", Latencies((60_000_000_000, 4_985)), [(reset, 10), (error, 2)], interrupted: 3)],
            failures: [new(reset, 10), new(error, 2)],
            traffic: new Traffic(100_015, 100_000, 7_001_050, 6_600_000)
            {
                TlsFull = 12,
                TlsResumed = 4_988,
                Compression = new(16_000_000, 6_400_000, 0, 0, TimeSpan.FromMilliseconds(125), TimeSpan.Zero),
            },
            run: Info(["echo"], ["echo: p(99) < 20ms", "errors: rate < 0.001%", "iterations: rate > 10/s", "echo: count > 1", "nothing: max < 1s"])) with
        {
            CloseCodes = new Dictionary<int, long> { [1000] = 4_988, [4001] = 12 },
            CloseCodesSent = new Dictionary<int, long> { [1005] = 4_988, [4001] = 12 },
            Connect = new(
                [
                    new("connect", Latencies((1_234_567, 4_000), (2_500_000, 1_000))),
                    new("connect.tcp", Latencies((150_000, 5_000))),
                    new("connect.tls", Latencies((900_000, 5_000))),
                    new("connect.tls.full", Latencies((900_000, 12))),
                    new("connect.tls.resumed", Latencies((900_000, 4_988))),
                    new("connect.upgrade", Latencies((300_000, 5_000))),
                    new("connect.first_message", Latencies((400_000, 4_990))),
                ],
                new Dictionary<Outcome, long> { [refused] = 7 },
                Interrupted: 2,
                new Dictionary<Outcome, long> { [left] = 12 }),
            Samples = new Dictionary<Outcome, OutcomeSample>
            {
                [reset] = new(StartedAt.AddSeconds(12.5), "echo", "echo", User: 17, SocketId: 18, "Open: connection reset (ConnectionReset, 0x80072EFF)."),
                [error] = new(StartedAt.AddSeconds(2), "echo", Step: null, User: 3, SocketId: null, "FormatException: [red]<script>\n\x1b[31mboom\n  at echo.csx:7"),
                [refused] = new(StartedAt.AddSeconds(1), Scenario: null, Step: null, User: null, SocketId: 5, "Upgrade: HTTP 503 (ServiceUnavailable, 0x801901F7)."),
            },
            ConnectionsAtEnd = 5,
            Checks = [new("echo", "answer is the question", 99_990, 12), new("echo", "room was free", 5_000, 0)],
            Tagged =
            [
                new("room", TaggedFigures.Other, Figures("echo", "echo", Latencies((34_500, 100)))),
                new("room", "lobby", Figures("echo", "echo", Latencies((34_500, 10_000)), [(reset, 1)])),
            ],
            Metrics = new(
                [new("orders", "", 1_234_567)],
                [new("queue", "messages", -2.5, -3, 1_200)],
                [new("basket", "EUR", Latencies((10, 90), (200, 10)))])
            {
                Broadcasts =
                [
                    new("room", Sent: 100, Reached: 19_996, Late: 1, Lost: 3, Duplicates: 2, OutOfOrder: 4,
                        First: Latencies((250_000, 100)), Median: Latencies((1_500_000, 100)), Last: Latencies((4_500_000, 99), (900_000_000, 1)), Deliveries: Latencies((1_500_000, 19_997))),
                ],
            },
            Trust = Trust(),
            LoadChanges = [new LoadChange(TimeSpan.FromSeconds(31.5), 1.5)],
            WarmUp = new WarmUpFigures(TimeSpan.FromSeconds(5.5), OkCount: 321, FailCount: 4, new Traffic(5_000, 4_990, 350_000, 340_000)),
            Reconnects = [new ReconnectFigures(1_502, 1_800, Figures("echo", "recover", Latencies((600_000_000, 1_400), (2_000_000_000, 100)), [(reset, 1)], interrupted: 1))],
            Storms = [new StormFigures("echo", 0, TimeSpan.FromSeconds(10), 5_000, 1_500, 1_780, Latencies((600_000_000, 1_400), (2_000_000_000, 99)))],
            ConnectWaits = [Figures("echo", "(connect wait)", Latencies((2_000_000, 5_000)))],
        };
        return result with { Thresholds = Judged(result) };
    }

    /// <summary>The run's thresholds, held against its figures.</summary>
    internal static IReadOnlyList<ThresholdResult> Judged(RunResult result) =>
        new ThresholdWatch(result.Run.Scenarios, _ => { }, error => error.Message, () => { }).End(new RunFigures(result.Steps, result.Iterations, result.Length));

    /// <summary>Of a generator that a script blocked.</summary>
    private static Trust Trust() => TrustRules.Judge(
        new TrustFigures
        {
            Length = TimeSpan.FromSeconds(62.5),
            Loops = [new LoopFigures(0, Latencies((35_000, 6_240), (90_000_000, 10)), Latencies((41_000, 100_000), (2_000_000, 5)), TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(0.5), 7_000_000, 6_000_000)],
            Lags = [new LagFigures(LagCause.Script, Latencies((100_000_000, 1)), TimeSpan.FromSeconds(7.25))],
            Blocks = [new BlockFigures("echo", "echo", 1, TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(0.1), 17, TimeSpan.FromSeconds(7.25))],
            GcPause = TimeSpan.FromMilliseconds(12.5),
            GcCount = 3,
            AllocatedBytes = 9_000_000,
            MaxConnections = 5_000,
            Ports = 28_232,
            OtherDescriptors = 120,
            DescriptorLimit = 20_000,
            IsTargetLocal = true,
            MachineBusy = 0.5,
            MachineStolen = 0,
        },
        fastestP99: 78_900,
        attempts: 105_000);

    public static Snapshot Interval(
        int number, IReadOnlyList<StepFigures>? steps = null, IReadOnlyList<StepFigures>? iterations = null, params LogLine[] log) => new(
        StartedAt + TimeSpan.FromSeconds(number - 1),
        TimeSpan.FromSeconds(1),
        SinceStart: TimeSpan.FromSeconds(number),
        steps ?? [],
        iterations ?? [],
        new Traffic(9_970, 9_968, 700_000, 690_000),
        ActiveUsers: 5_000,
        Connections: 4_999,
        log);

    /// <summary>An interval in which all of a run happened.</summary>
    public static Snapshot Whole(RunResult result, int number) => Interval(number, result.Steps, result.Iterations) with
    {
        Traffic = result.Traffic,
        Checks = result.Checks,
        Tagged = result.Tagged,
        Loops = result.Trust?.Figures.Loops ?? [],
        Metrics = result.Metrics,
        Connect = result.Connect,
        IterationsStarted = 4_990,
        CloseCodes = result.CloseCodes,
        CloseCodesSent = result.CloseCodesSent,
        GcPause = TimeSpan.FromMilliseconds(12.5),
        Thresholds = result.Thresholds,
    };
}
