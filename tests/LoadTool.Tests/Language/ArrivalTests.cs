namespace LoadTool.Tests.Language;

/// <summary>Open models: the moments of arrivals.</summary>
public sealed class ArrivalTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Arrivals_of_a_ramp_fill_every_window_with_its_integral_within_one(int seed)
    {
        Random random = new(seed);
        for (int i = 0; i < 200; i++)
        {
            int first = random.Next(2) * random.Next(1, 500), last = random.Next(3) * random.Next(0, 500);
            TimeSpan interval = TimeSpan.FromTicks(random.NextInt64(1_000, 20_000_000)), during = TimeSpan.FromTicks(random.NextInt64(1, 50_000_000));
            LoadSimulation ramp = Ramp(first, last, interval, during);
            long[] due = [.. Enumerable.Range(0, (int)Math.Min(ramp.Arrivals, 20_000)).Select(number => ramp.DueAt(number)!.Value.Ticks)];

            Assert.Equal(due.Order(), due);
            for (int w = 0; w < 10 && ramp.Arrivals <= 20_000; w++)
            {
                long from = random.NextInt64(during.Ticks + 1), to = random.NextInt64(from, during.Ticks + 1);
                double expected = Integral(to) - Integral(from);
                Assert.True(Math.Abs(due.Count(tick => tick >= from && tick < to) - expected) <= 1 + 1e-3, $"seed {seed}: {first} to {last} per {interval} in {during}, {from}..{to}");
            }

            double Integral(double t) => (first * t + (last - (double)first) * t * t / (2 * during.Ticks)) / interval.Ticks;
        }
    }

    [Theory]
    [InlineData(0, 50, 30, 750)]
    [InlineData(50, 0, 30, 750)]
    [InlineData(50, 20, 30, 1050)]
    [InlineData(20, 20, 30, 600)]
    [InlineData(0, 0, 30, 0)]
    [InlineData(0, 1, 1, 1)]
    [InlineData(1_000_000, 0, 3600, 1_800_000_000)]
    public void A_ramp_of_arrivals_is_exact_at_both_ends(int first, int last, int seconds, long arrivals)
    {
        TimeSpan during = TimeSpan.FromSeconds(seconds);
        LoadSimulation ramp = Ramp(first, last, Second, during);

        Assert.Equal(arrivals, ramp.Arrivals);
        Assert.Equal((last, Second.Ticks), ramp.LastRate);
        if (arrivals == 0)
            return;
        Assert.Equal(TimeSpan.Zero, ramp.DueAt(0));
        foreach (long number in (long[])[Math.Min(1, arrivals - 1), arrivals / 3, arrivals - 1])
        {
            // The first tick at which the integral has reached the number, and no other.
            long tick = ramp.DueAt(number)!.Value.Ticks;
            Assert.InRange(tick, 0, during.Ticks);
            Assert.True(Twice(tick) >= (Int128)number * 2 * Second.Ticks * during.Ticks);
            Assert.True(tick == 0 || Twice(tick - 1) < (Int128)number * 2 * Second.Ticks * during.Ticks);
        }

        Int128 Twice(long tick) => (Int128)2 * first * during.Ticks * tick + (Int128)(last - first) * tick * tick;
    }

    [Fact]
    public void A_ramp_begins_at_the_rate_before_it_whatever_its_interval()
    {
        LoadSimulation[] before =
        [
            Simulation.Inject(60, TimeSpan.FromMinutes(1), Second), Simulation.InjectPoisson(1, Second, Second), Simulation.IterationsForInject(2, 2 * Second, 5),
            Simulation.InjectRandom(0, 2, Second, Second), Ramp(5, 1, Second, Second),
        ];
        foreach (LoadSimulation simulation in before)
            Assert.Equal(10, Simulation.RampingInject(1, Second, 10 * Second).After(simulation, seed: 1).Arrivals);
        foreach (LoadSimulation simulation in (LoadSimulation[])[Simulation.Pause(Second), Simulation.KeepConstant(7, Second)])
            Assert.Equal(5, Simulation.RampingInject(1, Second, 10 * Second).After(simulation, seed: 1).Arrivals);

        // One in three seconds, rounded to a thousandth of an arrival per second.
        LoadSimulation third = Simulation.RampingInject(0, Second, 6000 * Second).After(Simulation.Inject(1, 3 * Second, Second), seed: 1);
        Assert.Equal(999, third.Arrivals);
    }

    [Fact]
    public void The_largest_ramps_still_fit()
    {
        LoadSimulation ramp = Ramp(int.MaxValue, 0, Second, TimeSpan.FromDays(30));

        Assert.Equal(int.MaxValue * 1_296_000L, ramp.Arrivals);
        Assert.InRange(ramp.DueAt(ramp.Arrivals - 1)!.Value, TimeSpan.FromDays(29.9), TimeSpan.FromDays(30));
        Assert.InRange(ramp.DueAt(ramp.Arrivals / 4 * 3)!.Value, TimeSpan.FromDays(14.999), TimeSpan.FromDays(15.001));
    }

    [Fact]
    public void Iterations_at_a_rate_last_until_one_more_would_be_due()
    {
        LoadSimulation simulation = Simulation.IterationsForInject(rate: 3, interval: Second, iterations: 7);

        Assert.Equal((7L, 23_333_334L), (simulation.Arrivals, simulation.During.Ticks));
        Assert.Equal([0, 3_333_333, 6_666_667, 10_000_000], Enumerable.Range(0, 4).Select(number => simulation.DueAt(number)!.Value.Ticks));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_random_rate_holds_for_its_interval_is_even_inside_it_and_each_is_as_likely(int seed)
    {
        const int Intervals = 9_000;
        LoadSimulation simulation = Simulation.InjectRandom(minRate: 2, maxRate: 10, Second, Intervals * Second).After(null, seed);
        long[][] due = [.. Moments(simulation).GroupBy(tick => tick / Second.Ticks).Select(interval => interval.Select(tick => tick % Second.Ticks).ToArray())];

        Assert.Equal(Intervals, due.Length);
        foreach (long[] moments in due)
            Assert.Equal(Enumerable.Range(0, moments.Length).Select(index => (index * Second.Ticks + moments.Length / 2) / moments.Length), moments);
        int[] likely = [.. due.GroupBy(moments => moments.Length).OrderBy(rate => rate.Key).Select(rate => rate.Count())];
        Assert.Equal(9, likely.Length);

        // 1,000 expected of each, with a standard deviation of 30.
        Assert.All(likely, count => Assert.InRange(count, 850, 1150));
    }

    [Fact]
    public void A_random_rate_ends_with_its_simulation_in_the_middle_of_an_interval()
    {
        LoadSimulation simulation = Simulation.InjectRandom(10, 10, Second, TimeSpan.FromSeconds(1.25)).After(null, seed: 5);

        Assert.Equal(Enumerable.Range(0, 13).Select(number => number * 1_000_000L), Moments(simulation));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Poisson_arrivals_have_exponential_gaps(int seed)
    {
        const double MeanTicks = 100_000;
        LoadSimulation simulation = Simulation.InjectPoisson(rate: 100, Second, during: 1000 * Second).After(null, seed);
        long[] moments = [.. Moments(simulation)];
        double[] gaps = [.. moments.Zip(moments.Skip(1), (one, next) => (double)(next - one)).Order()];
        double mean = gaps.Average(), variance = gaps.Average(gap => (gap - mean) * (gap - mean));

        // 100,000 expected with a standard deviation of 316; the mean gap is as exact, its variance four times less.
        Assert.InRange(moments.Length, 98_500, 101_500);
        Assert.InRange(mean / MeanTicks, 0.985, 1.015);
        Assert.InRange(variance / (MeanTicks * MeanTicks), 0.96, 1.04);

        // Kolmogorov and Smirnov: more than 1.95 / sqrt(n) comes by chance once in a thousand times.
        double distance = gaps.Select((gap, index) =>
        {
            double expected = 1 - Math.Exp(-gap / MeanTicks);
            return Math.Max(Math.Abs(expected - index / (double)gaps.Length), Math.Abs(expected - (index + 1) / (double)gaps.Length));
        }).Max();
        Assert.InRange(distance, 0, 1.95 / Math.Sqrt(gaps.Length));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void Counts_of_Poisson_arrivals_in_windows_vary_as_much_as_their_mean_and_know_nothing_of_each_other(int seed)
    {
        LoadSimulation simulation = Simulation.InjectPoisson(rate: 20, Second, during: 10_000 * Second).After(null, seed);
        ILookup<long, long> windows = Moments(simulation).ToLookup(tick => tick / Second.Ticks);
        double[] counts = [.. Enumerable.Range(0, 10_000).Select(second => (double)windows[second].Count())];
        double mean = counts.Average(), variance = counts.Average(count => (count - mean) * (count - mean));
        double covariance = counts.Zip(counts.Skip(1), (one, next) => (one - mean) * (next - mean)).Average();

        Assert.InRange(mean, 19.8, 20.2);
        Assert.InRange(variance / mean, 0.93, 1.07);
        Assert.InRange(covariance / variance, -0.05, 0.05);
    }

    [Fact]
    public void The_same_seed_gives_the_same_arrivals_and_another_one_others()
    {
        foreach (LoadSimulation simulation in (LoadSimulation[])[Simulation.InjectPoisson(50, Second, 10 * Second), Simulation.InjectRandom(5, 50, Second, 10 * Second)])
        {
            Assert.Equal(Moments(simulation.After(null, 7)), Moments(simulation.After(Simulation.Pause(Second), 7)));
            Assert.NotEqual(Moments(simulation.After(null, 7)), Moments(simulation.After(null, 8)));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(64)]
    public void Loops_share_the_arrivals_each_is_one_loops_and_none_is_lost(int loops)
    {
        LoadSimulation[] simulations =
        [
            Simulation.Inject(333, Second, 3 * Second), Ramp(10, 300, Second, 3 * Second), Simulation.IterationsForInject(50, Second, 99),
            Simulation.InjectPoisson(70, Second, 9 * Second).After(null, 3), Simulation.InjectRandom(0, 90, Second, 9 * Second).After(null, 4),
            Simulation.Inject(100, Second, 9 * Second).PartOf(new WeightShare(2, 5, 9), 5),
        ];
        foreach (LoadSimulation simulation in simulations)
        {
            long[] all = [.. Numbers(simulation, first: 0, sharers: 1)];
            long[][] shared = [.. Enumerable.Range(0, loops).Select(loop => Numbers(simulation, loop, loops).ToArray())];

            Assert.NotEmpty(all);
            Assert.Equal(all, shared.SelectMany(numbers => numbers).Order());
            Assert.Equal(all, Enumerable.Range(0, (int)simulation.Arrivals).Where(number => simulation.DueAt(number) is not null).Select(number => (long)number));
            for (int loop = 0; loop < loops; loop++)
                Assert.All(shared[loop], number => Assert.Equal(loop, number % loops));
        }
    }

    [Fact]
    public void Models_that_are_closed_have_no_arrivals()
    {
        foreach (LoadSimulation closed in (LoadSimulation[])[Simulation.KeepConstant(7, Second), Simulation.RampingConstant(7, Second), Simulation.IterationsForConstant(7, 9), Simulation.Pause(Second)])
        {
            Assert.Equal(0, closed.Arrivals);
            Assert.Throws<NotSupportedException>(() => closed.DueAt(0));
        }
    }

    [Fact]
    public void The_moment_of_an_arrival_costs_no_allocation()
    {
        LoadSimulation[] simulations =
        [
            Simulation.Inject(1000, Second, 60 * Second), Ramp(1000, 10, Second, 60 * Second), Simulation.InjectPoisson(1000, Second, 60 * Second).After(null, 1),
            Simulation.InjectRandom(100, 1000, Second, 60 * Second).After(null, 1), Simulation.Inject(1000, Second, 60 * Second).PartOf(new WeightShare(0, 1, 2), 1),
        ];
        foreach (LoadSimulation simulation in simulations)
        {
            simulation.DueAt(0);
            Assert.Equal(0, Allocation.Of(() =>
            {
                for (long number = 0; number < 1000; number = simulation.Next(number, 3))
                    simulation.DueAt(number);
            }));
        }
    }

    private static LoadSimulation Ramp(int first, int last, TimeSpan interval, TimeSpan during) =>
        Simulation.RampingInject(last, interval, during).After(first == 0 ? null : Simulation.Inject(first, interval, Second), seed: 0);

    private static IEnumerable<long> Moments(LoadSimulation simulation) => Numbers(simulation, first: 0, sharers: 1).Select(number => simulation.DueAt(number)!.Value.Ticks);

    /// <summary>The numbers that one of several takes and that arrive.</summary>
    private static IEnumerable<long> Numbers(LoadSimulation simulation, long first, int sharers)
    {
        for (long number = first; number < simulation.Arrivals; number = simulation.Next(number, sharers))
        {
            if (simulation.DueAt(number) is not null)
                yield return number;
        }
    }
}
