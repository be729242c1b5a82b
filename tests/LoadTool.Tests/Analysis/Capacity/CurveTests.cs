using LoadTool.Analysis.Capacity;
using LoadTool.Analysis.Statistics;
using MathNet.Numerics.Distributions;

namespace LoadTool.Tests.Analysis.Capacity;

/// <summary>What is read off the curve of all trials: knee, balance, scaling, and what more load needs.</summary>
public sealed class CurveTests
{
    private static readonly double[] Loads = [80, 200, 320, 440, 560, 680, 720, 740, 760, 780];

    [Fact]
    public void The_knee_is_where_a_flat_curve_turns_upwards()
    {
        Assert.Equal(560, Knee.Of(Loads.Select(load => (load, load <= 560 ? 0.005 : 0.005 * Math.Exp((load - 560) / 60)))));
        Assert.InRange(Knee.Of(Loads.Select(load => (load, 1 / (800 - load))))!.Value, 560, 740);
    }

    [Fact]
    public void A_curve_without_a_turn_has_no_knee()
    {
        Assert.Null(Knee.Of(Loads.Select(load => (load, 0.005))));
        Assert.Null(Knee.Of(Loads.Select(load => (load, 0.005 * Math.Exp(load / 300)))));
        Assert.Null(Knee.Of(Loads.Select(load => (load, 1 / load))));
        Assert.Null(Knee.Of(Loads.Take(Knee.LeastPoints - 1).Select(load => (load, load < 400 ? 0.001 : 1))));
    }

    [Fact]
    public void Littles_law_is_kept_by_a_queue_in_balance_and_broken_by_users_that_nobody_counts()
    {
        Trial trial = TrialOf(100, 100) with { Started = 100, Ended = 100, IterationMean = 0.2, InFlight = new Interval(20.5, 18, 23) };

        Assert.True(LittleLaw.Of(trial)!.IsKept);
        LittleLaw broken = LittleLaw.Of(trial with { InFlight = new Interval(30, 28, 32) })!;
        Assert.False(broken.IsKept);
        Assert.Equal(0.5, broken.Deviation, tolerance: 1e-9);
        Assert.Null(LittleLaw.Of(trial with { Ended = 50 }));
        Assert.Null(LittleLaw.Of(trial with { Ended = 0, IterationMean = null }));
    }

    [Fact]
    public void Generators_are_counted_by_what_the_larger_trials_cost_at_seventy_percent_use()
    {
        Trial[] trials = [TrialOf(10, 10) with { Cpu = 0.1, Loops = 2 }, TrialOf(500, 500) with { Cpu = 0.1, Loops = 2 }, TrialOf(1_000, 1_000) with { Cpu = 0.25, Loops = 2 }];

        GeneratorNeed need = GeneratorNeed.For(20_000, trials)!;

        // 0.2 to 0.25 ms of processor time each: 4 to 5 processors, of 1.4 that a generator offers.
        Assert.Equal((3, 4, 2), (need.Least, need.Most, need.LoopsEach));
        Assert.Equal(5, need.Cores, tolerance: 1e-9);
        Assert.Null(GeneratorNeed.For(20_000, [TrialOf(10, 10)]));
    }

    [Fact]
    public void An_expected_load_is_carried_short_of_or_too_close_to_tell()
    {
        Interval limit = new(800, 780, 820);

        Assert.True(new Headroom(500, limit).IsCarried);
        Assert.Equal(0.56, new Headroom(500, limit).Room.Low, tolerance: 1e-9);
        Assert.Null(new Headroom(800, limit).IsCarried);
        Assert.False(new Headroom(2_400, limit).IsCarried);
        Assert.Equal((3, 4), new Headroom(2_400, limit).Targets);
    }

    [Theory]
    [InlineData(0.05, 0.0004, 60, 1)]
    [InlineData(0.2, 0.0001, 25, 2)]
    [InlineData(0.02, 0.002, 20, 3)]
    public void Ninety_five_of_a_hundred_intervals_of_a_sweep_hold_sigma_and_kappa(double sigma, double kappa, int largest, int seed)
    {
        const int Experiments = 1_000, Seconds = 30;
        SeededRandom random = new(seed);
        ScalingTarget target = new(lambda: 5_000, sigma, kappa, [], seed);
        double[] loads = [.. new[] { 0.05, 0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 0.95, 1, 1.05, 1.1, 1.25, 2 }.Select(part => Math.Max(1, Math.Round(part * largest))).Distinct()];
        int sigmas = 0, kappas = 0;
        for (int experiment = 0; experiment < Experiments; experiment++)
        {
            // Answers are counted, so small throughputs scatter more; what else goes on shifts each trial by about a percent.
            ScalingLaw law = ScalingLaw.Of(LoadKind.Users, [.. loads.Select(load => TrialOf(
                load, Poisson.Sample(random, target.Throughput(load) * Seconds * Math.Exp(Normal.Sample(random, 0, 0.01))) / (double)Seconds))])!;
            sigmas += law.Law.Sigma.Holds(sigma) ? 1 : 0;
            kappas += law.Law.Kappa.Holds(kappa) ? 1 : 0;
        }

        Assert.True(sigmas is >= 935 and <= 965 && kappas is >= 935 and <= 965, $"seed {seed}: σ {sigmas}, κ {kappas} of {Experiments}");
    }

    [Fact]
    public void A_bend_that_two_causes_explain_alike_is_told_as_that()
    {
        SeededRandom random = new(1);
        ScalingTarget target = new(lambda: 500, sigma: 0.02, kappa: 0.001, [], seed: 1);
        Trial[] few = [.. new double[] { 5, 10, 15, 20, 25 }.Select(load => TrialOf(load, target.Throughput(load) * Math.Exp(Normal.Sample(random, 0, 0.08))))];
        Trial[] many = [.. Enumerable.Range(1, 40).Select(load => TrialOf(3 * load, target.Throughput(3 * load) * Math.Exp(Normal.Sample(random, 0, 0.02))))];

        Assert.True(ScalingLaw.Of(LoadKind.Users, few)!.IsAmbiguous);
        Assert.False(ScalingLaw.Of(LoadKind.Users, many)!.IsAmbiguous);
    }

    private static Trial TrialOf(double load, double throughput) =>
        new(new TrialPlan(load, TrialPurpose.Sweep, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30)), TrialVerdict.Held, []) { Throughput = throughput, Length = TimeSpan.FromSeconds(30) };
}
