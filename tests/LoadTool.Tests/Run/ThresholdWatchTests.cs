using LoadTool.Tests.Outputs;

namespace LoadTool.Tests.Run;

/// <summary>Thresholds against figures that grow.</summary>
public sealed class ThresholdWatchTests
{
    private static readonly Outcome Reset = new("ConnectionReset", "connection reset");

    private readonly List<string> _log = [];
    private int _aborts;

    [Fact]
    public void A_threshold_is_crossed_now_or_not_and_only_what_was_counted_can_be()
    {
        ThresholdWatch watch = Watch(Plain("errors: rate < 10%", "echo: count > 50", "later: max < 1s"));

        Assert.Equal([false, false, false], Look(watch, second: 1, ok: 0, failed: 0));
        Assert.Equal([true, true, false], Look(watch, second: 2, ok: 8, failed: 1));
        Assert.Equal([false, true, false], Look(watch, second: 3, ok: 18, failed: 1));
        Assert.Equal([false, false, false], Look(watch, second: 4, ok: 99, failed: 1));
        Assert.Equal([false, false, true], Crossed(watch.End(Figures(second: 5, ok: 99, failed: 1))));
        Assert.Equal((0, 0), (_aborts, _log.Count));
    }

    [Theory]
    [InlineData("errors: rate < 10% abort", 2)]
    [InlineData("errors: rate < 10% abort after 3s", 3)]
    [InlineData("errors: rate < 10% abort after 3500ms", 4)]
    public void An_aborting_threshold_ends_the_load_once_when_the_run_is_old_enough(string text, int second)
    {
        ThresholdWatch watch = Watch(Plain(text));

        IReadOnlyList<ThresholdResult> last = [];
        for (int now = 1; now <= 6; now++)
        {
            last = watch.Look(Figures(now, ok: 10, failed: now == 1 ? 0 : 5), mayAbort: true);
            Assert.Equal(now < second ? 0 : 1, _aborts);
        }

        Assert.Equal(TimeSpan.FromSeconds(second), last[0].AbortedAt);
        Assert.Equal($"threshold \"{text}\" of scenario \"a\" aborted the run: crossed {second}.0 s after the load's start", Assert.Single(_log));
    }

    [Fact]
    public void What_aborted_the_run_stays_crossed_though_the_drain_made_it_right()
    {
        ThresholdWatch watch = Watch(Plain("errors: rate < 10% abort"));
        watch.Look(Figures(1, ok: 8, failed: 1), mayAbort: true);

        ThresholdResult end = Assert.Single(watch.End(Figures(2, ok: 99, failed: 1)));

        Assert.Equal((true, 0.01, TimeSpan.FromSeconds(1)), (end.IsCrossed, end.Value!.Value, end.AbortedAt));
    }

    [Fact]
    public void A_load_that_has_ended_is_not_aborted()
    {
        ThresholdWatch watch = Watch(Plain("errors: rate < 10% abort"));

        ThresholdResult now = Assert.Single(watch.Look(Figures(1, ok: 1, failed: 1), mayAbort: false));

        Assert.Equal((0, true, null), (_aborts, now.IsCrossed, now.AbortedAt));
    }

    [Fact]
    public void The_object_form_is_the_text_form()
    {
        ThresholdWatch watch = Watch(New().WithThresholds(Threshold.Create("errors: rate < 10%", abortOnFail: true, delayAbortEval: TimeSpan.FromSeconds(3))));

        Look(watch, second: 2, ok: 1, failed: 1);
        Assert.Equal(0, _aborts);
        Look(watch, second: 3, ok: 1, failed: 1);
        Assert.Equal(1, _aborts);
    }

    [Fact]
    public void A_condition_in_code_aborts_after_so_many_errors_from_its_start_on()
    {
        ThresholdWatch watch = Watch(New().WithThresholds(
            Threshold.Create(stats => stats.Fail.Request.Percent < 10, abortWhenErrorCount: 3, startCheckAfter: TimeSpan.FromSeconds(2))));

        for (int second = 1; second <= 3; second++)
            Look(watch, second, ok: 1, failed: 1);
        Look(watch, second: 4, ok: 99, failed: 1);
        Assert.Equal(0, _aborts);
        ThresholdResult third = watch.Look(Figures(5, ok: 1, failed: 1), mayAbort: true)[0];

        Assert.Equal((1, 3, "stats => stats.Fail.Request.Percent < 10"), (_aborts, third.ErrorCount, third.Text));
    }

    [Fact]
    public void Conditions_in_code_see_what_was_counted()
    {
        Scenario scenario = New().WithThresholds(
            Threshold.Create(stats => stats is { ScenarioName: "a", Duration.TotalSeconds: 10, Ok.Request: { Count: 4, RPS: 0.4, Percent: 80 }, Fail.Request.Count: 1, AllRequestCount: 5 }),
            Threshold.Create(stats => stats.StepStats.Get("echo").Ok.Latency.Percent99 < 5.01 && stats.StepStats.Find("other") is null && stats.StepStats.Count == 1),
            Threshold.Create("echo", stats => stats.Fail.StatusCodes.Get("ConnectionReset") is { Count: 10, Percent: 10 } && stats.Fail.StatusCodes.Get("other").Count == 0),
            Threshold.Create("echo", stats => stats.Ok.Latency is { MinMs: > 4.99 and < 5.01, MaxMs: > 4.99 and < 5.01, MeanMs: > 4.99 and < 5.01, Percent50: > 4.99, StdDev: < 0.01 }),
            Threshold.Create(metric => metric.Counters.Get("orders").Value == 7 && metric.Gauges.Get("queue").Value == 2.5 && metric.Histograms.Get("basket").Values.Max == 9));
        RunFigures figures = Figures(10, ok: 90, failed: 10) with
        {
            Iterations = [PlantedRun.Figures("a", "(iteration)", PlantedRun.Latencies((1_000, 4)), [(Reset, 1)])],
            Metrics = new([new("orders", "", 7)], [new("queue", "", 2.5, 1, 3)], [new("basket", "", PlantedRun.Latencies((9, 1)))]),
        };

        IReadOnlyList<ThresholdResult> results = Watch(scenario).End(figures);

        Assert.All(results, result => Assert.Equal((1, ThresholdUnit.Condition, false), (result.Value, result.Unit, result.IsCrossed)));
        Assert.Equal(5, results.Count);
        Assert.Equal("echo: stats => stats.Fail.StatusCodes.Get(\"ConnectionReset\") is { Count: 10, Percent: 10 } && stats.Fail.StatusCodes.Get(\"other\").Count == 0", results[2].Text);
    }

    [Fact]
    public void A_condition_in_code_on_what_never_was_has_no_answer_and_is_crossed_at_the_end()
    {
        ThresholdWatch watch = Watch(New().WithThresholds(
            Threshold.Create("never", stats => stats.Ok.Request.Count >= 0), Threshold.Create(stats => stats.StepStats.Get("never").AllRequestCount >= 0), Threshold.Create(metric => metric.Counters.Get("never").Value >= 0)));

        Assert.Equal([false, false, false], Look(watch, second: 1, ok: 1, failed: 0));
        IReadOnlyList<ThresholdResult> end = watch.End(Figures(2, ok: 1, failed: 0));

        Assert.Equal([true, true, true], Crossed(end));
        Assert.All(end, result => Assert.Null(result.Value));
        Assert.Empty(_log);
    }

    [Fact]
    public void A_condition_in_code_that_throws_is_crossed_and_told_once()
    {
        ThresholdWatch watch = Watch(New().WithThresholds(Threshold.Create((ScenarioStats stats) => stats.AllRequestCount < 0 ? true : throw new InvalidOperationException("boom"))));

        Assert.Equal([true], Look(watch, second: 1, ok: 1, failed: 0));
        Assert.Equal([true], Look(watch, second: 2, ok: 1, failed: 0));
        Assert.Equal([true], Crossed(watch.End(Figures(3, ok: 1, failed: 0))));
        Assert.EndsWith("threw: boom", Assert.Single(_log));
    }

    [Fact]
    public void Each_scenario_is_held_against_its_own_figures()
    {
        Scenario other = Scenario.Create("b", _ => Task.CompletedTask).WithThresholds("errors: rate < 10%");
        ThresholdWatch watch = new([Plain("errors: rate < 10%"), other], _log.Add, error => error.Message, () => _aborts++);
        RunFigures both = Figures(1, ok: 1, failed: 1) with { Steps = [PlantedRun.Figures("a", "echo", PlantedRun.Latencies((1, 1)), [(Reset, 1)]), PlantedRun.Figures("b", "echo", PlantedRun.Latencies((1, 1)))] };

        Assert.Equal([("a", true), ("b", false)], watch.Look(both, mayAbort: true).Select(result => (result.Scenario, result.IsCrossed)));
    }

    [Fact]
    public void Limits_of_a_threshold_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("abortWhenErrorCount", () => Threshold.Create(stats => stats.AllRequestCount > 0, abortWhenErrorCount: 0));
        Assert.Throws<ArgumentOutOfRangeException>("startCheckAfter", () => Threshold.Create("echo", stats => stats.AllRequestCount > 0, startCheckAfter: TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>("delayAbortEval", () => Threshold.Create("errors: rate < 1%", delayAbortEval: TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentException>(() => New().WithThresholds("errors"));
    }

    private ThresholdWatch Watch(Scenario scenario) => new([scenario], _log.Add, error => error.Message, () => _aborts++);

    private static Scenario New() => Scenario.Create("a", _ => Task.CompletedTask);

    private static Scenario Plain(params string[] thresholds) => New().WithThresholds(thresholds);

    private static RunFigures Figures(int second, long ok, long failed) => new(
        ok + failed == 0 ? [] : [PlantedRun.Figures("a", "echo", PlantedRun.Latencies((5_000_000, ok)), [(Reset, failed)])],
        [PlantedRun.Figures("a", "(iteration)", PlantedRun.Latencies((1_000, ok)), [(Reset, failed)])],
        TimeSpan.FromSeconds(second));

    private static bool[] Look(ThresholdWatch watch, int second, long ok, long failed) => Crossed(watch.Look(Figures(second, ok, failed), mayAbort: true));

    private static bool[] Crossed(IReadOnlyList<ThresholdResult> results) => [.. results.Select(result => result.IsCrossed)];
}
