using System.Net;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using static LoadTool.EndToEnd.Run.Lab;

namespace LoadTool.EndToEnd.Run;

/// <summary>The phases of connecting over real sockets, on a clock that passes only where a test says so: what is planted is exactly what is to be found.</summary>
public sealed class WaterfallTests
{
    private static readonly string[] Phases =
        ["connect.dns", "connect.tcp", "connect.proxy", "connect.tls", "connect.upgrade", "connect.first_message"];

    private static readonly TimeSpan Planted = Milliseconds(250);

    public static TheoryData<EngineKind, string> Delays
    {
        get
        {
            TheoryData<EngineKind, string> delays = [];
            foreach (EngineKind engine in RawPeer.Engines)
            {
                foreach (string phase in Phases)
                    delays.Add(engine, phase);
            }

            return delays;
        }
    }

    [Theory]
    [MemberData(nameof(Delays))]
    public async Task A_delay_in_one_phase_moves_that_phase_s_histogram_and_no_other(EngineKind engine, string delayed)
    {
        ConnectFigures connect = await ConnectAsync(engine, connections: 1, (phase, _) => phase == delayed ? Planted : TimeSpan.Zero, thresholds: true);

        Assert.Equal(Phases.Append("connect").Append("connect.tls.full").Order(), connect.Phases.Select(phase => phase.Name).Order());
        foreach (ConnectPhaseFigures phase in connect.Phases)
        {
            bool isMoved = phase.Name == delayed || (phase.Name == "connect.tls.full" && delayed == "connect.tls")
                || (phase.Name == "connect" && delayed != "connect.first_message");
            AssertAll(phase.Name, phase.Duration, count: 1, isMoved ? Planted : TimeSpan.Zero);
        }
    }

    [Theory]
    [MemberData(nameof(RawPeer.Engines), MemberType = typeof(RawPeer))]
    public async Task Full_and_resumed_handshakes_have_histograms_of_their_own(EngineKind engine)
    {
        // The first makes a session of its own, the second keeps one, whether it is new or another test's, the third resumes it.
        TimeSpan[] planted = [Milliseconds(40), TimeSpan.Zero, Milliseconds(90)];

        ConnectFigures connect = await ConnectAsync(
            engine, connections: 3, (phase, index) => phase == "connect.tls" ? planted[index] : TimeSpan.Zero, resumesFrom: 1);

        Dictionary<string, Metrics.Histogram> durations = connect.Phases.ToDictionary(phase => phase.Name, phase => phase.Duration);
        Assert.Equal(3, durations["connect.tls"].TotalCount);
        Assert.Equal(3, durations["connect.tls.full"].TotalCount + durations["connect.tls.resumed"].TotalCount);
        AssertIs(planted[0], durations["connect.tls.full"].Max);
        AssertIs(planted[2], durations["connect.tls.resumed"].Max);
        AssertIs(planted[2], durations["connect.tls"].Max);
    }

    [Fact]
    public async Task A_threshold_on_a_phase_is_crossed_by_that_phase_alone()
    {
        RunResult result = await RunDelayedAsync(
            EventLoop.DefaultEngine, connections: 2, (phase, _) => phase == "connect.tls" ? Planted : TimeSpan.Zero, thresholds: true, resumesFrom: int.MaxValue);

        Assert.Equal(
            ["connect.tls: p(95) < 50ms", "connect: p(95) < 50ms"],
            result.Thresholds.Where(threshold => threshold.IsCrossed).Select(threshold => threshold.Text).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(RawPeer.Engines), MemberType = typeof(RawPeer))]
    public async Task Of_an_address_in_clear_there_is_TCP_and_the_upgrade_and_nothing_else(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine);
        Scenario scenario = Scenario.Create("a", async user =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(user.Target);
            await socket.SendAsync(Payload.Text(bytes: 8));
            await socket.ReceiveAsync();
            await socket.SendAsync(Payload.Text(bytes: 8));
            await socket.ReceiveAsync();
        }).WithLoadSimulations(Simulation.Inject(100, TimeSpan.FromSeconds(1), Milliseconds(300))).WithWarmUpDuration(Milliseconds(100));

        (RunResult result, Notes notes) = await RunAsync(scenario, Options with { Target = host.Uri("/echo"), Engine = engine, Loops = 2 });

        Assert.Equal(
            [("connect", 30L), ("connect.tcp", 30L), ("connect.upgrade", 30L), ("connect.first_message", 30L)],
            result.Connect.Phases.Select(phase => (phase.Name, phase.Duration.TotalCount)));
        Assert.All(result.Connect.Phases, phase => Assert.Equal((phase.Name, 30L), (phase.Name, notes.Counted[phase.Name])));
        Assert.Equal((30L, 0L, 0L), (result.Connect.OkCount, result.Connect.FailCount, result.Connect.Interrupted));
        Assert.Empty(result.Connect.Lost);
        Assert.Equal([KeyValuePair.Create(1005, 30L)], result.CloseCodesSent);
    }

    private static async Task<ConnectFigures> ConnectAsync(
        EngineKind engine, int connections, Func<string, int, TimeSpan> delayOf, bool thresholds = false, int resumesFrom = int.MaxValue) =>
        (await RunDelayedAsync(engine, connections, delayOf, thresholds, resumesFrom)).Connect;

    /// <summary>One user connects several times, through every phase there is, and receives one message each time.</summary>
    private static async Task<RunResult> RunDelayedAsync(EngineKind engine, int connections, Func<string, int, TimeSpan> delayOf, bool thresholds, int resumesFrom)
    {
        // On this clock, which stands still, the run's own would never end.
        await EngineWarmUp.OnceAsync(engine, TimeProvider.System);
        ManualClock clock = new();
        await using DelayingServer server = new(clock, delayOf);
        bool delaysTcp = delayOf("connect.tcp", 0) > TimeSpan.Zero;
        if (delaysTcp)
            await server.FillAsync();
        else
            server.Start();
        Scenario scenario = Scenario.Create("a", async user =>
        {
            int index = (int)user.InvocationNumber - 1;
            using MessageWebSocket socket = new() { TrustedRoots = TestCertificates.Instance.Trusted };
            socket.Control.AllowTlsResume = index >= resumesFrom;
            socket.Control.Tuning.ProxyAddress = new Uri($"http://proxy.test:{server.Port}");
            socket.Control.Tuning.Resolver = _ =>
            {
                server.Delay("connect.dns", index);
                return Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
            };
            Task connecting = socket.ConnectAsync(new Uri($"wss://localhost:{server.Port}/"));
            if (delaysTcp)
            {
                server.Delay("connect.tcp", index);
                server.Start();
            }

            await connecting;
            server.Delay("connect.first_message", index);
            server.SendMessage();
            await socket.ReceiveAsync();
        }).WithLoadSimulations(Simulation.KeepConstant(1, TimeSpan.FromDays(1)));
        if (thresholds)
            scenario.WithThresholds([.. Phases.Append("connect").Select(phase => $"{phase}: p(95) < 50ms")]);
        RunOptions options = Options with { Iterations = connections, Engine = engine };
        RunResult result = await new LoadRun("test", [scenario], options, [], clock).RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Empty(result.Failures);
        Assert.Equal(connections, result.Connect.OkCount);
        return result;
    }

    private static void AssertAll(string name, Metrics.Histogram durations, long count, TimeSpan planted)
    {
        Assert.Equal((name, count), (name, durations.TotalCount));
        AssertIs(planted, durations.Min);
        AssertIs(planted, durations.Max);
    }

    /// <summary>To the three digits that a histogram keeps.</summary>
    private static void AssertIs(TimeSpan planted, double nanoseconds) =>
        Assert.InRange(nanoseconds, planted.TotalNanoseconds * 0.999, planted.TotalNanoseconds * 1.001);
}
