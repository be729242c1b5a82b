using System.Text.Json.Nodes;
using static LoadTool.EndToEnd.Run.Lab;

namespace LoadTool.EndToEnd.Run;

/// <summary>A script's own figures through whole runs.</summary>
public sealed class MetricRunTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task What_scenarios_record_on_all_loops_is_in_intervals_and_result(int loops)
    {
        CounterMetric counter = Metric.CreateCounter("counted", "pieces");
        GaugeMetric gauge = Metric.CreateGauge("level");
        HistogramMetric histogram = Metric.CreateHistogram("sizes");
        Scenario scenario = Scenario.Create("a", user =>
        {
            using StepScope step = Step.Begin("work", user);
            step.Tag("half", user.Number % 2 == 0 ? "even" : "odd");
            step.Check("is even", user.Number % 2 == 0);
            counter.Add(2);
            gauge.Set(user.Number);
            histogram.Record(user.Number * 1_000_000L);
            step.Ok();
            return Task.CompletedTask;
        }).WithInit(_ =>
        {
            counter.Add(100);
            return Task.CompletedTask;
        }).WithLoadSimulations(Simulation.Inject(1_000, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)));

        (RunResult result, Notes notes) = await RunAsync(scenario, Options with { Loops = loops, Iterations = 300 });

        Assert.Equal(300, result.OkCount);
        Assert.Equal(new CounterFigures("counted", "pieces", 700), Assert.Single(result.Metrics.Counters));
        Assert.Equal(300, Assert.Single(result.Metrics.Histograms).Values.TotalCount);
        GaugeFigures level = Assert.Single(result.Metrics.Gauges);
        Assert.Equal(0, level.Min);
        Assert.InRange(level.Last, level.Min, level.Max);
        CheckFigures check = Assert.Single(result.Checks);
        Assert.Equal(300, check.OkCount + check.FailCount);
        Assert.Equal(300, result.Tagged.Sum(tagged => tagged.Figures.OkCount));
        Assert.Equal((700, 300, check.OkCount), (notes.Counted["counted"], notes.Counted["sizes"], notes.Counted["is even"]));
        Assert.All(result.Tagged, tagged => Assert.Equal(tagged.Figures.OkCount, notes.Counted[tagged.Value]));
        Assert.Equal(check.OkCount, result.Tagged.Single(tagged => tagged.Value == "even").Figures.OkCount);
    }

    [Fact]
    public async Task The_tool_shows_and_writes_a_scripts_own_figures()
    {
        using WorkFolder folder = new();
        folder.Write("a.csx", """
            var orders = Metric.CreateCounter("orders", unit: "pieces");
            Scenario.Create("a", async user =>
            {
                await Task.Yield();
                user.Check("is first", user.InvocationNumber == 1);
                orders.Add(3);
            }).WithLoadSimulations(Simulation.KeepConstant(copies: 2, during: TimeSpan.FromHours(1)));
            """);

        (int exitCode, string output, string error) = await Tool.RunAsync(
            folder.Root, "run", "a.csx", "--target", "ws://127.0.0.1:9/", "--iterations", "10", "--results", "results");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("checks\n  is first                     2 ok                     8 failed (80 %)\n", output);
        JsonNode summary = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Root, "results", "summary.json")))!;
        Assert.Equal("""{"name":"is first","ok":{"count":2},"fail":{"count":8}}""", summary["scenarios"]![0]!["checks"]![0]!.ToJsonString());
        Assert.Equal("""{"name":"orders","unit":"pieces","count":30}""", summary["metrics"]!["counters"]![0]!.ToJsonString());
    }

    [Theory]
    [InlineData(
        "Metric.CreateCounter(\"orders\");\nMetric.CreateGauge(\"orders\");\nScenario.Create(\"a\", user => Task.CompletedTask)",
        "a.csx(2,1): InvalidOperationException: \"orders\" is a counter already and cannot be a gauge as well: name one of them otherwise.")]
    [InlineData(
        "var orders = Metric.CreateCounter(\"orders\");\nScenario.Create(\"a\", user => Task.CompletedTask).WithInit(context =>\n{\n    orders.Add(); Metric.CreateGauge(\"orders\");\n    return Task.CompletedTask;\n})",
        "a.csx(4): error: \"orders\" is a counter in line 1 and cannot be a gauge as well: name one of them otherwise.")]
    [InlineData(
        "string name = \"orders\";\nvar orders = Metric.CreateCounter(name + Env.Count);\nScenario.Create(\"first\", user => Task.CompletedTask).WithInit(context =>\n{\n    orders.Add();\n    return Task.CompletedTask;\n}).WithLoadSimulations(Simulation.KeepConstant(1, TimeSpan.FromHours(1)));\nScenario.Create(\"a\", user => Task.CompletedTask).WithInit(context =>\n{\n    Metric.CreateGauge(name + Env.Count);\n    return Task.CompletedTask;\n})",
        "error: init of scenario \"a\" failed: a.csx(10,5): InvalidOperationException: \"orders0\" is a counter already and cannot be a gauge as well: name one of them otherwise.")]
    public async Task A_name_for_two_kinds_of_things_is_an_error_with_its_place_before_the_load(string script, string expected)
    {
        using WorkFolder folder = new();
        folder.Write("a.csx", script + "\n.WithLoadSimulations(Simulation.KeepConstant(1, TimeSpan.FromHours(1)));");

        (int exitCode, _, string error) = await Tool.RunAsync(folder.Root, "run", "a.csx", "--target", "ws://127.0.0.1:9/");

        Assert.Equal((107, expected), (exitCode, error.Split('\n')[0]));
    }

    [Fact]
    public async Task A_step_named_like_a_metric_and_a_tag_without_bound_are_told_with_their_place_in_the_log()
    {
        using WorkFolder folder = new();
        folder.Write("a.csx", """
            string name = "orders" + Env.Count;   // known only once it runs
            var orders = Metric.CreateCounter(name);
            Scenario.Create("clash", async user =>
            {
                orders.Add();
                using var step = Step.Begin(name, user);
            }).WithLoadSimulations(Simulation.KeepConstant(1, TimeSpan.FromMilliseconds(100)));
            Scenario.Create("tags", async user =>
            {
                using var step = Step.Begin("join", user);
                step.Tag("user", $"{user.InvocationNumber}");
                step.Ok();
            }).WithLoadSimulations(Simulation.Inject(400, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));
            """);

        (int exitCode, _, _) = await Tool.RunAsync(folder.Root, "run", "a.csx", "--target", "ws://127.0.0.1:9/", "--loops", "1", "--results", "results");

        string log = File.ReadAllText(Path.Combine(folder.Root, "results", "run.log"));
        // Of two calls in a row, optimized code may be told at the first.
        Assert.Matches("a\\.csx\\([56],5\\): InvalidOperationException: \"orders0\" is a counter already and cannot be a step as well", log);
        Assert.Contains("a.csx(11,5): InvalidOperationException: Tag \"user\" of step \"join\" has more than 100 values", log);
        Assert.Equal(2, log.Split("InvalidOperationException: ").Length - 1);
        JsonNode tags = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Root, "results", "summary.json")))!["scenarios"]![1]!["steps"]![0]!;
        Assert.Equal(101, tags["tags"]!.AsArray().Count);
        Assert.Equal((399, 1), ((int)tags["ok"]!["count"]!, (int)tags["fail"]!["count"]!));
        Assert.Equal(0, exitCode);
    }
}
