using LoadTool.EndToEnd.Sockets;
using LoadTool.Metrics;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using static LoadTool.EndToEnd.Run.Lab;

namespace LoadTool.EndToEnd.Run;

/// <summary>Broadcasts through a server that delays, loses, doubles and swaps by a plan, on a clock that moves in steps: all of it is found, and nothing else.</summary>
public sealed class BroadcastTests
{
    private const int Receivers = 6;
    private const int Messages = 100;
    private static readonly TimeSpan Step = Milliseconds(10);
    private static readonly TimeSpan Patience = Milliseconds(505);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_known_delay_of_each_receiver_gives_first_median_and_last(int loops)
    {
        BroadcastFigures figures = await RunAsync(loops, (receiver, _) => [receiver * Step], Messages);

        Assert.Equal((Messages, Messages * Receivers, Messages * Receivers), (figures.Sent, figures.Expected, figures.Reached));
        Assert.Equal((0, 0, 0, 0), (figures.Lost, figures.Late, figures.Duplicates, figures.OutOfOrder));
        AssertAll(0, Messages, figures.First);
        AssertAll(20_000_000, Messages, figures.Median);
        AssertAll(50_000_000, Messages, figures.Last);
        Assert.Equal(Messages * Receivers, figures.Deliveries.TotalCount);
        for (int receiver = 0; receiver < Receivers; receiver++)
            Assert.Equal(Messages, figures.Deliveries.CountAt(receiver * 10_000_000));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Each_planted_fault_is_found_once_and_none_is_invented(int loops)
    {
        BroadcastFigures figures = await RunAsync(loops, (receiver, message) => (receiver, message) switch
        {
            (3, 10) => [],
            (1, 20) => [Step, 6 * Step],
            (5, 30) => [8 * Step],              // its next message comes before
            (0, 40) => [70 * Step],             // past the patience, and after many others
            (2, 50) => [2 * Step, 90 * Step],   // the second copy is no late delivery
            _ => [receiver * Step],
        }, Messages);

        Assert.Equal((Messages, 598, 1, 1), (figures.Sent, figures.Reached, figures.Lost, figures.Late));
        Assert.Equal((2, 2), (figures.Duplicates, figures.OutOfOrder));
        Assert.Equal(1, figures.Deliveries.CountAt(700_000_000));
        Assert.Equal(1, figures.Last.CountAt(80_000_000));
        Assert.Equal(1, figures.First.CountAt(10_000_000));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 2)]
    public async Task Whatever_happens_on_the_way_is_counted_as_it_was_planned(int seed, int loops)
    {
        Random random = new(seed);
        int[][][] plan = [.. Enumerable.Range(0, Messages).Select(_ => (int[][])[.. Enumerable.Range(0, Receivers).Select(_ => DrawDelays(random))])];
        Expectation expected = new(plan);

        BroadcastFigures figures = await RunAsync(loops, (receiver, message) => [.. plan[message][receiver].Select(steps => steps * Step)], Messages);

        Assert.Equal(
            (Messages, expected.Reached, expected.Lost, expected.Late, expected.Duplicates, expected.OutOfOrder),
            (figures.Sent, figures.Reached, figures.Lost, figures.Late, figures.Duplicates, figures.OutOfOrder));
        AssertSame(expected.First, figures.First);
        AssertSame(expected.Median, figures.Median);
        AssertSame(expected.Last, figures.Last);
    }

    [Fact]
    public async Task What_is_under_way_at_the_end_is_waited_for_and_not_lost()
    {
        BroadcastFigures figures = await RunAsync(loops: 2, (receiver, _) => [(20 + receiver) * Step], messages: int.MaxValue);

        Assert.InRange(figures.Sent, 400, 500);
        Assert.Equal((figures.Sent * Receivers, 0, 0), (figures.Reached, figures.Lost, figures.Late));
        AssertAll(250_000_000, figures.Sent, figures.Last);
    }

    [Fact]
    public async Task A_receiver_that_is_cut_off_or_comes_later_is_expected_while_it_is_there_only()
    {
        // One of six is cut off at half time, with two messages on their way to it, and its user connects again at once.
        PlantedFanOut? server = null;
        BroadcastFigures figures = await RunAsync(
            loops: 2, (_, _) => [4 * Step], Messages, made => server = made, step =>
            {
                if (step == 101)
                    server!.Channels[1].Reset();
            });

        Assert.Equal((Messages, 0, 0, 0, 0), (figures.Sent, figures.Lost, figures.Late, figures.Duplicates, figures.OutOfOrder));
        Assert.InRange(figures.Reached, Messages * (Receivers - 1), Messages * Receivers - 2);
        AssertAll(40_000_000, Messages, figures.First);
        AssertAll(40_000_000, Messages, figures.Last);
    }

    [Fact]
    public async Task A_run_shows_its_broadcasts_when_receivers_leave_on_other_loops_last()
    {
        await using LoopHost host = await LoopHost.StartAsync(EngineKind.Portable);
        Broadcast chat = Broadcast.Create("chat");
        Scenario scenario = Scenario.Create("a", async user =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(user.Target);
            Task receiving = chat.ReceiveAsync(user, socket);
            await foreach (Turn turn in user.Pace(perSecond: 50))
                await socket.SendAsync(chat.Message(user, turn, bytes: 100));
            await receiving;
        }).WithLoadSimulations(Simulation.KeepConstant(6, Milliseconds(500)));

        (RunResult result, Notes _) = await Lab.RunAsync(scenario, Options with { Loops = 3, Target = host.Uri("/broadcast") });

        BroadcastFigures figures = Assert.Single(result.Metrics.Broadcasts);
        Assert.Equal(0, result.Failures.Sum(failure => failure.Value));
        Assert.Equal((0, 0, 0), (figures.Lost, figures.Duplicates, figures.OutOfOrder));
        Assert.Equal(figures.Sent, figures.First.TotalCount);
        Assert.InRange(figures.Reached, figures.Sent, 6 * figures.Sent);
    }

    /// <summary>Six receivers, and a sender that sends a message every 20 ms from 100 ms on; 10 s altogether.</summary>
    private static async Task<BroadcastFigures> RunAsync(
        int loops, Func<int, int, TimeSpan[]> plan, int messages, Action<PlantedFanOut>? made = null, Action<int>? atStep = null)
    {
        Broadcast chat = Broadcast.Create("chat", Patience);
        Scenario receivers = Scenario.Create("receivers", async user =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(user.Target);
            await chat.ReceiveAsync(user, socket);
        }).WithLoadSimulations(Simulation.KeepConstant(Receivers, 10 * TimeSpan.FromSeconds(1)));
        Scenario sender = Scenario.Create("sender", async user =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(user.Target);
            await user.Delay(10 * Step);
            for (int message = 0; message < messages && !user.Stopping; message++)
            {
                await socket.SendAsync(chat.Message(user, bytes: 100));
                await user.Delay(2 * Step);
            }

            await user.Delay(Timeout.InfiniteTimeSpan);
        }).WithLoadSimulations(Simulation.KeepConstant(1, 10 * TimeSpan.FromSeconds(1)));
        using SteppedRun run = await SteppedRun.StartAsync([receivers, sender], _ =>
        {
            PlantedFanOut server = new(plan);
            made?.Invoke(server);
            return server;
        }, loops, sockets: Receivers + 1);
        for (int step = 0; step < 1_100; step++)
        {
            if (atStep is not null)
                await run.OnServerAsync(() => atStep(step));
            await run.AdvanceAsync(Step);
        }

        return Assert.Single((await run.EndAsync()).MetricTotals().Broadcasts);
    }

    /// <summary>Mostly one copy soon; sometimes none, two, or a late one. In steps; the patience lies between 50 and 51.</summary>
    private static int[] DrawDelays(Random random) => random.Next(20) switch
    {
        0 => [],
        1 => [random.Next(20), random.Next(80)],
        2 => [51 + random.Next(50)],
        _ => [random.Next(12)],
    };

    private static void AssertAll(long latency, long count, Histogram actual) => Assert.Equal((count, count), (actual.TotalCount, actual.CountAt(latency)));

    private static void AssertSame(List<long> expected, Histogram actual)
    {
        Assert.Equal(expected.Count, actual.TotalCount);
        foreach (IGrouping<long, long> latency in expected.GroupBy(latency => actual.LowestEquivalentValue(latency)))
            Assert.Equal(latency.Count(), actual.CountAt(latency.Key));
    }

    /// <summary>What a plan comes to: each receiver's copies in the order they arrive, at the same moment in the order they were sent.</summary>
    private sealed class Expectation
    {
        private const int PatienceSteps = 50;
        private const int StepsBetweenMessages = 2;

        internal Expectation(int[][][] plan)
        {
            for (int receiver = 0; receiver < Receivers; receiver++)
                Receive([.. plan.SelectMany((copies, message) => copies[receiver].Select(delay => (Message: message, Delay: delay)))]);
            foreach (int[][] copies in plan)
            {
                Lost += copies.Count(delays => delays.Length == 0);
                long[] inTime = [.. copies.Where(delays => delays.Length > 0).Select(delays => delays.Min()).Where(delay => delay <= PatienceSteps).Order().Select(delay => delay * 10_000_000L)];
                Reached += inTime.Length;
                if (inTime.Length == 0)
                    continue;
                First.Add(inTime[0]);
                Median.Add(inTime[(inTime.Length - 1) / 2]);
                Last.Add(inTime[^1]);
            }
        }

        internal int Reached { get; }

        internal int Lost { get; }

        internal int Late { get; private set; }

        internal int Duplicates { get; private set; }

        internal int OutOfOrder { get; private set; }

        internal List<long> First { get; } = [];

        internal List<long> Median { get; } = [];

        internal List<long> Last { get; } = [];

        private void Receive((int Message, int Delay)[] copies)
        {
            HashSet<int> seen = [];
            foreach ((int message, int delay) in copies.OrderBy(copy => copy.Message * StepsBetweenMessages + copy.Delay))
            {
                if (seen.Contains(message))
                {
                    Duplicates++;
                    continue;
                }

                if (seen.Any(earlier => earlier > message))
                    OutOfOrder++;
                if (delay > PatienceSteps)
                    Late++;
                seen.Add(message);
            }
        }
    }
}
