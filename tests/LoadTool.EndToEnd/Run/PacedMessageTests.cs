using LoadTool.Sockets.Protocol;
using Windows.Networking.Sockets;

namespace LoadTool.EndToEnd.Run;

/// <summary>Schedules of messages on a clock that moves in steps: every figure is computed and compared.</summary>
public sealed class PacedMessageTests
{
    private const int Rate = 200;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1.0 / Rate);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly HoldingEcho _server = new();

    /// <summary>
    /// 200 messages per second for 20 s, and a server that answers nothing for one second. With five in flight the others of that second wait here: the plain
    /// latency knows of five slow messages, the corrected one of all that users would have felt. With any number in flight both know of all.
    /// </summary>
    [Theory]
    [InlineData(5)]
    [InlineData(MessageSchedule.MaxInFlight)]
    public async Task A_stall_of_the_target_shows_in_the_corrected_latency_exactly_and_in_the_plain_one_only_for_what_was_in_flight(int inFlight)
    {
        RunTally tally = await RunAsync(MessageSchedule.PerSocket(Rate, inFlight), seconds: 20, step =>
        {
            if (step == 1_000)
                _server.Holds = true;
            else if (step == 1_200)
                _server.Release();
        });

        // Message k is due at step k; those from 1,000 on are answered before step 1,200.
        long[] corrected = [.. Enumerable.Range(0, 4_000).Select(number => number is >= 1_000 and < 1_200 ? Nanoseconds(1_199 - number) : 0).Order()];
        StepFigures figures = Step(tally);
        Assert.Equal((4_000, 0), (figures.OkCount, figures.FailCount));
        foreach (double percentile in (double[])[50, 90, 95, 96, 97, 98, 99, 99.9, 100])
            AssertClose(corrected[(int)Math.Ceiling(corrected.Length * percentile / 100) - 1], figures.Latency.ValueAtPercentile(percentile));
        AssertClose(795_000_000, figures.Latency.ValueAtPercentile(99));
        bool isOpen = inFlight == MessageSchedule.MaxInFlight;
        Assert.Equal(new PacingFigures(Late: isOpen ? 0 : 199 - inFlight, Dropped: 0, Unmatched: 0), figures.Pacing);
        AssertClose(isOpen ? 795_000_000 : 0, figures.LatencyUncorrected.ValueAtPercentile(99));
    }

    [Fact]
    public async Task Replies_in_any_order_find_their_messages_by_key_and_what_answers_none_is_counted()
    {
        MessageSchedule schedule = MessageSchedule.PerSocket(Rate, match: MessageMatch.ByNumberAfter("\"id\":"));
        PayloadGenerator payload = Payload.Template("{\"id\":{number}}");
        RunTally tally = await RunAsync(schedule, seconds: 1, step =>
        {
            // The messages of steps 100 to 103 are held, and answered one by one; 102's twice, and once more when it is known no longer.
            _server.Holds = step is >= 100 and < 104;
            if (step == 110)
                _server.Answer(3);
            else if (step == 112)
                _server.Answer(2, 2, 0);
            else if (step == 120)
                _server.Answer(1, 2);
            else if (step == 130)
                _server.Channels[0].Send(Opcode.Text, "{\"id\":12345}"u8);
            else if (step == 140)
                _server.Channels[0].Send(Opcode.Text, "no key"u8);
        }, payload);

        StepFigures figures = Step(tally);
        Assert.Equal((200, 0), (figures.OkCount, figures.FailCount));
        Assert.Equal(new PacingFigures(Late: 0, Dropped: 0, Unmatched: 4), figures.Pacing);
        long[] slow = [Nanoseconds(109 - 103), Nanoseconds(111 - 102), Nanoseconds(111 - 100), Nanoseconds(119 - 101)];
        Assert.Equal(196, figures.Latency.CountBetween(0, 1_000));
        Assert.All(slow, value => Assert.Equal(1, figures.Latency.CountAt(value + 100)));
    }

    [Fact]
    public async Task In_order_a_push_that_nobody_asked_for_is_counted_and_times_nothing()
    {
        RunTally tally = await RunAsync(MessageSchedule.PerSocket(Rate), seconds: 1, step =>
        {
            if (step is 50 or 60)
                _server.Channels[0].Send(Opcode.Text, "push"u8);
        });

        Assert.Equal((200, new PacingFigures(0, 0, Unmatched: 2)), (Step(tally).OkCount, Step(tally).Pacing));
        Assert.InRange(Step(tally).Latency.Max, 0, 1_000);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_without_a_reply_fails_after_its_limit_and_a_reply_past_it_is_not_taken_for_anothers(bool hasKeys)
    {
        MessageSchedule schedule = MessageSchedule.PerSocket(Rate, match: hasKeys ? MessageMatch.ByMarker : null, replyWithin: TimeSpan.FromMilliseconds(100));
        RunTally tally = await RunAsync(schedule, seconds: 1, step =>
        {
            // The messages of steps 50 to 79 wait for step 79: those up to 59 waited for 100 ms or longer.
            if (step == 50)
                _server.Holds = true;
            else if (step == 80)
                _server.Release();
        }, Payload.Marked(100));

        StepFigures figures = Step(tally);
        KeyValuePair<Outcome, long> failure = Assert.Single(figures.Failures);
        Assert.Equal(new Outcome("Timeout", "no reply within 0.1 s"), failure.Key);
        Assert.Equal((10, 190), (failure.Value, figures.OkCount));
        Assert.Equal(new PacingFigures(0, 0, Unmatched: hasKeys ? 10 : 0), figures.Pacing);
        AssertClose(Nanoseconds(19), figures.Latency.Max);
    }

    [Fact]
    public async Task A_broken_connection_fails_every_message_in_flight_once_and_drops_what_was_due()
    {
        RunTally tally = await RunAsync(MessageSchedule.PerSocket(Rate, inFlight: 7), seconds: 1, step =>
        {
            if (step == 100)
                _server.Holds = true;
            else if (step == 110)
                _server.Channels[0].Reset();
            else if (step == 111)
                _server.Forget();
        }, ends: true);

        // In flight are 100 to 106; due and never sent 107 to 109.
        StepFigures figures = Step(tally);
        KeyValuePair<Outcome, long> failure = Assert.Single(figures.Failures);
        Assert.Equal(("ConnectionAborted", 7), (failure.Key.Status, failure.Value));
        Assert.Equal(new PacingFigures(Late: 0, Dropped: 3, Unmatched: 0), figures.Pacing);
        Assert.Equal(100, figures.OkCount);
        Assert.Equal(1, Assert.Single(tally.IterationTotals()).FailCount);
        Assert.Equal(7, tally.Failures().Sum(kind => kind.Value));
    }

    [Fact]
    public async Task What_waits_longer_than_it_may_is_dropped_and_the_rest_is_sent_late()
    {
        RunTally tally = await RunAsync(MessageSchedule.PerSocket(Rate, inFlight: 1, dropAfter: TimeSpan.FromMilliseconds(100.1)), seconds: 1, step =>
        {
            if (step == 50)
                _server.Holds = true;
            else if (step == 150)
                _server.Release();
        });

        // At step 149 message 50 is answered; 51 to 128 are too old, and 129 to 148 are sent late.
        StepFigures figures = Step(tally);
        Assert.Equal(new PacingFigures(Late: 20, Dropped: 78, Unmatched: 0), figures.Pacing);
        Assert.Equal((200 - 78, 0), (figures.OkCount, figures.FailCount));
        Assert.Equal(1, figures.Latency.CountAt(Nanoseconds(99) + 100));
        Assert.Equal(1, figures.Latency.CountAt(Nanoseconds(20) + 100));
        Assert.Equal(0, figures.Latency.CountBetween(Nanoseconds(22), Nanoseconds(98)));
    }

    [Fact]
    public async Task What_is_in_flight_at_the_end_is_waited_for()
    {
        using SteppedRun run = await SteppedRun.StartAsync([One(MessageSchedule.PerSocket(Rate), Simulation.KeepConstant(1, Second))], _ => _server, loops: 1, sockets: 1);
        await run.OnServerAsync(() => _server.Holds = true);
        for (int step = 0; step < Rate; step++)
            await run.AdvanceAsync(Interval);
        await run.AdvanceAsync(5 * Second);
        Assert.Equal(1, run.Tally.ActiveUsers);
        await run.OnServerAsync(_server.Release);

        RunTally tally = await run.EndAsync();

        Assert.Equal((200, 0, 0), (Step(tally).OkCount, Step(tally).FailCount, Step(tally).Pacing.Dropped));
        Assert.Equal(1, Assert.Single(tally.IterationTotals()).OkCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_rate_for_all_is_sent_exactly_and_goes_round_the_living_sockets(int loops)
    {
        // It ends between the last message and the next.
        MessageSchedule schedule = MessageSchedule.ForAll(perSecond: 600);
        TimeSpan end = 5 * Second - TimeSpan.FromMilliseconds(1);
        using SteppedRun run = await SteppedRun.StartAsync([Several(schedule, users: 6, end)], _ => _server, loops, sockets: 6);
        for (TimeSpan at = TimeSpan.Zero; at < end; at += Interval)
            await run.AdvanceAsync(end - at < Interval ? end - at : Interval);
        RunTally tally = await run.EndAsync();

        Assert.Equal((3_000, 0), (Step(tally).OkCount, Step(tally).FailCount));
        Assert.Equal((0, 0), (Step(tally).Pacing.Dropped, Step(tally).Pacing.Unmatched));
        Assert.Equal([500, 500, 500, 500, 500, 500], _server.Received.Values);
    }

    [Fact]
    public async Task Of_a_rate_for_all_what_finds_no_living_socket_is_dropped_and_counted()
    {
        // One user on the first of two loops, whose socket is alive in the first of three seconds.
        MessageSchedule schedule = MessageSchedule.ForAll(perSecond: 200, during: Second);
        Scenario scenario = Scenario.Create("a", async user =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(user.Target);
            await schedule.RunAsync("echo", user, socket, Payload.Text(bytes: 32));
            await user.Delay(Timeout.InfiniteTimeSpan);
        }).WithLoadSimulations(Simulation.KeepConstant(1, 3 * Second));

        RunTally tally = await SteppedRun.RunAsync([scenario], _ => _server, loops: 2, sockets: 1, TimeSpan.FromMilliseconds(5), steps: 600);

        Assert.Equal((100, 0), (Step(tally).OkCount, Step(tally).FailCount));
        Assert.Equal(new PacingFigures(Late: 0, Dropped: 200 + 300, Unmatched: 0), Step(tally).Pacing);
    }

    [Fact]
    public async Task A_key_that_is_in_flight_already_ends_the_iteration_with_an_error_that_says_so()
    {
        MessageSchedule schedule = MessageSchedule.PerSocket(Rate, match: MessageMatch.ByKey(_ => 1));
        using SteppedRun run = await SteppedRun.StartAsync([One(schedule, Simulation.KeepConstant(1, Second))], _ => _server, loops: 1, sockets: 1);
        await run.OnServerAsync(() => _server.Holds = true);
        await run.AdvanceAsync(3 * Interval);
        await run.OnServerAsync(_server.Forget);
        await run.AdvanceAsync(Second);

        await run.EndAsync();

        Assert.Contains("A message has the key of another one in flight on its socket: keys of a schedule must differ.", run.Log);
    }

    /// <summary>In the tool's own process, whose JIT settings count here; the key is read once per message sent and once per message received.</summary>
    [Theory]
    [InlineData("PerSocket(perSecond: 4000")]
    [InlineData("ForAll(perSecond: 4000")]
    public async Task A_message_of_a_schedule_allocates_nothing_on_its_loop(string schedule)
    {
        using WorkFolder folder = new();
        folder.Write("a.csx", $$"""
            using Windows.Networking.Sockets;

            long reads = 0, before = 0, least = long.MaxValue;
            var load = MessageSchedule.{{schedule}}, during: TimeSpan.FromSeconds(3), match: MessageMatch.ByKey(message =>
            {
                reads++;
                if (reads % 4000 == 0)
                {
                    // The least of several: a busy machine may make room for more messages in flight once.
                    long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                    least = Math.Min(least, allocated);
                    if (reads == 20000)
                        Console.WriteLine($"allocated {least} bytes in 2,000 messages");
                    before = GC.GetAllocatedBytesForCurrentThread();
                }

                return LatencyMarker.TryRead(message, out var marker) ? marker.Sequence : null;
            }));
            var hello = Payload.Marked(bytes: 64);
            Scenario.Create("paced", async user =>
            {
                using var socket = new MessageWebSocket();
                await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));
                await load.RunAsync("echo", user, socket, hello);
            })
            .WithLoadSimulations(Simulation.KeepConstant(copies: 1, during: TimeSpan.FromMinutes(1)));
            """);

        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, "run", "a.csx", "--iterations", "1", "--engine", "epoll", "--loops", "1");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("allocated 0 bytes in 2,000 messages", output);
    }

    private static Scenario One(MessageSchedule schedule, LoadSimulation load, PayloadGenerator? payload = null, Action<VirtualUser>? begin = null) => Scenario.Create("a", async user =>
    {
        begin?.Invoke(user);
        using MessageWebSocket socket = new();
        await socket.ConnectAsync(user.Target);
        await (payload is null ? schedule.RunAsync("echo", user, socket, Payload.Text(bytes: 32)) : schedule.RunAsync("echo", user, socket, payload));
    }).WithLoadSimulations(load);

    private static Scenario Several(MessageSchedule schedule, int users, TimeSpan during) => Scenario.Create("a", async user =>
    {
        using MessageWebSocket socket = new();
        await socket.ConnectAsync(user.Target);
        await schedule.RunAsync("echo", user, socket, Payload.Text(bytes: 32));
    }).WithLoadSimulations(Simulation.KeepConstant(users, during));

    /// <summary>One user. Message k is due at step k, and atStep is called just before. When the iteration ends by itself, it is the only one.</summary>
    private async Task<RunTally> RunAsync(MessageSchedule schedule, int seconds, Action<int> atStep, PayloadGenerator? payload = null, bool ends = false)
    {
        VirtualUser? user = null;
        LoadSimulation load = ends ? Simulation.IterationsForConstant(copies: 1, iterations: 1) : Simulation.KeepConstant(1, seconds * Second);
        Scenario scenario = One(schedule, load, payload, begin => user = begin);
        using SteppedRun run = await SteppedRun.StartAsync([scenario], _ => _server, loops: 1, sockets: 1);
        TimeSpan first = TimeSpan.FromTicks((long)(user!.Phase * Interval.Ticks) + 1);
        await run.AdvanceAsync(first);
        for (int step = 1; step < seconds * Rate; step++)
        {
            await run.OnServerAsync(() => atStep(step));
            await run.AdvanceAsync(Interval);
        }

        await run.AdvanceAsync(Interval - first + TimeSpan.FromTicks(1));
        return await run.EndAsync();
    }

    private static StepFigures Step(RunTally tally) => tally.StepTotals().Single(step => step.Step == "echo");

    private static long Nanoseconds(int steps) => steps * (long)Interval.TotalNanoseconds;

    /// <summary>Three significant digits, and the tenth of a microsecond by which the first step is longer.</summary>
    private static void AssertClose(long expected, long actual) => Assert.InRange(actual, expected - expected / 1_000, expected + expected / 1_000 + 200);
}
