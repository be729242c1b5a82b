using LoadTool.Analysis.Capacity;
using LoadTool.Analysis.Statistics;

namespace LoadTool.Tests.Analysis.Capacity;

/// <summary>Trials near the limit say where it lies, whatever those far off say.</summary>
public sealed class LimitEstimateTests
{
    private static readonly Objective Objective = Objective.Parse("work: p(90) < 80ms");

    [Fact]
    public void A_disturbed_small_load_does_not_pull_the_limit_down()
    {
        Trial held = TrialOf(700, 0, 0, 0.003, TrialVerdict.Held), failed = TrialOf(837, 0.9, 0.8, 0.95, TrialVerdict.Failed);

        Assert.InRange(LimitEstimate.Of([TrialOf(70, 0.05, 0.01, 0.2, TrialVerdict.Undecided), held, failed], held, failed), 760, 830);
    }

    [Fact]
    public void Undecided_trials_say_how_far_from_the_limit_they_were()
    {
        Trial held = TrialOf(600, 0.04, 0.03, 0.06, TrialVerdict.Held), failed = TrialOf(700, 0.4, 0.3, 0.5, TrialVerdict.Failed);
        Trial[] between = [TrialOf(640, 0.09, 0.06, 0.13, TrialVerdict.Undecided), TrialOf(660, 0.12, 0.08, 0.2, TrialVerdict.Undecided)];

        Assert.InRange(LimitEstimate.Of([held, .. between, failed], held, failed), 640, 660);
    }

    [Fact]
    public void Neighbours_that_contradict_each_other_are_taken_together()
    {
        Trial held = TrialOf(600, 0.04, 0.03, 0.06, TrialVerdict.Held), failed = TrialOf(700, 0.4, 0.3, 0.5, TrialVerdict.Failed);
        Trial[] between = [TrialOf(640, 0.16, 0.09, 0.25, TrialVerdict.Undecided), TrialOf(660, 0.09, 0.06, 0.13, TrialVerdict.Undecided)];

        double limit = LimitEstimate.Of([held, .. between, failed], held, failed);

        Assert.InRange(limit, 620, 680);
    }

    [Fact]
    public void A_throughput_that_falls_short_is_read_the_other_way_round()
    {
        Objective floor = Objective.Parse("work: rate > 100/s");
        Trial held = TrialOf(100, 120, 115, 125, TrialVerdict.Held, floor), failed = TrialOf(150, 80, 75, 85, TrialVerdict.Failed, floor);

        Assert.InRange(LimitEstimate.Of([held, failed], held, failed), 115, 130);
    }

    private static Trial TrialOf(double load, double share, double low, double high, TrialVerdict verdict, Objective? objective = null) => new(
        new TrialPlan(load, TrialPurpose.Search, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5)), verdict, [new ObjectiveResult(objective ?? Objective, verdict, new Interval(share, low, high), null)]);
}
