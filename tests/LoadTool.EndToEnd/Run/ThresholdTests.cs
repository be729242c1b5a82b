using System.Text.Json;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Run;

/// <summary>Limits that decide the exit code.</summary>
public sealed class ThresholdTests
{
    private const string NoThreshold = "error: Scenario \"echo\" has the threshold ";

    [Theory]
    [InlineData("echo: count >= 5", 0, "")]
    [InlineData("echo: p(99) < 1ns", 99, "error: threshold \"echo: p(99) < 1ns\" of scenario \"echo\" was crossed\n")]
    [InlineData("errors: rate < 0.1%", 0, "")]
    [InlineData("echo{room:lobby}: count == 5", 0, "")]
    [InlineData("checks{check:answer is hello}: rate == 100%", 0, "")]
    [InlineData("orders: count > 15", 99, "error: threshold \"orders: count > 15\" of scenario \"echo\" was crossed\n")]
    public async Task A_threshold_decides_the_exit_code(string condition, int expected, string message)
    {
        (int exitCode, string output, string error) = await RunAsync(condition);

        Assert.Equal((expected, message), (exitCode, error));
        Assert.Equal(expected == 99, output.Contains("  crossed  " + condition, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_no_condition_is_told_with_its_place_before_the_load()
    {
        (int exitCode, _, string error) = await RunAsync("echo p(99) < 20ms");

        Assert.Equal(107, exitCode);
        Assert.Contains("a.csx(", error);
        Assert.Contains("threshold \"echo p(99) < 20ms\": it names no metric", error);
        Assert.DoesNotContain("   at ", error);
    }

    [Theory]
    [InlineData("ehco: p(99) < 1s", "the script has no step or metric \"ehco\"; did you mean \"echo\"?")]
    [InlineData("login: p(99) < 1s", "the script has no step or metric \"login\"; it has \"orders\", \"queue\", \"echo\"")]
    [InlineData("echo{rom:lobby}: p(99) < 1s", "the script has no tag \"rom\"; did you mean \"room\"?")]
    [InlineData("checks{check:answer is helo}: rate > 1%", "the script has no check \"answer is helo\"; did you mean \"answer is hello\"?")]
    [InlineData("orders: p(99) < 5", "\"orders\" is a counter, which has count, rate")]
    [InlineData("queue: rate > 5", "\"queue\" is a gauge, which has value, min, max")]
    [InlineData("echo: value > 5", "\"echo\" is a step; only a gauge has a value")]
    public async Task A_threshold_on_what_the_script_does_not_have_is_an_error_before_the_load(string condition, string problem)
    {
        (int exitCode, string output, string error) = await RunAsync(condition);

        Assert.Equal((107, ""), (exitCode, output));
        Assert.Equal($"a.csx(22): {NoThreshold}\"{condition}\", but {problem}\n", error);
    }

    [Fact]
    public async Task A_name_for_two_kinds_of_thing_is_an_error_before_the_load()
    {
        (int exitCode, _, string error) = await RunAsync("echo: count > 0", "user.Check(\"echo\", true);");

        Assert.Equal((107, "a.csx(15): error: \"echo\" is a check in line 12 and cannot be a step as well: name one of them otherwise.\n"), (exitCode, error));
    }

    [Fact]
    public async Task Where_the_script_computes_names_an_unknown_one_is_a_warning_first_and_crossed_in_the_end()
    {
        (int exitCode, _, string error) = await RunAsync("ehco: p(99) < 1s", "using (var other = Step.Begin($\"step {user.Number}\", user)) other.Ok();");

        Assert.Equal(99, exitCode);
        Assert.Equal(
            "warning: threshold \"ehco: p(99) < 1s\" of scenario \"echo\": the script names no step or metric \"ehco\", unless it does where it computes a name (a.csx(12)); without it the threshold will be crossed\n"
            + "error: threshold \"ehco: p(99) < 1s\" of scenario \"echo\" was crossed\n", error);
    }

    [Fact]
    public async Task A_step_whose_name_is_computed_can_have_a_threshold()
    {
        (int exitCode, _, string error) = await RunAsync("step 0: count >= 5", "using (var other = Step.Begin($\"step {user.Number}\", user)) other.Ok();");

        Assert.Equal(0, exitCode);
        Assert.StartsWith("warning: ", error);
    }

    [Fact]
    public async Task A_threshold_aborts_the_run_in_order()
    {
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        int finished = 0;
        Scenario scenario = Scenario.Create("a", async user =>
        {
            using (StepScope step = Step.Begin("never good", user))
                step.Fail("planted");
            await user.Delay(Timeout.InfiniteTimeSpan);
            finished++;
        }).WithLoadSimulations(Simulation.KeepConstant(copies: 3, during: TimeSpan.FromMinutes(30))).WithThresholds("errors: rate < 1% abort", "iterations: count >= 0");

        (RunResult result, Notes notes) = await Lab.RunAsync(scenario);

        Assert.Equal(3, finished);
        Assert.Equal("errors: rate < 1% abort", result.AbortedBy!.Text);
        Assert.Equal([true, false], result.Thresholds.Select(threshold => threshold.IsCrossed));
        Assert.False(result.WasStopped);
        Assert.Contains("threshold \"errors: rate < 1% abort\" of scenario \"a\" aborted the run: crossed ", Assert.Single(notes.Log));
        Assert.Equal(["errors: rate < 1% abort"], notes.Crossed);
    }

    [Fact]
    public async Task An_aborted_run_exits_with_99_and_says_which_threshold_it_was()
    {
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        using WorkFolder folder = new();
        folder.Write("a.csx", """
            using Windows.Networking.Sockets;

            Scenario.Create("refused", async user =>
            {
                using var socket = new MessageWebSocket();
                await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));
            })
            .WithLoadSimulations(Simulation.Inject(rate: 20, interval: TimeSpan.FromSeconds(1), during: TimeSpan.FromMinutes(30)))
            .WithThresholds(Threshold.Create(stats => stats.Fail.Request.Percent < 50, abortWhenErrorCount: 1));
            """);

        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, "run", "a.csx", "--results", "r", "--target", host.Uri("/status/503").ToString());

        Assert.Equal(99, exitCode);
        Assert.Contains("; aborted by a threshold after ", output);
        Assert.Contains("threshold \"stats => stats.Fail.Request.Percent < 50\" of scenario \"refused\" was crossed and aborted the run after ", error);
        using JsonDocument summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Root, "r", "summary.json")));
        JsonElement threshold = Assert.Single(summary.RootElement.GetProperty("thresholds").EnumerateArray());
        Assert.Equal(("condition", 0, true), (threshold.GetProperty("unit").GetString(), threshold.GetProperty("value").GetDouble(), threshold.GetProperty("crossed").GetBoolean()));
        Assert.True(threshold.GetProperty("aborted_at_seconds").GetDouble() > 0);
        Assert.Contains("aborted the run: crossed ", File.ReadAllText(Path.Combine(folder.Root, "r", "run.log")));
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string condition, string more = "")
    {
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        using WorkFolder folder = new();
        folder.Write("a.csx", $$"""
            using Windows.Networking.Sockets;

            const string Name = "echo";
            var orders = Metric.CreateCounter("orders");
            Metric.CreateGauge(name: "queue");

            Scenario.Create("echo", async user =>
            {
                using var socket = new MessageWebSocket();
                await socket.ConnectAsync(user.Target);
                orders.Add(3);
                {{more}}

                {
                    using var step = Step.Begin(Name, user);
                    step.Tag("room", "lobby");
                    await socket.SendAsync("hello");
                    step.Ok(await socket.ReceiveAsync());
                }
                user.Check("answer is " + "hello", true);
            })
            .WithLoadSimulations(Simulation.KeepConstant(copies: 1, during: TimeSpan.FromSeconds(30))).WithThresholds("iterations: count > 0", "{{condition}}");
            """);
        return await Tool.RunAsync(folder.Root, "run", "a.csx", "--iterations", "5", "--target", host.Uri("/echo").ToString());
    }
}
