using LoadTool.Metrics;
using LoadTool.Sockets;
using LoadTool.Testing;
using Windows.Networking.Sockets;

namespace LoadTool.Tests.Testing;

/// <summary>What each fault of a made-up network does to a scenario's figures: that, and nothing else.</summary>
public sealed class NetworkFaultTests
{
    /// <summary>What a histogram of three digits may be off by.</summary>
    private const double Precision = 0.001;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly Scenario Echoes = Scenario.Create("echoes", async user =>
    {
        using MessageWebSocket socket = new();
        using (StepScope step = Step.Begin("connect", user))
        {
            await socket.ConnectAsync(user.Target);
            step.Ok();
        }

        await foreach (Turn turn in user.Pace(perSecond: 10))
            await EchoAsync(socket, Step.Begin("echo", user, turn));
    });

    [Theory]
    [InlineData(0.1)]
    [InlineData(5)]
    [InlineData(2_000)]
    public void Latency_is_the_delay_there_and_back_within_the_histogram_s_precision(double milliseconds)
    {
        TimeSpan delay = TimeSpan.FromMilliseconds(milliseconds);
        RunResult result = ScenarioTest.Run(Once(count: 100), network => network.Delay(delay));

        AssertAll(FiguresOf(result, "echo"), 100, 2 * delay);

        // TCP's handshake is one round trip, the upgrade another.
        AssertAll(FiguresOf(result, "connect"), 100, 4 * delay);
    }

    [Fact]
    public void A_server_s_own_time_is_added_to_each_message()
    {
        RunResult result = ScenarioTest.Run(Once(count: 100), network => network.Delay(Milliseconds(5)).Echo(after: Milliseconds(100)));

        AssertAll(FiguresOf(result, "echo"), 100, Milliseconds(110));
    }

    [Fact]
    public void Jitter_spreads_latency_between_its_ends()
    {
        StepFigures echo = FiguresOf(ScenarioTest.Run(Once(count: 2_000), network => network.Delay(Milliseconds(10), jitter: Milliseconds(20))), "echo");

        Assert.Equal(2_000, echo.OkCount);
        Assert.InRange(echo.Latency.Min, Nanoseconds(20) * (1 - Precision), Nanoseconds(22));
        Assert.InRange(echo.Latency.ValueAtPercentile(50), Nanoseconds(39), Nanoseconds(41));
        Assert.InRange(echo.Latency.Max, Nanoseconds(58), Nanoseconds(60) * (1 + Precision));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Bytes_cut_anywhere_change_neither_messages_nor_latency(int atMostBytes)
    {
        List<string> received = [];
        Scenario scenario = Scenario.Create("parts", async user =>
        {
            using MessageWebSocket socket = new();
            socket.Control.MessageType = SocketMessageType.Utf8;
            await socket.ConnectAsync(user.Target);
            using StepScope step = Step.Begin("echo", user);
            await socket.SendAsync(Payload.Text($"grüße {user.Number}"));
            ReceivedMessage message = await socket.ReceiveAsync();
            received.Add(message.ReadString());
            step.Ok(message);
        }).WithLoadSimulations(Simulation.Inject(10, Second, 10 * Second));

        RunResult result = ScenarioTest.Run(scenario, network => network.Delay(Milliseconds(5)).Split(atMostBytes));

        Assert.Equal(100, received.Count(text => text.StartsWith("grüße ", StringComparison.Ordinal)));
        AssertAll(FiguresOf(result, "echo"), 100, Milliseconds(10));
    }

    [Fact]
    public void A_stall_is_in_the_latency_of_every_turn_that_was_due_in_it()
    {
        TimeSpan delay = Milliseconds(5);
        List<long> due = [];
        Scenario scenario = Scenario.Create("paced", async user =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(user.Target);
            await foreach (Turn turn in user.Pace(perSecond: 10))
            {
                due.Add(turn.DueAt);
                await EchoAsync(socket, Step.Begin("echo", user, turn));
            }
        }).WithLoadSimulations(Simulation.KeepConstant(1, 60 * Second));

        RunResult result = ScenarioTest.Run(scenario, network => network.Delay(delay).Stall(20 * Second, 5 * Second), seed: 4);

        // Each message is sent when it is due, or as the answer to the one before it arrives.
        Histogram expected = new(StepRecorder.LowestNanoseconds, StepRecorder.HighestNanoseconds, StepRecorder.SignificantDigits);
        long answeredAt = 0;
        foreach (long dueAt in due)
        {
            answeredAt = Arrival(Arrival(Math.Max(dueAt, answeredAt)));
            expected.RecordValue(answeredAt - dueAt);
        }

        StepFigures echo = FiguresOf(result, "echo");
        Assert.InRange(echo.OkCount, 599, 601);
        Assert.True(echo.Latency.Max > Nanoseconds(4_900));
        Assert.Equal(Counts(expected), Counts(echo.Latency));

        long Arrival(long sentAt) => sentAt + Nanoseconds(5) is var at && at >= Nanoseconds(20_000) && at < Nanoseconds(25_000) ? Nanoseconds(25_000) : at;

        static IEnumerable<(long, long)> Counts(Histogram histogram) => histogram.RecordedValues().Select(value => (value.ValueIteratedTo, value.CountAtValue));
    }

    [Fact]
    public void Connections_that_carry_too_many_bytes_are_reset()
    {
        RunResult result = ScenarioTest.Run(Echoes.WithLoadSimulations(Simulation.Inject(1, Second, 10 * Second), Simulation.Pause(10 * Second)), network => network.ResetAfter(1_000));

        Assert.Equal(10, FiguresOf(result, "connect").OkCount);
        Assert.Equal(new Outcome("ConnectionAborted", "connection reset") { Phase = ConnectionPhase.Open }, Assert.Single(result.Failures).Key);
        Assert.Equal(10, Assert.Single(result.Failures).Value);
    }

    [Fact]
    public void Resets_by_chance_are_as_frequent_as_asked_for()
    {
        RunResult result = ScenarioTest.Run(Once(count: 5_000), network => network.Reset(0.1), seed: 3);

        // Four reads, one of them after the other: request, answer, message, echo.
        long ok = FiguresOf(result, "echo").OkCount;
        Assert.InRange(ok, 5_000 * (0.6561 - 0.03), 5_000 * (0.6561 + 0.03));
        Assert.All(result.Failures, failure => Assert.Contains("connection reset", failure.Key.Detail));
        Assert.Equal(5_000 - ok, result.Failures.Sum(failure => failure.Value));
    }

    [Fact]
    public void A_lost_attempt_to_connect_ends_with_the_limit_of_its_phase()
    {
        RunOptions options = new() { Target = ScenarioTest.Target, Seed = 5, GracefulStop = 61 * Second };
        RunResult result = ScenarioTest.Run([Once(count: 2_000)], network => network.LoseConnects(0.25), options);

        long lost = FiguresOf(result, "connect").FailCount;
        Assert.InRange(lost, 440, 560);
        Assert.Equal(2_000 - lost, FiguresOf(result, "echo").OkCount);
        Assert.Equal("Timeout", Assert.Single(result.Failures).Key.Status);
    }

    [Fact]
    public void What_is_sent_after_the_network_was_lost_is_never_answered()
    {
        RunOptions options = new() { Target = ScenarioTest.Target, GracefulStop = Second };
        RunResult result = ScenarioTest.Run([Echoes.WithLoadSimulations(Simulation.KeepConstant(1, 60 * Second))], network => network.LoseAll(20 * Second), options);

        Assert.InRange(FiguresOf(result, "echo").OkCount, 199, 201);
        Assert.Equal(1, FiguresOf(result, "echo").Interrupted);
        Assert.Empty(result.Failures);
    }

    [Fact]
    public void Servers_refuse_as_they_are_told_to()
    {
        Outcome refused = Assert.Single(ScenarioTest.Run(Once(count: 10), network => network.RefuseConnects()).Failures).Key;
        Outcome unavailable = Assert.Single(ScenarioTest.Run(Once(count: 10), network => network.RefuseUpgrade(503)).Failures).Key;

        Assert.Contains("refused", refused.Detail);
        Assert.Contains("503", unavailable.Detail);
    }

    [Fact]
    public void A_server_apart_has_a_network_of_its_own_and_answers_of_its_own()
    {
        Uri apart = new("ws://other.test:81/");
        string? answer = null;
        Scenario scenario = Scenario.Create("two", async user =>
        {
            using MessageWebSocket near = new();
            using MessageWebSocket far = new();
            far.Control.MessageType = SocketMessageType.Utf8;
            await near.ConnectAsync(user.Target);
            await far.ConnectAsync(apart);
            await EchoAsync(near, Step.Begin("near", user));
            using StepScope step = Step.Begin("far", user);
            await far.SendAsync(Payload.Text("question"));
            ReceivedMessage message = await far.ReceiveAsync();
            answer = message.ReadString();
            step.Ok(message);
        }).WithLoadSimulations(Simulation.Inject(1, Second, Second));

        RunResult result = ScenarioTest.Run(scenario, network => network.At(apart, other => other.Delay(Milliseconds(50)).Reply(text => text + ": answer")));

        Assert.Equal("question: answer", answer);
        AssertAll(FiguresOf(result, "near"), 1, Milliseconds(0.2));
        AssertAll(FiguresOf(result, "far"), 1, Milliseconds(100));
    }

    /// <summary>Connects, echoes once, and ends; ten times a second.</summary>
    private static Scenario Once(int count) => Scenario.Create("once", async user =>
    {
        using MessageWebSocket socket = new();
        using (StepScope step = Step.Begin("connect", user))
        {
            await socket.ConnectAsync(user.Target);
            step.Ok();
        }

        await EchoAsync(socket, Step.Begin("echo", user));
    }).WithLoadSimulations(Simulation.Inject(10, Second, count / 10 * Second));

    private static async ValueTask EchoAsync(MessageWebSocket socket, StepScope begun)
    {
        using StepScope step = begun;
        await socket.SendAsync(Payload.Text("hello"));
        step.Ok(await socket.ReceiveAsync());
    }

    private static StepFigures FiguresOf(RunResult result, string name) => result.Steps.Single(step => step.Step == name);

    private static void AssertAll(StepFigures step, long count, TimeSpan latency)
    {
        Assert.Equal(count, step.OkCount);
        Assert.InRange(step.Latency.Min, latency.TotalNanoseconds * (1 - Precision), latency.TotalNanoseconds * (1 + Precision));
        Assert.InRange(step.Latency.Max, latency.TotalNanoseconds * (1 - Precision), latency.TotalNanoseconds * (1 + Precision));
    }

    private static long Nanoseconds(double milliseconds) => (long)(milliseconds * 1e6);

    private static TimeSpan Milliseconds(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
