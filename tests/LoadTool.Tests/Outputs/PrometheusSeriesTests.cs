using System.Buffers;
using System.Text;
using LoadTool.Metrics;
using LoadTool.Outputs.Catalog;
using LoadTool.Outputs.Prometheus;

namespace LoadTool.Tests.Outputs;

public sealed class PrometheusSeriesTests
{
    private static readonly MetricSettings Usual = new(new OutputRequest("x", null, new Dictionary<string, string> { ["testid"] = "t" }, Folder: ""), MaxSeries: 10_000, IsNative: false);

    [Fact]
    public void Intervals_add_up_to_the_figures_of_the_whole_run()
    {
        Random random = new(Seed: 3);
        Histogram latency = PlantedRun.Latencies(), uncorrected = PlantedRun.Latencies(), iterations = PlantedRun.Latencies();
        RunMetrics live = new(PlantedRun.Info("echo"), MetricSettings.Unlimited);
        for (int interval = 1; interval <= 30; interval++)
        {
            StepFigures step = new("echo", "echo", Random(latency), Random(uncorrected), new Dictionary<Outcome, long> { [new("Fail", "why")] = 2 }, Interrupted: 1);
            Histogram ended = Random(iterations);
            live.Add(PlantedRun.Interval(interval, [step], [new("echo", "(iteration)", ended, PlantedRun.Latencies(), new Dictionary<Outcome, long>(), 0)]) with
            {
                IterationsStarted = ended.TotalCount,
                ActiveUsers = 30 - interval,
                Checks = [new("echo", "holds", 3, 1)],
                CloseCodes = new Dictionary<int, long> { [1000] = 4 },
            });
            live.Refresh();
        }

        RunResult result = PlantedRun.Result(
            [new("echo", "echo", latency, uncorrected, new Dictionary<Outcome, long> { [new("Fail", "why")] = 60 }, Interrupted: 30)],
            [new("echo", "(iteration)", iterations, PlantedRun.Latencies(), new Dictionary<Outcome, long>(), 0)],
            traffic: new Traffic(30 * 9_970, 30 * 9_968, 30 * 700_000, 30 * 690_000),
            run: PlantedRun.Info("echo")) with
        {
            Checks = [new("echo", "holds", 90, 30)],
            CloseCodes = new Dictionary<int, long> { [1000] = 120 },
        };
        live.End(result);

        // What is now, and not since the start, is not a result's; sums differ in their last digit by the order of additions.
        string[] notCompared = ["loadtool_ws_users", "loadtool_ws_connections", "_sum"];
        Assert.Equal(Lines(RunMetrics.Of(result)), Lines(live));

        Histogram Random(Histogram total)
        {
            Histogram values = PlantedRun.Latencies([.. Enumerable.Range(0, 50).Select(_ => ((long)Math.Pow(10, 3 + (6 * random.NextDouble())), 1L))]);
            total.Add(values);
            return values;
        }

        string[] Lines(RunMetrics metrics) => [.. Text(metrics).Split('\n').Where(line => !notCompared.Any(line.Contains))];
    }

    [Fact]
    public void Past_its_limit_of_series_an_output_leaves_out_what_comes_and_says_so()
    {
        RunMetrics metrics = new(PlantedRun.Info("echo"), Usual with { MaxSeries = 40 });
        for (int interval = 1; interval <= 3; interval++)
        {
            metrics.Add(PlantedRun.Interval(interval, [PlantedRun.Figures("echo", "one", PlantedRun.Latencies((1_000, 1))), PlantedRun.Figures("echo", "two", PlantedRun.Latencies((1_000, 1)))]));
            metrics.Refresh();
        }

        Assert.InRange(metrics.Table.Samples, 30, 40);
        Assert.Equal(2, metrics.Table.LeftOut["loadtool_ws_message_rtt_seconds"]);
        Assert.DoesNotContain("loadtool_ws_message_rtt_seconds_bucket", Text(metrics));
        Assert.Contains("\nloadtool_ws_steps_total{region=\"eu\",scenario=\"echo\",status=\"Ok\",step=\"two\",testid=\"t\"} 3\n", Text(metrics));
        Assert.Contains($"\nloadtool_series_left_out{{region=\"eu\",testid=\"t\"}} {metrics.Table.LeftOut.Values.Sum()}\n", Text(metrics));
        Assert.Equal("x: left out, because the limit of series was reached: 2 of a, 1 of b; raise it with --out-setting x.series=N", LeftOut.Text("x", new Dictionary<string, int> { ["a"] = 2, ["b"] = 1 }));
    }

    [Fact]
    public void Fifty_steps_and_two_hundred_values_of_tags_fit_into_the_usual_limit()
    {
        RunMetrics metrics = new(PlantedRun.Info("echo"), Usual);
        StepFigures[] steps = [.. Enumerable.Range(0, 50).Select(step => PlantedRun.Figures("echo", $"step {step}", PlantedRun.Latencies((1_000, 1))))];
        metrics.Add(PlantedRun.Interval(1, steps) with { Tagged = [.. steps.Take(10).SelectMany(step => Enumerable.Range(0, 20).Select(tag => new TaggedFigures("room", $"{tag}", step)))] });
        Assert.Empty(metrics.Table.LeftOut);
    }

    [Fact]
    public void Tags_leave_a_part_of_the_limit_to_what_there_is_one_of()
    {
        RunMetrics metrics = new(PlantedRun.Info("echo"), Usual);
        metrics.Add(PlantedRun.Interval(1) with
        {
            Tagged = [.. Enumerable.Range(0, 2_000).Select(value => new TaggedFigures("room", $"{value}", PlantedRun.Figures("echo", "say", PlantedRun.Latencies((1_000, 1)))))],
        });
        metrics.End(PlantedRun.Typical());
        Assert.Equal(["loadtool_ws_tagged_rtt_seconds", "loadtool_ws_tagged_steps"], metrics.Table.LeftOut.Keys);
        Assert.InRange(metrics.Table.Samples, 8_900, 9_500);
        Assert.Contains("\nloadtool_run_trust{", Text(metrics));
    }

    [Theory]
    [InlineData("region", true)]
    [InlineData("_r2", true)]
    [InlineData("", false)]
    [InlineData("2r", false)]
    [InlineData("__name__", false)]
    [InlineData("re-gion", false)]
    [InlineData("größe", false)]
    [InlineData("scenario", false)]
    [InlineData("le", false)]
    [InlineData("testid", false)]
    public void A_tag_of_the_run_is_a_label_where_Prometheus_takes_its_name(string tag, bool isLabel) => Assert.Equal(isLabel, RunMetrics.IsLabel(tag));

    [Theory]
    [InlineData("orders", "orders")]
    [InlineData("Orders placed!", "orders_placed")]
    [InlineData("größe", "gr_e")]
    [InlineData("9 lives", "9_lives")]
    [InlineData("--", "unnamed")]
    [InlineData("", "unnamed")]
    public void A_scripts_name_becomes_a_part_of_a_metrics_name(string name, string part) => Assert.Equal(part, MetricNames.Part(name));

    [Fact]
    public void Metrics_of_a_script_whose_names_look_alike_stay_apart()
    {
        RunMetrics metrics = new(PlantedRun.Info("echo"), Usual);
        metrics.Add(PlantedRun.Interval(1) with { Metrics = new([new("a b", "", 1), new("a-b", "", 2)], [new("a.b", "", 3, 3, 3)], [new("A B", "", PlantedRun.Latencies((7, 1)))]) });
        metrics.Refresh();
        string text = Text(metrics);
        Assert.Contains("\nloadtool_script_a_b_total{metric=\"a b\",region=\"eu\",testid=\"t\"} 1\nloadtool_script_a_b_total{metric=\"a-b\",region=\"eu\",testid=\"t\"} 2\n", text);
        Assert.Contains("\nloadtool_script_a_b_other{metric=\"a.b\",region=\"eu\",testid=\"t\"} 3\n", text);
        Assert.Contains("\nloadtool_script_a_b_other_other_count{metric=\"A B\",region=\"eu\",testid=\"t\"} 1\n", text);
    }

    private static string Text(RunMetrics metrics)
    {
        ArrayBufferWriter<byte> text = new();
        PrometheusText.Write(Exposition.Of(metrics.Table), isOpenMetrics: false, text);
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }
}
