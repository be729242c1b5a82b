using LoadTool.Analysis.Capacity;
using LoadTool.Metrics;

namespace LoadTool.Tests.Analysis.Capacity;

/// <summary>An objective means what the threshold of the same words means, counted second by second.</summary>
public sealed class ObjectiveTests
{
    [Theory]
    [InlineData("work: p(99) < 20ms")]
    [InlineData("work: p(99) <= 20ms")]
    [InlineData("work: p(50) < 5ms")]
    [InlineData("work: med < 5ms")]
    [InlineData("work: p(99.9) < 60ms")]
    [InlineData("work: avg < 7ms")]
    public void A_latency_keeps_its_objective_exactly_when_it_keeps_the_threshold(string text)
    {
        Objective objective = Objective.Parse(text);
        ThresholdCondition threshold = ThresholdCondition.Parse(text);
        for (int seed = 1; seed <= 300; seed++)
        {
            SeededRandom random = new(seed);
            double scale = 2e6 * Math.Pow(10, random.NextDouble());
            Histogram latencies = QueueingTarget.NewHistogram();
            for (int count = 1 + random.Next(3_000); count > 0; count--)
                latencies.RecordValue((long)(-scale * Math.Log(1 - random.NextDouble())));
            Snapshot interval = QueueingTarget.Interval(1, latencies, 0, 0);

            ObjectiveCount counted = objective.Count(interval);

            bool isKept = threshold.Read(new RunFigures(interval.Steps, interval.Iterations, interval.Length)).Holds;
            Assert.True(isKept == counted.Part <= counted.Whole * objective.Limit * (1 + 1e-12), $"seed {seed}: {counted}");
        }
    }

    [Fact]
    public void Failures_and_throughput_are_counted_as_they_came()
    {
        Histogram latencies = QueueingTarget.NewHistogram();
        latencies.RecordValueWithCount(1_000_000, 90);
        Dictionary<Outcome, long> failures = new() { [new Outcome("Failed", "planted")] = 10 };
        Snapshot interval = QueueingTarget.Interval(1, latencies, 0, 0) with { Steps = [new StepFigures("work", "work", latencies, latencies, failures, 0)], Length = TimeSpan.FromSeconds(2) };

        Assert.Equal(new ObjectiveCount(10, 100), Objective.Parse("errors: rate < 1%").Count(interval));
        Assert.Equal(new ObjectiveCount(10, 100), Objective.Parse("work.errors: rate < 1%").Count(interval));
        Assert.Equal(new ObjectiveCount(90, 2), Objective.Parse("work: rate > 10/s").Count(interval));
        Assert.Equal(new ObjectiveCount(0, 0), Objective.Parse("other: p(99) < 1s").Count(interval));
    }

    [Fact]
    public void Checks_that_hold_are_the_good_events()
    {
        Snapshot interval = QueueingTarget.Interval(1, QueueingTarget.NewHistogram(), 0, 0) with { Checks = [new CheckFigures("work", "right", 95, 5)] };
        Objective objective = Objective.Parse("checks: rate > 99%");

        Assert.Equal(new ObjectiveCount(5, 100), objective.Count(interval));
        Assert.Equal(0.01, objective.Limit, tolerance: 1e-12);
        Assert.Equal(ObjectiveKind.Errors, objective.Kind);
    }

    [Theory]
    [InlineData("echo: count > 3", "threshold \"echo: count > 3\": a count grows with the time that a load is held: ask for a rate")]
    [InlineData("echo: max < 1s", "threshold \"echo: max < 1s\": a maximum or minimum says more the longer a load is held: ask for a percentile, such as p(99.9)")]
    [InlineData("queue: value < 3", "threshold \"queue: value < 3\": a gauge is no objective of a load: ask for a percentile, avg or rate")]
    [InlineData("echo: p(99) < 1s abort", "threshold \"echo: p(99) < 1s abort\": it is not to abort: the search itself ends a load that is decided")]
    [InlineData("echo: p(99) > 3ms", "threshold \"echo: p(99) > 3ms\": as an objective it needs an upper limit: write < or <=")]
    [InlineData("echo: rate < 3/s", "threshold \"echo: rate < 3/s\": as an objective it needs a lower limit: write > or >=")]
    [InlineData("checks: rate < 99%", "threshold \"checks: rate < 99%\": as an objective it needs a lower limit: write > or >=")]
    [InlineData("nonsense", "threshold \"nonsense\": it names no metric; write a step's name, iterations, errors or checks, then a colon")]
    public void What_a_load_does_not_keep_or_break_is_refused(string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<ArgumentException>(() => Objective.Parse(text)).Message);
}
