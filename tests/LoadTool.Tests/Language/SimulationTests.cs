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

        Assert.Equal(dueTicks, inject.DueAt(arrival).Ticks);
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
                Int128 error = (Int128)inject.DueAt(arrival).Ticks * rate - (Int128)arrival * interval;
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

    [Fact]
    public void Models_that_are_closed_have_no_arrivals()
    {
        LoadSimulation constant = Simulation.KeepConstant(copies: 7, during: Second);
        LoadSimulation pause = Simulation.Pause(during: Second);

        Assert.Equal((7, 0L, Second), (constant.Copies, constant.Arrivals, constant.During));
        Assert.Equal((0, 0L, Second), (pause.Copies, pause.Arrivals, pause.During));
        Assert.Throws<NotSupportedException>(() => constant.DueAt(0));
        Assert.Throws<NotSupportedException>(() => pause.DueAt(0));
    }

    [Fact]
    public void Arguments_outside_their_range_are_refused_by_name()
    {
        Assert.Throws<ArgumentOutOfRangeException>("copies", () => Simulation.KeepConstant(0, Second));
        Assert.Throws<ArgumentOutOfRangeException>("rate", () => Simulation.Inject(0, Second, Second));
        Assert.Throws<ArgumentOutOfRangeException>("interval", () => Simulation.Inject(1, TimeSpan.Zero, Second));
        foreach (TimeSpan during in (TimeSpan[])[TimeSpan.Zero, -Second, TimeSpan.FromDays(30) + TimeSpan.FromTicks(1), TimeSpan.MaxValue])
        {
            Assert.Throws<ArgumentOutOfRangeException>("during", () => Simulation.KeepConstant(1, during));
            Assert.Throws<ArgumentOutOfRangeException>("during", () => Simulation.Inject(1, Second, during));
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
