using LoadTool.Analysis.Capacity;
using LoadTool.Metrics;

namespace LoadTool.Tests.Analysis.Capacity;

/// <summary>What a trial says of the target, when the generator or the way to it had a part in it.</summary>
public sealed class TrialJudgeTests
{
    private const string Fast = "work: p(99) < 20ms";

    [Theory]
    [InlineData(2, 0.0, "Held")]
    [InlineData(2, 5.0, "Held")]
    [InlineData(200, 0.0, "Failed TargetLatency")]
    [InlineData(200, 0.05, "Failed TargetLatency")]
    [InlineData(200, 0.2, "GeneratorLimited Generator")]
    [InlineData(200, 1.0, "GeneratorLimited Generator")]
    public void A_failure_is_the_targets_unless_the_generator_explains_it(int slowOfThousand, double generatorShare, string expected)
    {
        Trial trial = TrialOf([Fast], slowOfThousand).End(new GeneratorPart(generatorShare, IsExhausted: false, generatorShare > 0 ? "late" : null));

        Assert.Equal(expected, $"{trial.Verdict} {trial.Limit}".TrimEnd());
        Assert.Equal(generatorShare > 0 ? "late" : null, trial.Doubt);
    }

    [Fact]
    public void Without_a_latency_to_keep_an_overloaded_generator_has_held_nothing()
    {
        GeneratorPart overloaded = new(1, IsExhausted: false, "full");

        Assert.Equal(TrialVerdict.GeneratorLimited, TrialOf(["errors: rate < 1%"], slow: 0).End(overloaded).Verdict);
        Assert.Equal(TrialVerdict.Held, TrialOf(["errors: rate < 1%", Fast], slow: 0).End(overloaded).Verdict);
    }

    [Fact]
    public void Ports_and_the_network_are_limits_of_their_own()
    {
        Assert.Equal(CapacityLimit.Ports, TrialOf([Fast], slow: 200).End(new GeneratorPart(0, IsExhausted: true, "no port was free")).Limit);
        Trial lossy = TrialOf([Fast], slow: 200).End(GeneratorPart.None, network: "5% of 10,000 TCP segments of this machine had to be sent again");
        Assert.Equal((TrialVerdict.Failed, CapacityLimit.Network), (lossy.Verdict, lossy.Limit!.Value));
    }

    [Fact]
    public void A_load_that_was_not_delivered_is_no_trial_of_it()
    {
        Trial rate = TrialOf([Fast], slow: 0, load: 2_000).End(GeneratorPart.None);
        Assert.Equal((TrialVerdict.GeneratorLimited, "1,000 of 2,000 iterations a second were started"), (rate.Verdict, rate.Doubt));

        Trial connections = TrialOf([Fast], slow: 0, load: 2_000, LoadKind.Connections).End(GeneratorPart.None);
        Assert.Equal((TrialVerdict.Failed, CapacityLimit.TargetErrors, "10 of 2,000 connections were open"), (connections.Verdict, connections.Limit!.Value, connections.Doubt));
    }

    /// <summary>TCP accepts in the kernel what a server has no room for: such a socket is open, and no connection.</summary>
    [Fact]
    public void Sockets_that_wait_for_a_handshake_that_fails_are_no_open_connections()
    {
        TrialWatch watch = new(new TrialPlan(200, TrialPurpose.Search, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60)), LoadKind.Connections, [Objective.Parse("errors: rate < 50%")]);
        for (int second = 1; !watch.IsOver; second++)
        {
            Histogram connected = QueueingTarget.NewHistogram();
            connected.RecordValueWithCount(1_000_000, second <= 2 ? 90 : 0);
            watch.Add(QueueingTarget.Interval(second, QueueingTarget.NewHistogram(), arrivals: 0, users: 200) with
            {
                Connect = new ConnectFigures([new ConnectPhaseFigures("connect", connected)], new Dictionary<Outcome, long> { [new Outcome("ConnectionReset", "connection reset")] = second <= 2 ? 0 : 20 }, 0, new Dictionary<Outcome, long>()),
            });
        }

        Trial trial = watch.End(GeneratorPart.None);

        Assert.Equal((TrialVerdict.Failed, CapacityLimit.TargetErrors, "180 of 200 connections were open"), (trial.Verdict, trial.Limit!.Value, trial.Doubt));
        Assert.InRange(trial.Length.TotalSeconds, 4, 6);
    }

    [Fact]
    public void The_percentile_of_a_trial_has_the_interval_of_its_rank()
    {
        ObjectiveResult result = TrialOf([Fast], slow: 2).End(GeneratorPart.None).Objectives.Single();

        // 998 latencies of 5 ms in each second, 2 of 50 ms: p99 is 5 ms whatever its rank.
        Assert.Equal(0.005, result.Value!.Value.Estimate, tolerance: 1e-5);
        Assert.Equal(result.Value.Value.Estimate, result.Value.Value.High);
        Assert.Equal(0.002, result.Ratio!.Value.Estimate, tolerance: 1e-9);
    }

    [Fact]
    public void A_run_that_nobody_watched_may_be_all_the_generators_doing() =>
        Assert.Equal((1, "nobody watched the generator"), (GeneratorPart.Of(null).Share, GeneratorPart.Of(null).Finding));

    private static TrialWatch TrialOf(string[] objectives, int slow, double load = 1_000, LoadKind kind = LoadKind.Rate)
    {
        TrialWatch watch = new(new TrialPlan(load, TrialPurpose.Search, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10)), kind, [.. objectives.Select(Objective.Parse)]);
        for (int second = 1; second <= 11; second++)
        {
            Histogram latencies = QueueingTarget.NewHistogram();
            latencies.RecordValueWithCount(5_000_000, 1_000 - slow);
            latencies.RecordValueWithCount(50_000_000, slow);
            watch.Add(QueueingTarget.Interval(second, latencies, arrivals: 1_000, users: 10));
        }

        return watch;
    }
}
