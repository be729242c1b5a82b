using LoadTool.Metrics;

namespace LoadTool.Tests.Run;

public sealed class TrustRulesTests
{
    private const long Millisecond = 1_000_000;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(100);

    /// <summary>A generator that did nothing wrong.</summary>
    private static TrustFigures Good { get; } = new()
    {
        Length = Length,
        Loops = [Loop(0), Loop(1)],
        MaxConnections = 1_000,
        Ports = 28_232,
        OtherDescriptors = 100,
        DescriptorLimit = 20_000,
        MachineBusy = 0.5,
        MachineStolen = 0,
    };

    [Fact]
    public void A_generator_that_kept_time_is_trusted_without_a_word()
    {
        Trust trust = Judge(Good);

        Assert.Equal(TrustVerdict.Trusted, trust.Verdict);
        Assert.Empty(trust.Reasons);
    }

    // Two loops of 100 s: 0.1 % is 200 ms, 1 % is 2 s of lag beyond the 10 ms that are noise.
    [Theory]
    [InlineData(1, 49, TrustVerdict.Trusted)]
    [InlineData(1, 60, TrustVerdict.Degraded)]
    [InlineData(9, 30, TrustVerdict.Trusted)]
    [InlineData(12, 30, TrustVerdict.Degraded)]
    [InlineData(95, 30, TrustVerdict.Degraded)]
    [InlineData(120, 30, TrustVerdict.Invalid)]
    [InlineData(100_000, 9, TrustVerdict.Trusted)]
    public void Lags_are_judged_by_the_time_they_took_and_by_the_longest(long count, long milliseconds, TrustVerdict verdict)
    {
        Trust trust = Judge(Good with { Lags = [Lags(LagCause.Starved, milliseconds, count)] });

        Assert.Equal(verdict, trust.Verdict);
        Assert.Equal(verdict == TrustVerdict.Trusted ? [] : ["lag.starved"], trust.Reasons.Select(reason => reason.Kind));
    }

    [Fact]
    public void A_hiccup_does_not_make_a_short_run_invalid()
    {
        TrustFigures shortRun = Good with { Length = TimeSpan.FromSeconds(1), Loops = [Loop(0)] };

        Assert.Equal(TrustVerdict.Trusted, Judge(shortRun with { Lags = [Lags(LagCause.Starved, 29)] }).Verdict);
        Assert.Equal(TrustVerdict.Degraded, Judge(shortRun with { Lags = [Lags(LagCause.Starved, 40)] }).Verdict);
        Assert.Equal(TrustVerdict.Invalid, Judge(shortRun with { Lags = [Lags(LagCause.Stopped, 200)] }).Verdict);
    }

    [Fact]
    public void A_lag_that_is_small_against_the_latencies_is_no_lie()
    {
        TrustFigures lagged = Good with { Lags = [Lags(LagCause.Starved, 60)] };

        Assert.Equal(TrustVerdict.Degraded, Judge(lagged, fastestP99: 500 * Millisecond).Verdict);
        Assert.Equal(TrustVerdict.Trusted, Judge(lagged, fastestP99: 700 * Millisecond).Verdict);
    }

    [Fact]
    public void A_generator_that_lags_all_the_time_is_not_excused_by_the_latencies_it_made_itself()
    {
        TrustFigures lagging = Good with { Lags = [Lags(LagCause.Script, 100, 1_000)] };

        Assert.Equal(TrustVerdict.Invalid, Judge(lagging, fastestP99: 50_000 * Millisecond).Verdict);
    }

    [Fact]
    public void Only_causes_that_matter_are_named_and_the_worst_comes_first()
    {
        Trust trust = Judge(Good with
        {
            Lags = [Lags(LagCause.Busy, 40, 5), Lags(LagCause.Script, 100, 100), Lags(LagCause.Stopped, 200), Lags(LagCause.Collection, 30, 3)],
            Blocks = [new BlockFigures("shop", "pay", 100, TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100), 17, TimeSpan.FromSeconds(61.5))],
        });

        Assert.Equal([(TrustVerdict.Invalid, "lag.script"), (TrustVerdict.Degraded, "lag.stopped")], trust.Reasons.Select(reason => (reason.Verdict, reason.Kind)));
        Assert.Equal(
            "scenario \"shop\", user 17, in step \"pay\", blocked its event loop: 100 times, at worst 100.1 ms at 0:07.0, 4.51% of the run",
            trust.Reasons[0].Finding);
        Assert.Equal(0.01, trust.Reasons[0].Limit);
        Assert.Equal("share", trust.Reasons[0].Unit);
        Assert.Equal((0.05, "seconds"), (trust.Reasons[1].Limit, trust.Reasons[1].Unit));
    }

    [Theory]
    [InlineData(0, TrustVerdict.Trusted)]
    [InlineData(1, TrustVerdict.Trusted)]
    [InlineData(2, TrustVerdict.Degraded)]
    [InlineData(11, TrustVerdict.Invalid)]
    public void Arrivals_that_begin_late_count_by_their_share(long latePercent, TrustVerdict verdict) => Assert.Equal(
        verdict,
        Judge(Good with { Loops = [Loop(0, lateness: Histogram((Millisecond, 100 - latePercent), (25 * Millisecond, latePercent)))] }).Verdict);

    [Theory]
    [InlineData(0.1, 0.05, 0.01, 0.05, 0.95, TrustVerdict.Trusted)]
    [InlineData(0.11, 0, 0, 0, 0, TrustVerdict.Degraded)]
    [InlineData(0, 0.06, 0, 0, 0, TrustVerdict.Degraded)]
    [InlineData(0, 0.21, 0, 0, 0, TrustVerdict.Invalid)]
    [InlineData(0, 0, 0.011, 0, 0, TrustVerdict.Degraded)]
    [InlineData(0, 0, 0.11, 0, 0, TrustVerdict.Invalid)]
    [InlineData(0, 0, 0, 0.06, 0, TrustVerdict.Degraded)]
    [InlineData(0, 0, 0, 0, 0.96, TrustVerdict.Degraded)]
    public void Shares_of_time_are_judged_by_their_limits(double saturated, double waited, double collected, double stolen, double busy, TrustVerdict verdict) => Assert.Equal(
        verdict,
        Judge(Good with
        {
            SaturatedShare = saturated,
            Loops = [Loop(0), Loop(1, cpuWait: waited * Length)],
            GcPause = collected * Length,
            MachineStolen = stolen,
            MachineBusy = busy,
            IsTargetLocal = true,
        }).Verdict);

    [Theory]
    [InlineData(99_000_000, TrustVerdict.Trusted)]
    [InlineData(101_000_000, TrustVerdict.Degraded)]
    public void Wild_allocation_says_whose_it_was(long perSecond, TrustVerdict verdict)
    {
        long allocated = perSecond * 100;
        Trust trust = Judge(Good with { Loops = [Loop(0, allocated: allocated, scriptAllocated: allocated / 4 * 3)], AllocatedBytes = allocated });

        Assert.Equal(verdict, trust.Verdict);
        if (verdict == TrustVerdict.Degraded)
            Assert.Contains("101 MB/s were allocated: 75% by the script, 25% by the engine, 0% beside the loops", Assert.Single(trust.Reasons).Finding);
    }

    [Fact]
    public void Failures_of_this_machine_are_held_against_the_generator()
    {
        Assert.Equal(TrustVerdict.Degraded, Judge(Good with { ExhaustionFailures = 10 }).Verdict);
        Assert.Equal(TrustVerdict.Invalid, Judge(Good with { ExhaustionFailures = 11 }).Verdict);
    }

    [Theory]
    [InlineData(25_400, 100_000, null)]
    [InlineData(25_500, 100_000, "ports")]
    [InlineData(17_950, 20_000, "descriptors")]
    [InlineData(17_850, 20_000, null)]
    public void Being_near_a_limit_of_the_machine_degrades(long connections, long descriptors, string? kind)
    {
        Trust trust = Judge(Good with { MaxConnections = connections, DescriptorLimit = descriptors });

        Assert.Equal(kind, trust.Reasons.SingleOrDefault()?.Kind);
    }

    [Fact]
    public void A_step_of_the_wall_clock_degrades()
    {
        TrustReason reason = Assert.Single(Judge(Good with { ClockSteps = 2, LargestClockStep = TimeSpan.FromSeconds(-3) }).Reasons);

        Assert.Equal((TrustVerdict.Degraded, "clock", 3.0), (reason.Verdict, reason.Kind, reason.Figure));
    }

    [Fact]
    public void A_target_on_the_same_cores_is_a_note_while_there_is_room()
    {
        Trust trust = Judge(Good with { IsTargetLocal = true });

        Assert.Equal(TrustVerdict.Trusted, trust.Verdict);
        Assert.Equal("the target is on this machine and shares its cores, 50% busy", Assert.Single(trust.Reasons).Finding);
    }

    [Fact]
    public void What_the_system_does_not_tell_is_no_reason() => Assert.Empty(Judge(Good with
    {
        Loops = [Loop(0) with { Cpu = null, CpuWait = null }],
        Ports = null,
        DescriptorLimit = null,
        MachineBusy = null,
        MachineStolen = null,
    }).Reasons);

    private static Trust Judge(TrustFigures figures, double fastestP99 = 5 * Millisecond) => TrustRules.Judge(figures, fastestP99, attempts: 1_000);

    private static LoopFigures Loop(int index, Histogram? lateness = null, TimeSpan cpuWait = default, long allocated = 0, long scriptAllocated = 0) =>
        new(index, Histogram((50_000, 10_000)), lateness ?? Histogram(), TimeSpan.FromSeconds(20), cpuWait, allocated, scriptAllocated);

    private static LagFigures Lags(LagCause cause, long milliseconds, long count = 1) => new(cause, Histogram((milliseconds * Millisecond, count)), TimeSpan.FromSeconds(7));

    private static Histogram Histogram(params (long Nanoseconds, long Count)[] values)
    {
        Histogram histogram = LagWatch.NewHistogram();
        foreach ((long nanoseconds, long count) in values)
            histogram.RecordValueWithCount(nanoseconds, count);
        return histogram;
    }
}
