using LoadTool.Sockets;

namespace LoadTool.Tests.Run;

/// <summary>Metrics, checks and tags on loops that never start: this thread plays the thread of each in turn.</summary>
public sealed class MetricTests : IDisposable
{
    private readonly EventLoop[] _loops = Shares.Loops(2);
    private readonly ScenarioShare[] _shares;
    private readonly RunTally _tally;

    public MetricTests()
    {
        _shares = Shares.Of(_loops, 1, "a", "b");
        _tally = new RunTally(_loops, _shares);
    }

    public void Dispose() => RunLoop.Current = null;

    [Fact]
    public void Counters_of_all_loops_add_up_per_interval_and_in_total()
    {
        CounterMetric counter = Metric.CreateCounter("orders", "pieces");
        On(0, () => counter.Add());
        On(1, () => counter.Add(41));
        Assert.Equal(new CounterFigures("orders", "pieces", 42), Assert.Single(_tally.TakeMetrics().Counters));
        On(1, () => counter.Add(8));
        Assert.Equal(8, Assert.Single(_tally.TakeMetrics().Counters).Count);
        Assert.Equal(0, Assert.Single(_tally.TakeMetrics().Counters).Count);
        Assert.Equal(50, Assert.Single(_tally.MetricTotals().Counters).Count);
    }

    [Fact]
    public void A_gauge_shows_what_was_set_last_on_any_loop_and_the_range_of_all()
    {
        GaugeMetric gauge = Metric.CreateGauge("queue");
        On(1, () => gauge.Set(-2));
        On(0, () => gauge.Set(9.5));
        On(1, () => gauge.Set(3));

        Assert.Equal(new GaugeFigures("queue", "", 3, -2, 9.5), Assert.Single(_tally.TakeMetrics().Gauges));
        On(0, () => gauge.Set(4));
        Assert.Equal(new GaugeFigures("queue", "", 4, -2, 9.5), Assert.Single(_tally.TakeMetrics().Gauges));
        Assert.Equal(4, Assert.Single(_tally.MetricTotals().Gauges).Last);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Histograms_of_all_loops_merge_without_losing_a_value_however_large(int seed)
    {
        HistogramMetric metric = Metric.CreateHistogram("basket", "EUR");
        Random random = new(seed);
        List<long> all = [];
        long ofIntervals = 0;
        for (int interval = 0; interval < 5; interval++)
        {
            for (int i = 0; i < 1_000; i++)
            {
                long value = random.NextInt64(0, 1L << random.Next(1, 50));
                all.Add(value);
                On(random.Next(2), () => metric.Record(value));
            }

            ofIntervals += Assert.Single(_tally.TakeMetrics().Histograms).Values.TotalCount;
        }

        HistogramFigures total = Assert.Single(_tally.MetricTotals().Histograms);
        all.Sort();
        Assert.Equal((5_000, 5_000), (ofIntervals, total.Values.TotalCount));
        Assert.InRange(total.Values.Max, all[^1], all[^1] * 1.001 + 1);
        Assert.InRange(total.Values.ValueAtPercentile(50), all[2_499] * 0.999 - 1, all[2_500] * 1.001 + 1);
    }

    [Fact]
    public void The_same_metric_made_twice_is_one_and_each_run_begins_at_nothing()
    {
        On(0, () => Metric.CreateCounter("twice").Add(2));
        On(0, () => Metric.CreateCounter("twice").Add(3));
        Assert.Equal(5, Assert.Single(_tally.TakeMetrics().Counters).Count);

        ScenarioShare[] others = Shares.Of(_loops, 1, "a");
        RunLoop.Current = others[0].RunLoop;
        Metric.CreateCounter("twice").Add(1);
        Assert.Equal(1, Assert.Single(new RunTally(_loops, others).TakeMetrics().Counters).Count);
    }

    [Fact]
    public void A_name_is_one_kind_of_thing_only()
    {
        VirtualUser user = new(_shares[0], 0);
        using (StepScope step = Step.Begin("echo", user))
            step.Ok();
        user.Check("answered", true);
        CounterMetric counter = Metric.CreateCounter("orders"), inUse = Metric.CreateCounter("answered");
        On(0, () => counter.Add());

        AssertClash("\"echo\" is a step already and cannot be a counter as well: name one of them otherwise.", () => Metric.CreateCounter("echo"));
        AssertClash("\"orders\" is a counter already and cannot be a gauge in EUR as well: name one of them otherwise.", () => Metric.CreateGauge("orders", "EUR"));
        AssertClash("\"orders\" is a counter already and cannot be a counter in kg as well: name one of them otherwise.", () => Metric.CreateCounter("orders", "kg"));
        AssertClash("\"answered\" is a check already and cannot be a counter as well: name one of them otherwise.", () => inUse.Add());
        AssertClash("\"orders\" is a counter already and cannot be a check as well: name one of them otherwise.", () => user.Check("orders", true));
        AssertClash("\"answered\" is a check already and cannot be a step as well: name one of them otherwise.", () => Step.Begin("answered", user).Dispose());

        void AssertClash(string message, Action act) => Assert.Equal(message, Assert.Throws<InvalidOperationException>(() => On(0, act)).Message);
    }

    [Fact]
    public void A_script_that_gives_two_metrics_one_name_hears_of_it_at_once()
    {
        ScenarioRegistry.Current = new ScenarioRegistry();
        Metric.CreateCounter("orders");

        Assert.Throws<InvalidOperationException>(() => Metric.CreateHistogram("orders"));
        ScenarioRegistry.Current = null;
    }

    [Fact]
    public void Names_that_hold_values_are_refused_before_they_fill_the_memory()
    {
        VirtualUser user = new(_shares[0], 0);
        for (int i = 0; i < 1_000; i++)
            user.Check($"room {i}", true);

        Assert.Equal(
            "\"room 1000\" would be a check past 1000 names: a name is no place for values that differ.",
            Assert.Throws<InvalidOperationException>(() => user.Check("room 1000", true)).Message);
        Assert.True(user.Check("room 7", true));
    }

    [Fact]
    public void What_no_metric_can_hold_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Metric.CreateCounter(" "));
        Assert.StartsWith("Metric \"nowhere\" is recorded outside of a run", Assert.Throws<InvalidOperationException>(() => Metric.CreateCounter("nowhere").Add()).Message);
        Assert.Throws<ArgumentOutOfRangeException>("count", () => Metric.CreateCounter("c").Add(-1));
        Assert.Throws<ArgumentOutOfRangeException>("value", () => Metric.CreateGauge("g").Set(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>("value", () => Metric.CreateHistogram("h").Record(-1));
    }

    [Fact]
    public void Checks_count_what_held_and_what_did_not_by_name_and_scenario_and_fail_nothing()
    {
        VirtualUser first = new(_shares[0], 0), second = new(_shares[1], 1), other = new(_shares[2], 0);
        Assert.True(first.Check("ok", true));
        Assert.False(second.Check("ok", false));
        using (StepScope step = Step.Begin("s", other))
        {
            Assert.False(step.Check("ok", false));
            step.Ok();
        }

        Assert.Equal([new("a", "ok", 1, 1), new("b", "ok", 0, 1)], _tally.TakeChecks());
        second.Check("ok", true);
        Assert.Equal([new("a", "ok", 1, 0), new("b", "ok", 0, 0)], _tally.TakeChecks());
        Assert.Equal([new("a", "ok", 2, 1), new("b", "ok", 0, 1)], _tally.CheckTotals());
        Assert.Null(other.StepFailure);
        _tally.TakeIntervals();
        Assert.Equal(1, Assert.Single(_tally.Steps).OkCount);
    }

    [Fact]
    public void A_tagged_step_is_counted_as_a_whole_and_under_each_of_its_values()
    {
        VirtualUser[] users = [new(_shares[0], 0), new(_shares[1], 1)];
        foreach (VirtualUser user in users)
        {
            Run(user, "lobby", "eu", isOk: true);
            Run(user, "attic", "eu", isOk: false);
        }

        using (StepScope unmarked = Step.Begin("join", users[0]))
            unmarked.Tag("room", "lobby");
        users[0].CountFailedSteps(Outcome.NotMarked, error: null);
        using (StepScope changed = Step.Begin("join", users[0]))
        {
            changed.Tag("room", "attic");
            changed.Tag("room", "cellar");
            changed.Ok();
        }

        _tally.TakeIntervals();
        StepFigures whole = Assert.Single(_tally.Steps);
        Assert.Equal((3, 3), (whole.OkCount, whole.FailCount));
        Assert.Equal(
            [("region", "eu", 2, 2), ("room", "attic", 0, 2), ("room", "cellar", 1, 0), ("room", "lobby", 2, 1)],
            _tally.Tagged.Select(tagged => (tagged.Tag, tagged.Value, (int)tagged.Figures.OkCount, (int)tagged.Figures.FailCount)));
        _tally.TakeIntervals();
        Assert.All(_tally.Tagged, tagged => Assert.Equal((0, 0), (tagged.Figures.OkCount, tagged.Figures.FailCount)));
        Assert.Equal(5, _tally.TaggedTotals().Sum(tagged => tagged.Figures.OkCount));

        static void Run(VirtualUser user, string room, string region, bool isOk)
        {
            using StepScope step = Step.Begin("join", user);
            step.Tag("room", room);
            step.Tag("region", region);
            if (isOk)
                step.Ok();
            else
                step.Fail("full");
        }
    }

    [Fact]
    public void A_tag_with_too_many_values_is_one_error_that_names_it_and_the_rest_is_counted_together()
    {
        VirtualUser[] users = [new(_shares[0], 0), new(_shares[1], 1)];
        List<string> errors = [];
        for (int i = 0; i < 250; i++)
        {
            using StepScope step = Step.Begin("join", users[i % 2]);
            try
            {
                step.Tag("user", $"number {i}");
            }
            catch (InvalidOperationException error)
            {
                errors.Add(error.Message);
            }

            step.Tag("room", "lobby");
            step.Ok();
        }

        Assert.Equal(["Tag \"user\" of step \"join\" has more than 100 values: from here on further ones are counted together as (other)."], errors);
        _tally.TakeIntervals();
        Dictionary<string, long> counts = _tally.Tagged.ToDictionary(tagged => tagged.Value, tagged => tagged.Figures.OkCount);
        Assert.Equal(102, counts.Count);
        Assert.Equal((149, 250), (counts[TaggedFigures.Other], counts["lobby"]));
        Assert.Equal(250, Assert.Single(_tally.Steps).OkCount);
    }

    [Fact]
    public void A_tag_after_its_step_was_marked_and_a_ninth_one_are_refused()
    {
        VirtualUser user = new(_shares[0], 0);
        using (StepScope step = Step.Begin("s", user))
        {
            step.Ok();
            Assert.Throws<InvalidOperationException>(() => step.Tag("room", "lobby"));
        }

        using StepScope full = Step.Begin("s", user);
        for (int i = 0; i < 8; i++)
            full.Tag($"tag {i}", "x");
        Assert.Throws<InvalidOperationException>(() => full.Tag("tag 8", "x"));
        Assert.Throws<ArgumentNullException>(() => full.Tag("tag 0", null!));
    }

    [Fact]
    public void Recording_metrics_checks_and_tags_allocates_nothing()
    {
        VirtualUser user = new(_shares[0], 0);
        CounterMetric counter = Metric.CreateCounter("c");
        GaugeMetric gauge = Metric.CreateGauge("g");
        HistogramMetric histogram = Metric.CreateHistogram("h");
        string[] rooms = ["lobby", "attic"];
        RunLoop.Current = _shares[0].RunLoop;

        Assert.Equal(0, Allocation.Of(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                counter.Add();
                gauge.Set(i);
                histogram.Record(i);
                using StepScope step = Step.Begin("s", user);
                step.Tag("room", rooms[i % 2]);
                step.Tag("region", "eu");
                step.Check("even", i % 2 == 0);
                user.Check("odd", i % 2 == 1);
                step.Ok();
            }
        }));
        Assert.Equal(100 * Allocation.Calls, Assert.Single(_tally.TakeMetrics().Counters).Count);
    }

    private void On(int loop, Action act)
    {
        RunLoop.Current = _shares[loop].RunLoop;
        try
        {
            act();
        }
        finally
        {
            RunLoop.Current = null;
        }
    }
}
