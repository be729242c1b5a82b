using LoadTool.Sockets;
using LoadTool.Testing;

namespace LoadTool.Tests.Testing;

/// <summary>A load that is changed by hand while it runs, on a clock that jumps: to the arrival, whatever the number of loops.</summary>
public sealed class ScaledLoadTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("inject", 1)]
    [InlineData("inject", 3)]
    [InlineData("ramp", 1)]
    [InlineData("ramp", 3)]
    [InlineData("poisson", 1)]
    [InlineData("poisson", 3)]
    [InlineData("random", 1)]
    [InlineData("random", 3)]
    [InlineData("several", 1)]
    [InlineData("several", 3)]
    public void Arrivals_are_those_of_the_plan_before_and_those_of_the_changed_plan_after(string kind, int loops)
    {
        LoadSimulation[] load = kind switch
        {
            "inject" => [Simulation.Inject(7, Second, 30 * Second)],
            "ramp" => [Simulation.RampingInject(20, Second, 15 * Second), Simulation.RampingInject(0, Second, 15 * Second)],
            "poisson" => [Simulation.InjectPoisson(10, Second, 30 * Second)],
            "random" => [Simulation.InjectRandom(2, 10, Second, 30 * Second)],
            _ => [Simulation.Inject(10, Second, 5 * Second), Simulation.Pause(2 * Second), Simulation.InjectPoisson(5, Second, 8 * Second), Simulation.Inject(3, Second, 15 * Second)],
        };
        (int At, double Factor)[] changes = [(4, 2.5), (11, 0), (13, 0.5), (20, 1)];

        (List<TimeSpan> started, Scenario scenario, RunResult result) = Run(load, loops, changes);

        LoadSimulation[] plan = [.. LoadPlan.Of(scenario, [scenario], seed: 9)];
        List<TimeSpan> expected = [.. Due(plan, 1, TimeSpan.MinValue, 4 * Second)];
        foreach (((int at, double factor), int end) in changes.Zip([11, 13, 20, 100]))
            expected.AddRange(Due(plan, factor, at * Second, end * Second));
        Assert.Equal(expected.Order(), started.Order());
        Assert.True(expected.Count > 50);
        Assert.Equal(changes.Select(change => new LoadChange(change.At * Second, change.Factor)), result.LoadChanges);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Users_grow_and_shrink_with_the_factor_and_a_ramp_keeps_its_shape(int loops)
    {
        List<int> users = [];

        Run([Simulation.RampingConstant(10, 10 * Second), Simulation.KeepConstant(10, 20 * Second)], loops, [(5, 2), (15, 0.5), (20, 0), (25, 1)], users.Add);

        Assert.Equal(4, users[3]);
        Assert.Equal([12, 14, 16, 18], users[5..9]);
        Assert.Equal(Enumerable.Repeat(20, 4), users[10..14]);
        Assert.Equal(Enumerable.Repeat(5, 4), users[15..19]);
        Assert.Equal(Enumerable.Repeat(0, 4), users[20..24]);
        Assert.Equal(Enumerable.Repeat(10, 4), users[25..29]);
    }

    [Fact]
    public void A_factor_that_is_none_is_refused_and_nothing_changes_where_no_load_runs()
    {
        LoadRun run = new("a", [Scenario.Create("a", _ => Task.CompletedTask).WithLoadSimulations(Simulation.KeepConstant(1, Second))], new RunOptions { Target = ScenarioTest.Target }, [], TimeProvider.System);

        Assert.False(run.ScaleLoad(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => run.ScaleLoad(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => run.ScaleLoad(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => run.ScaleLoad(101));
    }

    /// <returns>When each iteration was started, since the load's start.</returns>
    private static (List<TimeSpan> Started, Scenario Scenario, RunResult Result) Run(LoadSimulation[] load, int loops, (int At, double Factor)[] changes, Action<int>? users = null)
    {
        List<TimeSpan> started = [];
        SimulatedWorld world = new(seed: 9, "test");
        long startedAt = 0;
        Scenario scenario = Scenario.Create("a", async user =>
        {
            started.Add(world.Clock.GetElapsedTime(startedAt));
            if (users is not null)
                await user.Delay(Timeout.InfiniteTimeSpan);
        }).WithLoadSimulations(load);
        Changer changer = new(changes, () => startedAt = world.Clock.GetTimestamp(), users);
        RunOptions options = new() { Target = ScenarioTest.Target, Seed = 9, Loops = loops };
        LoadRun run = new("a", [scenario], options, [changer], world.Clock) { MakeLoop = index => world.AddLoop($"loop {index}") };
        changer.Run = run;
        RunResult result = world.Run(() => run.RunAsync(CancellationToken.None));
        RunLoop.Current = null;
        return (started, scenario, result);
    }

    private static IEnumerable<TimeSpan> Due(LoadSimulation[] plan, double factor, TimeSpan after, TimeSpan until)
    {
        TimeSpan start = default;
        foreach (LoadSimulation planned in plan)
        {
            LoadSimulation simulation = planned.Scaled(factor);
            for (long number = 0; number < simulation.Arrivals; number = simulation.Next(number, 1))
            {
                if (simulation.DueAt(number) is { } due && start + due > after && start + due <= until)
                    yield return start + due;
            }

            start += planned.During;
        }
    }

    /// <summary>Changes the load as snapshots are taken, which is at each second.</summary>
    private sealed class Changer((int At, double Factor)[] changes, Action started, Action<int>? users) : IOutput
    {
        internal LoadRun? Run { get; set; }

        public string Name => "changer";

        void IOutput.Start(RunInfo run) => started();

        public void Write(Snapshot snapshot)
        {
            users?.Invoke(snapshot.ActiveUsers);
            foreach ((_, double factor) in changes.Where(change => TimeSpan.FromSeconds(change.At) == snapshot.SinceStart))
                Assert.True(Run!.ScaleLoad(factor));
        }

        public void Finish(RunResult result)
        {
        }
    }
}
