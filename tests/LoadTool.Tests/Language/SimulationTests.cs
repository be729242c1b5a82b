namespace LoadTool.Tests.Language;

public sealed class SimulationTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(100, 10_000_000, 0, 0)]
    [InlineData(100, 10_000_000, 1, 100_000)]
    [InlineData(100, 10_000_000, 41, 4_100_000)] // 41 / 100.0 seconds is one tick less when truncated.
    [InlineData(3, 10_000_000, 1, 3_333_333)]
    [InlineData(3, 10_000_000, 2, 6_666_667)]
    [InlineData(3, 10_000_000, 3, 10_000_000)]
    [InlineData(2, 1, 1, 1)]
    [InlineData(1, 600_000_000, 2, 1_200_000_000)]
    [InlineData(int.MaxValue, 10_000_000, int.MaxValue, 10_000_000)]
    [InlineData(1_000_000, 10_000_000, 1_000_000_000, 10_000_000_000)]
    public void An_arrival_is_due_at_its_share_of_the_interval_rounded_to_the_tick(int rate, long intervalTicks, long arrival, long dueTicks)
    {
        LoadSimulation inject = Simulation.Inject(rate, TimeSpan.FromTicks(intervalTicks), TimeSpan.FromHours(1));

        Assert.Equal(dueTicks, inject.DueAt(arrival)!.Value.Ticks);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Arrivals_never_drift_from_their_exact_moment_by_more_than_half_a_tick(int seed)
    {
        Random random = new(seed);
        for (int i = 0; i < 1000; i++)
        {
            int rate = random.Next(1, 1 << random.Next(1, 31));
            long interval = random.NextInt64(1, TimeSpan.TicksPerMinute);
            LoadSimulation inject = Simulation.Inject(rate, TimeSpan.FromTicks(interval), Second);
            foreach (long arrival in (long[])[random.Next(1000), 1_000_000_000, random.NextInt64(1_000_000_000)])
            {
                Int128 error = (Int128)inject.DueAt(arrival)!.Value.Ticks * rate - (Int128)arrival * interval;
                Assert.True(Int128.Abs(error) * 2 <= rate, $"seed {seed}: arrival {arrival} of {rate} per {interval} ticks");
            }
        }
    }

    [Theory]
    [InlineData(100, 1000, 1000, 100)]
    [InlineData(100, 1000, 10, 1)]
    [InlineData(100, 1000, 11, 2)]
    [InlineData(700, 1000, 500, 350)]
    [InlineData(1, 60_000, 1, 1)]
    [InlineData(5, 1, 86_400_000, 432_000_000)]
    [InlineData(3, 1000, 10_000, 30)]
    public void Inject_counts_the_arrivals_that_are_due_before_its_end(int rate, int intervalMilliseconds, int duringMilliseconds, long arrivals)
    {
        LoadSimulation inject = Simulation.Inject(rate, TimeSpan.FromMilliseconds(intervalMilliseconds), TimeSpan.FromMilliseconds(duringMilliseconds));

        Assert.Equal(arrivals, inject.Arrivals);
        Assert.True(inject.DueAt(arrivals - 1) <= inject.During);
        Assert.True(inject.DueAt(arrivals) >= inject.During);
        Assert.Equal(0, inject.Copies);
    }

    [Theory]
    [InlineData(0, 50)]
    [InlineData(50, 20)]
    [InlineData(20, 0)]
    [InlineData(7, 7)]
    [InlineData(0, 1)]
    [InlineData(0, 100_000)]
    public void A_ramp_of_users_is_even_and_exact_at_both_ends(int first, int last)
    {
        LoadSimulation before = first == 0 ? Simulation.Pause(Second) : Simulation.KeepConstant(first, Second);
        LoadSimulation ramp = Simulation.RampingConstant(last, 30 * Second).After(before, seed: 0);

        Assert.Equal((first, last, Math.Max(first, last)), (ramp.CopiesAt(TimeSpan.Zero), ramp.CopiesAt(ramp.During), ramp.Copies));
        int changes = 0, copies = first;
        for (TimeSpan? next = ramp.NextChange(TimeSpan.Zero); next is { } at; next = ramp.NextChange(at))
        {
            double exact = first + (last - (double)first) * at.Ticks / ramp.During.Ticks;
            Assert.Equal(copies, ramp.CopiesAt(at - TimeSpan.FromTicks(1)));
            Assert.Equal(copies += Math.Sign(last - first), ramp.CopiesAt(at));
            Assert.InRange(Math.Abs(exact - copies), 0, 0.01);
            changes++;
        }

        Assert.Equal(Math.Abs(last - first), changes);
    }

    [Fact]
    public void Users_of_the_other_closed_models_do_not_change_while_they_last()
    {
        LoadSimulation constant = Simulation.KeepConstant(copies: 7, during: Second);
        LoadSimulation limited = Simulation.IterationsForConstant(copies: 7, iterations: 9);
        LoadSimulation pause = Simulation.Pause(during: Second);

        Assert.Equal((7, 7, 7, null, null), (constant.Copies, constant.CopiesAt(Second), constant.LastCopies, constant.NextChange(TimeSpan.Zero), constant.Iterations));
        Assert.Equal((7, 7, null, 9L), (limited.Copies, limited.CopiesAt(Second), limited.NextChange(TimeSpan.Zero), limited.Iterations));
        Assert.Equal((0, 0, 0, Second), (pause.Copies, pause.CopiesAt(Second), pause.LastCopies, pause.During));
    }

    [Theory]
    [InlineData(80, 20)]
    [InlineData(1, 1, 1)]
    [InlineData(0, 7, 3)]
    public void Weights_divide_users_iterations_and_arrivals_and_lose_none(params int[] weights)
    {
        LoadSimulation[] load =
        [
            Simulation.RampingConstant(31, Second), Simulation.KeepConstant(31, Second), Simulation.Inject(1000, Second, 10 * Second),
            Simulation.InjectPoisson(1000, Second, 10 * Second), Simulation.IterationsForConstant(10, 1001),
        ];
        Scenario[] scenarios = [.. weights.Select((weight, index) => Scenario.Create($"{index}", _ => Task.CompletedTask).WithWeight(weight).WithLoadSimulations(load))];
        Scenario alone = Scenario.Create("alone", _ => Task.CompletedTask).WithLoadSimulations(load[..4]);
        IReadOnlyList<LoadSimulation>[] plans = [.. scenarios.Select(scenario => LoadPlan.Of(scenario, [alone, .. scenarios], seed: 5))];

        Assert.Equal((31, 31), (plans.Sum(plan => plan[0].LastCopies), plans.Sum(plan => plan[1].Copies)));
        Assert.Equal(1001, plans.Sum(plan => plan[4].Iterations ?? 0));
        Assert.Equal(31, LoadPlan.Of(alone, [alone, .. scenarios], seed: 5)[1].Copies);
        foreach (int stage in (int[])[2, 3])
        {
            long[][] numbers = [.. plans.Select(plan => Enumerable.Range(0, (int)plan[stage].Arrivals).Where(number => plan[stage].DueAt(number) is not null).Select(number => (long)number).ToArray())];
            long all = numbers.Sum(mine => mine.Length);
            Assert.Equal(all, numbers.SelectMany(mine => mine).Distinct().Count());
            Assert.InRange(all, stage == 2 ? 10_000 : 9_600, stage == 2 ? 10_000 : 10_400);
            for (int i = 0; i < weights.Length; i++)
                Assert.InRange(numbers[i].Length / (double)all, weights[i] / (double)weights.Sum() - 0.02, weights[i] / (double)weights.Sum() + 0.02);
        }
    }

    [Fact]
    public void Each_scenario_has_a_chance_of_its_own()
    {
        LoadSimulation load = Simulation.InjectPoisson(1000, Second, Second);
        Scenario[] scenarios = [.. new[] { "a", "b" }.Select(name => Scenario.Create(name, _ => Task.CompletedTask).WithLoadSimulations(load, load))];
        IReadOnlyList<LoadSimulation> a = LoadPlan.Of(scenarios[0], scenarios, seed: 5), b = LoadPlan.Of(scenarios[1], scenarios, seed: 5);

        Assert.Equal(4, new[] { a[0], a[1], b[0], b[1] }.Distinct().Count());
        Assert.Equal(a, LoadPlan.Of(scenarios[0], [scenarios[0]], seed: 5));
    }

    [Fact]
    public void Arguments_outside_their_range_are_refused_by_name()
    {
        Assert.Throws<ArgumentOutOfRangeException>("copies", () => Simulation.KeepConstant(0, Second));
        Assert.Throws<ArgumentOutOfRangeException>("rate", () => Simulation.Inject(0, Second, Second));
        Assert.Throws<ArgumentOutOfRangeException>("copies", () => Simulation.RampingConstant(-1, Second));
        Assert.Throws<ArgumentOutOfRangeException>("copies", () => Simulation.IterationsForConstant(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>("iterations", () => Simulation.IterationsForConstant(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>("rate", () => Simulation.RampingInject(-1, Second, Second));
        Assert.Throws<ArgumentOutOfRangeException>("rate", () => Simulation.InjectPoisson(0, Second, Second));
        Assert.Throws<ArgumentOutOfRangeException>("rate", () => Simulation.IterationsForInject(-5, Second, 1));
        Assert.Throws<ArgumentOutOfRangeException>("iterations", () => Simulation.IterationsForInject(1, Second, 0));
        Assert.Throws<ArgumentOutOfRangeException>("iterations", () => Simulation.IterationsForInject(1, TimeSpan.FromDays(1), 31));
        Assert.Throws<ArgumentOutOfRangeException>("minRate", () => Simulation.InjectRandom(-1, 1, Second, Second));
        Assert.Throws<ArgumentOutOfRangeException>("maxRate", () => Simulation.InjectRandom(0, 0, Second, Second));
        Assert.Throws<ArgumentOutOfRangeException>("maxRate", () => Simulation.InjectRandom(3, 2, Second, Second));
        foreach (TimeSpan interval in (TimeSpan[])[TimeSpan.Zero, -Second])
        {
            Assert.Throws<ArgumentOutOfRangeException>("interval", () => Simulation.Inject(1, interval, Second));
            Assert.Throws<ArgumentOutOfRangeException>("interval", () => Simulation.RampingInject(1, interval, Second));
            Assert.Throws<ArgumentOutOfRangeException>("interval", () => Simulation.InjectRandom(1, 2, interval, Second));
            Assert.Throws<ArgumentOutOfRangeException>("interval", () => Simulation.InjectPoisson(1, interval, Second));
            Assert.Throws<ArgumentOutOfRangeException>("interval", () => Simulation.IterationsForInject(1, interval, 1));
        }

        foreach (TimeSpan during in (TimeSpan[])[TimeSpan.Zero, -Second, Timeout.InfiniteTimeSpan, TimeSpan.FromDays(30) + TimeSpan.FromTicks(1), TimeSpan.MaxValue])
        {
            Assert.Throws<ArgumentOutOfRangeException>("during", () => Simulation.KeepConstant(1, during));
            Assert.Throws<ArgumentOutOfRangeException>("during", () => Simulation.Inject(1, Second, during));
            Assert.Throws<ArgumentOutOfRangeException>("during", () => Simulation.RampingConstant(1, during));
            Assert.Throws<ArgumentOutOfRangeException>("during", () => Simulation.RampingInject(1, Second, during));
            Assert.Throws<ArgumentOutOfRangeException>("during", () => Simulation.InjectRandom(1, 1, Second, during));
            Assert.Throws<ArgumentOutOfRangeException>("during", () => Simulation.InjectPoisson(1, Second, during));
            Assert.Throws<ArgumentOutOfRangeException>("during", () => Simulation.Pause(during));
        }
    }

    [Fact]
    public void A_scenario_needs_a_name_and_a_load_and_the_last_load_counts()
    {
        Assert.Throws<ArgumentException>("name", () => Scenario.Create(" ", _ => Task.CompletedTask));
        Scenario scenario = Scenario.Create("a", _ => Task.CompletedTask);
        Assert.Throws<ArgumentException>("simulations", () => scenario.WithLoadSimulations());

        scenario.WithLoadSimulations(Simulation.Pause(Second)).WithLoadSimulations(Simulation.KeepConstant(2, Second));

        Assert.Equal(2, Assert.Single(scenario.Simulations).Copies);
    }
}
