using System.Collections.Concurrent;
using LoadTool.Sockets;
using static LoadTool.EndToEnd.Run.Lab;

namespace LoadTool.EndToEnd.Run;

public sealed class LoadTests
{
    [Theory]
    [InlineData(1, 700, 350)]
    [InlineData(3, 701, 351)]
    [InlineData(2, 40_000, 20_000)]
    public async Task Inject_starts_exactly_its_arrivals_spread_over_the_loops(int loops, int perSecond, int arrivals)
    {
        ConcurrentDictionary<EventLoop, int> started = [];
        Scenario scenario = Scenario.Create("a", _ =>
        {
            started.AddOrUpdate(EventLoop.Current!, 1, (_, count) => count + 1);
            return Task.CompletedTask;
        }).WithLoadSimulations(Simulation.Inject(perSecond, TimeSpan.FromSeconds(1), Milliseconds(500)));

        (RunResult result, Notes notes) = await RunAsync(scenario, Options with { Loops = loops });

        Assert.Equal(arrivals, started.Values.Sum());
        Assert.Equal(loops, started.Count);
        Assert.InRange(started.Values.Max() - started.Values.Min(), 0, 1);
        Assert.Equal(arrivals, Assert.Single(result.Iterations).OkCount);
        Assert.Equal(arrivals, notes.OkOfIntervals("a", "iteration"));
        Assert.False(result.WasStopped);
    }

    [Fact]
    public async Task An_arrival_that_is_due_together_with_the_end_of_its_stage_starts()
    {
        // The third arrival is due at 1,000,000.67 ticks, rounded to the stage's last one.
        LoadSimulation stage = Simulation.Inject(3, TimeSpan.FromTicks(1_500_001), TimeSpan.FromTicks(1_000_001));
        Assert.Equal((3L, stage.During), (stage.Arrivals, stage.DueAt(2)!.Value));
        Scenario scenario = Scenario.Create("a", _ => Task.CompletedTask).WithLoadSimulations(stage, stage);

        (RunResult result, _) = await RunAsync(scenario);

        Assert.Equal(6, Assert.Single(result.Iterations).OkCount);
    }

    [Theory]
    [InlineData(1, 40)]
    [InlineData(3, 7)]
    [InlineData(4, 2)]
    public async Task KeepConstant_keeps_exactly_so_many_users_running(int loops, int copies)
    {
        int running = 0, most = 0;
        ConcurrentDictionary<int, bool> users = [];
        Scenario scenario = Scenario.Create("a", async user =>
        {
            users[user.Number] = true;
            int now = Interlocked.Increment(ref running);
            lock (users)
                most = Math.Max(most, now);
            await user.Delay(Milliseconds(30));
            Interlocked.Decrement(ref running);
        }).WithLoadSimulations(Simulation.KeepConstant(copies, Milliseconds(400)));

        (RunResult result, _) = await RunAsync(scenario, Options with { Loops = loops });

        Assert.Equal(copies, most);
        Assert.Equal(0, running);
        Assert.Equal(Enumerable.Range(0, copies), users.Keys.Where(number => number < copies).Order());
        Assert.Equal(copies, users.Count);
        Assert.InRange(Assert.Single(result.Iterations).OkCount, copies, long.MaxValue);
    }

    [Fact]
    public async Task Users_stay_over_the_boundary_between_two_stages_and_only_surplus_ones_retire()
    {
        List<string> events = [];
        Scenario scenario = Holding(events).WithLoadSimulations(
            Simulation.KeepConstant(5, Milliseconds(100)),
            Simulation.KeepConstant(5, Milliseconds(100)),
            Simulation.KeepConstant(2, Milliseconds(100)));

        (RunResult result, _) = await RunAsync(scenario);

        Assert.Equal(["+0", "+1", "+2", "+3", "+4"], events[..5]);
        Assert.Equal(["-2", "-3", "-4"], events[5..8].Order());
        Assert.Equal(["-0", "-1"], events[8..].Order());
        Assert.Equal(5, Assert.Single(result.Iterations).OkCount);
    }

    [Fact]
    public async Task A_pause_retires_all_users_and_the_stage_after_it_starts_new_ones()
    {
        List<string> events = [];
        Scenario scenario = Holding(events).WithLoadSimulations(
            Simulation.KeepConstant(2, Milliseconds(100)),
            Simulation.Pause(Milliseconds(100)),
            Simulation.KeepConstant(1, Milliseconds(100)));

        await RunAsync(scenario);

        Assert.Equal(["+0", "+1"], events[..2]);
        Assert.Equal(["-0", "-1"], events[2..4].Order());
        Assert.Equal(["+2", "-2"], events[4..]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_ramp_of_users_adds_them_one_by_one_and_takes_the_last_ones_away_again(int loops)
    {
        ConcurrentQueue<int> started = [], ended = [];
        Scenario scenario = Scenario.Create("a", async user =>
        {
            started.Enqueue(user.Number);
            await user.Delay(Timeout.InfiniteTimeSpan);
            ended.Enqueue(user.Number);
        }).WithLoadSimulations(
            Simulation.RampingConstant(9, Milliseconds(180)),
            Simulation.KeepConstant(9, Milliseconds(50)),
            Simulation.RampingConstant(0, Milliseconds(180)));

        (RunResult result, _) = await RunAsync(scenario, Options with { Loops = loops });

        Assert.Equal(Enumerable.Range(0, 9), started.Order());
        Assert.Equal(9, Assert.Single(result.Iterations).OkCount);
        if (loops == 1)
        {
            Assert.Equal(Enumerable.Range(0, 9), started);
            Assert.Equal(Enumerable.Range(0, 9).Reverse(), ended);
        }
    }

    [Theory]
    [InlineData(1, 3, 100)]
    [InlineData(3, 1, 10)]
    [InlineData(2, 5, 3)]
    [InlineData(3, 40, 1001)]
    public async Task IterationsForConstant_runs_exactly_its_iterations_and_ends_with_the_last(int loops, int copies, int iterations)
    {
        int cutShort = 0;
        Scenario scenario = Scenario.Create("a", async user =>
        {
            await user.Delay(TimeSpan.FromMilliseconds(1));
            if (user.Stopping)
                Interlocked.Increment(ref cutShort);
        }).WithLoadSimulations(Simulation.IterationsForConstant(copies, iterations));

        (RunResult result, Notes notes) = await RunAsync(scenario, Options with { Loops = loops });

        Assert.Equal(iterations, Assert.Single(result.Iterations).OkCount);
        Assert.Equal(0, cutShort);
        Assert.Null(result.Run.PlannedDuration);
        Assert.False(result.WasStopped);
        Assert.NotNull(notes.Result);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Open_simulations_start_exactly_the_arrivals_of_their_plan(int loops)
    {
        Scenario[] scenarios =
        [
            Scenario.Create("ramps", _ => Task.CompletedTask).WithLoadSimulations(
                Simulation.RampingInject(500, TimeSpan.FromSeconds(1), Milliseconds(200)), Simulation.RampingInject(0, TimeSpan.FromSeconds(1), Milliseconds(200))),
            Scenario.Create("limited", _ => Task.CompletedTask).WithLoadSimulations(Simulation.IterationsForInject(1000, TimeSpan.FromSeconds(1), 123)),
            Scenario.Create("poisson", _ => Task.CompletedTask).WithLoadSimulations(Simulation.InjectPoisson(1000, TimeSpan.FromSeconds(1), Milliseconds(300))),
            Scenario.Create("random", _ => Task.CompletedTask).WithLoadSimulations(Simulation.InjectRandom(0, 100, Milliseconds(50), Milliseconds(300))),
        ];

        (RunResult result, _) = await Lab.RunAsync(scenarios, Options with { Loops = loops });

        long[] planned = [.. scenarios.Select(scenario => LoadPlan.Of(scenario, scenarios, Options.Seed)
            .Sum(simulation => Enumerable.Range(0, (int)simulation.Arrivals).LongCount(number => simulation.DueAt(number) is not null)))];
        Assert.Equal([100, 123], planned[..2]);
        Assert.Equal(planned, result.Iterations.Select(iterations => iterations.OkCount));
    }

    [Fact]
    public async Task Scenarios_with_weights_share_one_load()
    {
        Scenario[] scenarios = [.. new[] { ("read", 4), ("write", 1) }.Select(part => Scenario.Create(part.Item1, user => user.Delay(Milliseconds(1)).AsTask())
            .WithWeight(part.Item2).WithLoadSimulations(Simulation.Inject(2000, TimeSpan.FromSeconds(1), Milliseconds(500))))];

        (RunResult result, _) = await Lab.RunAsync(scenarios, Options with { Loops = 2 });

        Assert.Equal(1000, result.Iterations.Sum(iterations => iterations.OkCount));
        Assert.InRange(result.Iterations[0].OkCount, 740, 860);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_limit_of_iterations_is_exact_and_those_under_way_are_not_cut_short(int loops)
    {
        int cutShort = 0;
        Scenario closed = Scenario.Create("closed", RunAsync).WithLoadSimulations(Simulation.KeepConstant(10, TimeSpan.FromDays(1)));
        Scenario open = Scenario.Create("open", RunAsync).WithLoadSimulations(Simulation.Inject(200, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)));

        (RunResult result, _) = await Lab.RunAsync([closed, open], Options with { Loops = loops, Iterations = 57 });

        Assert.Equal(57, result.Iterations.Sum(iterations => iterations.OkCount));
        Assert.Equal(0, cutShort);
        Assert.False(result.WasStopped);

        async Task RunAsync(VirtualUser user)
        {
            await user.Delay(Milliseconds(20));
            if (user.Stopping)
                Interlocked.Increment(ref cutShort);
        }
    }

    [Fact]
    public async Task A_run_whose_iterations_are_used_up_does_not_wait_for_the_next_arrival()
    {
        Scenario scenario = Scenario.Create("a", _ => Task.CompletedTask)
            .WithLoadSimulations(Simulation.Inject(2, TimeSpan.FromDays(1), TimeSpan.FromDays(2)));

        (RunResult result, _) = await RunAsync(scenario, Options with { Loops = 2, Iterations = 1 });

        Assert.Equal(1, Assert.Single(result.Iterations).OkCount);
    }

    [Fact]
    public async Task Two_scenarios_run_side_by_side_each_with_its_own_load()
    {
        Scenario one = Scenario.Create("one", async user =>
        {
            using StepScope step = Step.Begin("s", user);
            await user.Delay(Milliseconds(10));
            step.Ok();
        }).WithLoadSimulations(Simulation.Inject(100, TimeSpan.FromSeconds(1), Milliseconds(300)));
        Scenario two = Scenario.Create("two", async user =>
        {
            using StepScope step = Step.Begin("s", user);
            await user.Delay(Timeout.InfiniteTimeSpan);
            step.Ok();
        }).WithLoadSimulations(Simulation.KeepConstant(3, Milliseconds(100)));

        (RunResult result, Notes notes) = await RunAsync([one, two], Options with { Loops = 2 });

        Assert.Equal([("one", 30L), ("two", 3L)], result.Iterations.Select(iterations => (iterations.Scenario, iterations.OkCount)));
        Assert.Equal([("one", 30L), ("two", 3L)], result.Steps.Select(step => (step.Scenario, step.OkCount)).Order());
        Assert.Equal((30, 3), (notes.OkOfIntervals("one", "s"), notes.OkOfIntervals("two", "s")));
    }

    [Theory]
    [InlineData("a turn")]
    [InlineData("Stopping")]
    public async Task A_user_that_never_waits_neither_starves_its_loop_nor_outlives_the_run(string asks)
    {
        long turns = 0;
        Scenario scenario = Scenario.Create("a", async user =>
        {
            if (asks == "a turn")
            {
                await foreach (Turn _ in user.Pace(perSecond: 1e9))
                    turns++;
            }
            else
            {
                while (!user.Stopping)
                    await user.Delay(TimeSpan.Zero);
            }
        }).WithLoadSimulations(Simulation.KeepConstant(2, Milliseconds(200)));

        (RunResult result, _) = await RunAsync(scenario);

        // With turns both users ran; one that spins by itself keeps the other from ever starting.
        Assert.Equal(asks == "a turn" ? 2 : 1, Assert.Single(result.Iterations).OkCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_delay_too_long_to_be_counted_lasts_until_the_user_is_to_stop(bool infinite)
    {
        int iterations = 0;
        Scenario scenario = Scenario.Create("a", async user =>
        {
            iterations++;
            await user.Delay(infinite ? Timeout.InfiniteTimeSpan : TimeSpan.MaxValue);
            Assert.True(user.Stopping);
        }).WithLoadSimulations(Simulation.KeepConstant(1, Milliseconds(100)));

        (RunResult result, _) = await RunAsync(scenario);

        Assert.Equal(1, iterations);
        Assert.Empty(result.Failures);
    }

    /// <summary>Users that stay in their first iteration until they are to stop; one loop, so that the order of events is theirs.</summary>
    private static Scenario Holding(List<string> events) => Scenario.Create("holding", async user =>
    {
        events.Add($"+{user.Number}");
        await user.Delay(Timeout.InfiniteTimeSpan);
        events.Add($"-{user.Number}");
    });
}
