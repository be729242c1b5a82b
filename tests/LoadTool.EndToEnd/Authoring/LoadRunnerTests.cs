using System.Text.Json;
using LoadTool.EndToEnd.Run;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool.EndToEnd.Authoring;

/// <summary>Scenarios that are run by a program in place of the tool, and scripts that are programs too.</summary>
public sealed class LoadRunnerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_test_runs_a_scenario_against_its_server_and_looks_at_the_figures()
    {
        await using LoopHost server = await LoopHost.StartAsync(EventLoop.DefaultEngine);

        RunResult result = await LoadRunner.RunAsync(
            Echo("echo").WithLoadSimulations(Simulation.IterationsForConstant(copies: 10, iterations: 1_000)),
            new RunOptions { Target = server.Uri("/echo"), Seed = 1 }).WaitAsync(Limit);

        Assert.Empty(result.Failures);
        Assert.Equal(1_000, result.Iterations.Single().OkCount);
        Assert.Equal(1_000, result.Steps.Single(step => step.Step == "echo").Latency.TotalCount);
        Assert.Equal(server.Uri("/echo"), result.Run.Options.Target);
    }

    [Fact]
    public async Task Without_options_the_target_is_an_echo_server_inside_the_process()
    {
        RunResult result = await LoadRunner.RunAsync(Echo("echo").WithLoadSimulations(Simulation.IterationsForConstant(copies: 2, iterations: 6))).WaitAsync(Limit);

        Assert.Empty(result.Failures);
        Assert.Equal(6, result.Iterations.Single().OkCount);
        Assert.True(result.Run.Options.Target.IsLoopback);
    }

    [Fact]
    public void Run_does_not_need_the_thread_that_waits_for_it()
    {
        using WorkFolder folder = new();
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new DeafContext());
        try
        {
            RunResult result = LoadRunner.RegisterScenarios(Echo("echo").WithLoadSimulations(Simulation.IterationsForConstant(copies: 2, iterations: 6)))
                .WithTestSuite("suite").WithReportFolder(folder.Root).Run("--quiet", "--seed", "3");

            Assert.Equal(6, result.Iterations.Single().OkCount);
            Assert.Equal((3, "suite"), (result.Run.Options.Seed, result.Run.Options.Tags["test_suite"]));
            Assert.True(File.Exists(Path.Combine(folder.Root, "summary.json")));
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    [Fact]
    public async Task Scenarios_that_cannot_be_run_are_refused_before_anything_starts()
    {
        ArgumentException none = Assert.Throws<ArgumentException>(() => LoadRunner.RegisterScenarios());
        ArgumentException idle = await Assert.ThrowsAnyAsync<ArgumentException>(() => LoadRunner.RunAsync(Echo("idle")));

        Assert.StartsWith("There is no scenario: ", none.Message);
        Assert.StartsWith("Scenario \"idle\" has no load: ", idle.Message);
    }

    [Fact]
    public async Task A_script_that_runs_its_scenarios_itself_runs_those_once_with_the_options_of_the_tool()
    {
        using WorkFolder folder = new();
        folder.Write("ported.csx", """
            Scenario Idle(string name) => Scenario.Create(name, async user => await user.Delay(TimeSpan.FromMilliseconds(1)))
                .WithLoadSimulations(Simulation.KeepConstant(1, TimeSpan.FromHours(1)));

            Idle("left out");
            var result = LoadRunner.RegisterScenarios(Idle("chosen")).WithTestSuite("nightly").WithTestName("idle").WithReportFolder("there").Run();
            Console.WriteLine($"after the run: {result.Iterations.Single().Scenario} {result.OkCount}");
            """);

        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, "run", "ported.csx", "--iterations", "7");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.StartsWith("ported: 7 ok, 0 failed", output);
        Assert.EndsWith("after the run: chosen 7\n", output);
        using JsonDocument summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Root, "there", "summary.json")));
        Assert.Equal("""{"test_suite":"nightly","test_name":"idle"}""", JsonSerializer.Serialize(summary.RootElement.GetProperty("tags")));
    }

    [Theory]
    [InlineData("return await LoadRunner.RunAsync(args, idle);", 0)]
    [InlineData("idle.WithThresholds(\"iterations: count > 1000\"); return await LoadRunner.RunAsync(args, idle);", 99)]
    [InlineData("await LoadRunner.RunAsync(idle); return 42;", 42)]
    [InlineData("await LoadRunner.RunAsync(idle); throw new InvalidOperationException(\"the figures are wrong\");", 107)]
    [InlineData("await LoadRunner.RunAsync(idle); await LoadRunner.RunAsync(idle);", 107)]
    public async Task What_a_script_returns_after_its_run_is_the_exit_code(string end, int expected)
    {
        using WorkFolder folder = new();
        folder.Write("ending.csx", $$"""
            var idle = Scenario.Create("idle", async user => await user.Delay(TimeSpan.FromMilliseconds(1)))
                .WithLoadSimulations(Simulation.IterationsForConstant(1, 3));
            {{end}}
            """);

        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, "run", "ending.csx");

        Assert.Equal(expected, exitCode);
        Assert.StartsWith("ending: 3 ok, 0 failed", output);
        Assert.Equal(expected is 0 or 42, error == "");
    }

    [Fact]
    public async Task A_dry_run_of_such_a_script_starts_nothing()
    {
        using WorkFolder folder = new();
        folder.Write("dry.csx", """
            var idle = Scenario.Create("idle", async user => await user.Delay(TimeSpan.FromMilliseconds(1))).WithLoadSimulations(Simulation.KeepConstant(3, TimeSpan.FromSeconds(5)));
            LoadRunner.RegisterScenarios(idle).Run();
            Console.WriteLine("after the run");
            """);

        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, "run", "dry.csx", "--dry-run");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("idle", output);
        Assert.DoesNotContain("after the run", output);
        Assert.False(Directory.Exists(Path.Combine(folder.Root, "results")));
    }

    [Fact]
    public async Task Options_of_its_own_are_refused_to_a_script_that_the_tool_runs()
    {
        using WorkFolder folder = new();
        folder.Write("own.csx", """
            var idle = Scenario.Create("idle", async user => await user.Delay(TimeSpan.FromMilliseconds(1))).WithLoadSimulations(Simulation.IterationsForConstant(1, 3));
            await LoadRunner.RunAsync(idle, new RunOptions { Target = new Uri("ws://127.0.0.1:9/") });
            """);

        (int exitCode, _, string error) = await Tool.RunAsync(folder.Root, "run", "own.csx");

        Assert.Equal(107, exitCode);
        Assert.Contains("own.csx(2,", error);
        Assert.Contains("Under loadtool run, options come from its command line, its config file or Options.Set: leave them out here.", error);
    }

    private static Scenario Echo(string name) => Scenario.Create(name, async user =>
    {
        using MessageWebSocket socket = new();
        await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));
        using StepScope step = Step.Begin("echo", user);
        await socket.SendAsync("hello");
        step.Ok(await socket.ReceiveAsync());
    });

    /// <summary>Whoever leaves work to it waits for ever.</summary>
    private sealed class DeafContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
            // The thread that would do it waits.
        }
    }
}
