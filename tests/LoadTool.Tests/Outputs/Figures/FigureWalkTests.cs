using LoadTool.Metrics;
using LoadTool.Outputs.Figures;

namespace LoadTool.Tests.Outputs.Figures;

public sealed class FigureWalkTests
{
    [Fact]
    public void The_rows_of_a_run_have_its_figures_in_seconds()
    {
        RunResult run = PlantedRun.Typical();

        WrittenFigures figures = WrittenFigures.Of(run);

        WrittenFigures.Row step = figures.Rows.Single(row => row.Kind == "steps" && row.Labels["step"] == "echo");
        Assert.Equal(("echo", 100_000, 12, 3, 7), (step.Labels["scenario"], step.Numbers["ok"], step.Numbers["fail"], step.Numbers["interrupted"], step.Numbers["dropped"]));
        Assert.Equal(run.Steps[1].Latency.ValueAtPercentile(99.9) / 1e9, step.Numbers["latency_p999_seconds"]);
        Assert.Equal(run.Steps[1].LatencyUncorrected.Mean / 1e9, step.Numbers["latency_uncorrected_mean_seconds"]);
        Assert.Equal(
            ["all", "tcp", "tls", "tls_full", "tls_resumed", "upgrade", "first_message"], figures.Rows.Where(row => row.Kind == "connects").Select(row => row.Labels["phase"]));
        Assert.Equal(
            ["step ConnectionReset open 10", "step ScriptError  2", "iteration ConnectionReset open 10", "iteration ScriptError  2", "connect ServiceUnavailable upgrade 7", "connect Interrupted  2", "lost ConnectionAborted open 12"],
            figures.Rows.Where(row => row.Kind == "outcomes").Select(row => $"{row.Labels["kind"]} {row.Labels["status"]} {row.Labels.GetValueOrDefault("phase")} {row.Numbers["count"]}"));
        Assert.Equal(10, figures.Rows.Single(row => row.Kind == "histograms").Numbers["p50"]);
    }

    [Fact]
    public void Outcomes_that_differ_in_detail_only_are_one_row()
    {
        Dictionary<Outcome, long> failures = new() { [new("Fail", "one")] = 2, [new("Fail", "two")] = 3, [new("Fail", "two") { CloseCode = 4001 }] = 4 };
        RunResult run = PlantedRun.Result([PlantedRun.Figures("a", "b") with { Failures = failures }], [PlantedRun.Figures("a", "(iteration)")]);

        Assert.Equal([5, 4], WrittenFigures.Of(run).Rows.Where(row => row.Kind == "outcomes").Select(row => row.Numbers["count"]));
    }

    [Fact]
    public void What_was_not_counted_has_no_row()
    {
        WrittenFigures figures = WrittenFigures.Of(PlantedRun.Interval(1, [PlantedRun.Figures("a", "b")], [PlantedRun.Figures("a", "(iteration)")]));

        Assert.Equal(["intervals"], figures.Rows.Select(row => row.Kind));
    }

    [Fact]
    public void Points_are_those_of_the_histogram_itself()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            Random random = new(seed);
            Histogram histogram = PlantedRun.Latencies();
            for (int count = random.Next(1, 400); count > 0; count--)
                histogram.RecordValueWithCount((long)Math.Pow(10, random.NextDouble() * 12), random.Next(1, 50));

            HistogramPoints expected = new(
                histogram.Mean, histogram.Min, histogram.ValueAtPercentile(50), histogram.ValueAtPercentile(75), histogram.ValueAtPercentile(95),
                histogram.ValueAtPercentile(99), histogram.ValueAtPercentile(99.9), histogram.Max);
            Assert.True(expected == HistogramPoints.Of(histogram), $"seed {seed}: {HistogramPoints.Of(histogram)} in place of {expected}");
        }
    }
}
