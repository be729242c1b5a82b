using LoadTool.Analysis.Experiments;
using LoadTool.Analysis.Runs;
using LoadTool.Analysis.Statistics;
using LoadTool.Metrics;
using LoadTool.Tests.Analysis.Runs;
using LoadTool.Tests.Outputs;
using MathNet.Numerics.Distributions;

namespace LoadTool.Tests.Analysis.Experiments;

public sealed class ComparisonsTests : IDisposable
{
    private const double MinEffect = 0.05;
    private readonly TemporaryFolder _folder = new();
    private readonly SeededRandom _random = new(7);
    private int _runs;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_planted_difference_is_found_in_its_direction_and_what_is_equal_is_called_so()
    {
        JudgedRun[] bases = [.. Enumerable.Range(1, 8).Select(block => Run(drift: block))], news = [.. Enumerable.Range(1, 8).Select(block => Run(drift: block, tail: 1.3, failures: 40))];

        IReadOnlyList<FigureComparison> figures = Comparisons.Paired(bases, news, MinEffect, seed: 1);

        Assert.Equal(Effect.Worse, Of(figures, "echo p99").Verdict);
        Assert.InRange(Of(figures, "echo p99").Change!.Value.Estimate, 0.25, 0.35);
        Assert.Equal(Effect.NoDifferenceThatMatters, Of(figures, "echo p50").Verdict);
        Assert.Equal(Effect.Worse, Of(figures, "echo errors").Verdict);
        Assert.Equal(Effect.Better, Of(Comparisons.Paired(news, bases, MinEffect, seed: 1), "echo p99").Verdict);
        Assert.Equal(Effect.NoDifferenceThatMatters, Of(figures, "messages").Verdict);
    }

    [Fact]
    public void A_percentile_of_several_runs_is_that_of_all_their_values()
    {
        JudgedRun[] bases = [Run(drift: 1), Run(drift: 8)], news = [Run(drift: 2), Run(drift: 3)];
        Histogram all = new(1, 3_600_000_000_000, 3, autoResize: true);
        foreach (JudgedRun run in bases)
            all.Add(run.Latency("echo")!);

        FigureComparison figure = Of(Comparisons.Paired(bases, news, MinEffect, seed: 1), "echo p99");

        Assert.Equal(all.ValueAtPercentile(99) / 1e9, figure.Base);
        Assert.Equal((null, Effect.NotEnoughSamples), (figure.Change, figure.Verdict));
    }

    [Fact]
    public void Too_few_values_for_a_percentile_and_a_step_that_one_run_lacks_are_told_and_give_no_number()
    {
        JudgedRun[] bases = [.. Enumerable.Range(1, 6).Select(block => Run(drift: block, values: 500))];
        JudgedRun[] news = [.. Enumerable.Range(1, 5).Select(block => Run(drift: block, values: 500)), Run(drift: 1, step: "other", values: 500)];

        IReadOnlyList<FigureComparison> figures = Comparisons.Paired(bases[..5], news[..5], MinEffect, seed: 1);
        FigureComparison lacking = Of(Comparisons.Paired(bases, news, MinEffect, seed: 1), "echo p50");

        Assert.Equal("500 values of a run are too few: 3,688 are needed", Of(figures, "echo p99.9").Reason);
        Assert.Equal($"{news[5].Label} has none", lacking.Reason);
        Assert.Null(lacking.Change);
    }

    [Fact]
    public void Runs_of_other_times_are_compared_by_what_runs_scatter_by_and_one_on_each_side_says_nothing()
    {
        JudgedRun[] bases = [.. Enumerable.Range(0, 6).Select(_ => Run(drift: 1))], news = [.. Enumerable.Range(0, 6).Select(_ => Run(drift: 1, tail: 1.5))];

        Assert.Equal(Effect.Worse, Of(Comparisons.Unpaired(bases, news, MinEffect), "echo p99").Verdict);
        Assert.Equal(Effect.NoDifferenceThatMatters, Of(Comparisons.Unpaired(bases, news, MinEffect), "echo p50").Verdict);
        Assert.All(Comparisons.Unpaired([bases[0]], [news[0]], MinEffect), figure => Assert.Null(figure.Change));
    }

    [Fact]
    public void Runs_that_are_all_equal_are_known_no_better_than_their_own_values_allow()
    {
        JudgedRun[] runs = [.. Enumerable.Repeat(Run(drift: 1, values: 400), 2)];

        FigureComparison p95 = Of(Comparisons.Unpaired(runs, runs, MinEffect), "echo p95");

        Assert.Equal(0, p95.Change!.Value.Estimate);
        Assert.True(p95.Change.Value.High > MinEffect, $"{p95.Change}");
        Assert.Equal(Effect.NotEnoughSamples, p95.Verdict);
    }

    [Fact]
    public void No_failure_among_few_attempts_does_not_exclude_failures()
    {
        JudgedRun[] runs = [.. Enumerable.Range(0, 6).Select(_ => Run(drift: 1, values: 100))];

        Assert.Equal("600 attempts without a failure do not exclude 0.1 %", Of(Comparisons.Paired(runs, runs, MinEffect, seed: 1), "echo errors").Reason);
    }

    [Fact]
    public void Every_second_block_turns_the_one_before_round_and_each_has_every_variant_once()
    {
        ExperimentPlan plan = ExperimentPlan.Of("echo.csx", "nagle", ["on", "off", "on again"], blocks: 9, seed: 3, minEffect: 0.05);

        Assert.Equal(9, plan.Blocks.Count);
        Assert.All(plan.Blocks, block => Assert.Equal([0, 1, 2], block.Order()));
        Assert.All(Enumerable.Range(0, 4), pair => Assert.Equal(plan.Blocks[2 * pair].Reverse(), plan.Blocks[2 * pair + 1]));
        Assert.Equal(plan.Blocks.SelectMany(block => block), ExperimentPlan.Of("echo.csx", "nagle", ["a", "b", "c"], 9, seed: 3, 0.05).Blocks.SelectMany(block => block));
        Assert.True(plan.Blocks.Select(block => string.Join(' ', block)).Distinct().Count() > 2);
    }

    [Fact]
    public void A_plan_is_read_as_it_was_written_and_a_damaged_one_is_an_error_of_one_line()
    {
        ExperimentPlan plan = ExperimentPlan.Of("echo.csx", "nagle", ["on", "off"], blocks: 6, seed: 3, minEffect: 0.05);
        ExperimentFile.Write(_folder.Path, plan);

        ExperimentPlan read = ExperimentFile.Read(_folder.Path);
        File.WriteAllText(_folder.File(ExperimentFile.FileName), File.ReadAllText(_folder.File(ExperimentFile.FileName)).Replace("1,", "0,", StringComparison.Ordinal));
        string damaged = Assert.Throws<IOException>(() => ExperimentFile.Read(_folder.Path)).Message;

        Assert.Equal((plan.Script, plan.Name, plan.Seed, plan.MinEffect), (read.Script, read.Name, read.Seed, read.MinEffect));
        Assert.Equal(plan.Blocks.Select(block => string.Join(' ', block)), read.Blocks.Select(block => string.Join(' ', block)));
        Assert.EndsWith("experiment.json is damaged: a block does not have each variant once", damaged);
    }

    private static FigureComparison Of(IReadOnlyList<FigureComparison> figures, string name) => figures.Single(figure => figure.Name.ToString() == name);

    /// <summary>Latencies about 1 ms with a long tail; they drift by a tenth from block to block, which meets both variants.</summary>
    private JudgedRun Run(int drift, double tail = 1, int failures = 0, int values = 4_000, string step = "echo")
    {
        Histogram latencies = PlantedRun.Latencies();
        double level = 1e6 * (1 + 0.1 * drift) * Math.Exp(Normal.Sample(_random, 0, 0.005));
        for (int value = 0; value < values; value++)
            latencies.RecordValue((long)(level * (value < 0.95 * values ? 1 + 0.001 * (value % 100) : tail * (3 + 0.002 * (value % 200)))));
        (Outcome, long)[] failed = failures > 0 ? [(new Outcome("Timeout", "no answer"), failures)] : [];
        RunResult result = PlantedRun.Result(
            [PlantedRun.Figures("echo", step, latencies, failed)], [PlantedRun.Figures("echo", "(iteration)", PlantedRun.Latencies((60_000_000_000, 10)))], traffic: new Traffic(values, values, 0, 0));
        return PlantedFolder.Judged(_folder.File($"run-{_runs++}"), PlantedFolder.Usable(result));
    }
}
