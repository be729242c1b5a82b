using System.Collections.Concurrent;
using System.Text.Json;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using static LoadTool.EndToEnd.Run.Lab;

namespace LoadTool.EndToEnd.Run;

public sealed class WarmUpTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_warm_up_runs_the_same_load_beforehand_and_nothing_of_it_is_counted(int loops)
    {
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        int iterations = 0;
        Scenario scenario = Scenario.Create("a", async user =>
        {
            Interlocked.Increment(ref iterations);
            using MessageWebSocket socket = new();
            await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));
            await socket.SendAsync(Payload.Text(bytes: 8));
            await socket.ReceiveAsync();
        }).WithLoadSimulations(Simulation.Inject(100, TimeSpan.FromSeconds(1), Milliseconds(400))).WithWarmUpDuration(Milliseconds(200));

        (RunResult result, Notes notes) = await RunAsync(scenario, Options with { Target = host.Uri("/echo"), Loops = loops });

        Assert.Equal(60, iterations);
        Assert.Equal(40, Assert.Single(result.Iterations).OkCount);
        Assert.Equal(40, Assert.Single(result.Steps).OkCount);
        Assert.Equal((40, 40), (notes.OkOfIntervals("a", "iteration"), notes.OkOfIntervals("a", "connect")));
        Assert.Equal((40L, 40L), (result.Traffic.MessagesSent, result.Traffic.MessagesReceived));
        Assert.Equal(40, result.CloseCodes.Values.Sum());
        Assert.Equal((20L, 0L), (result.WarmUp!.OkCount, result.WarmUp.FailCount));
        Assert.Equal((20L, 20L), (result.WarmUp.Traffic.MessagesSent, result.WarmUp.Traffic.MessagesReceived));
        Assert.Contains(notes.Log, line => line.StartsWith("warm-up of ", StringComparison.Ordinal) && line.EndsWith("thrown away: 20 iterations ok, 0 failed, 20 messages sent, 20 received", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Of_metrics_and_checks_a_warm_up_leaves_nothing_and_what_init_counted_stays(int loops)
    {
        CounterMetric orders = Metric.CreateCounter("orders of a warm-up's test");
        HistogramMetric sizes = Metric.CreateHistogram("sizes of a warm-up's test");
        DataFeed<int> items = DataFeed.Unique<int>([.. Enumerable.Range(0, 60)]);
        ConcurrentBag<int> taken = [];
        Scenario scenario = Scenario.Create("a", user =>
        {
            taken.Add(items.GetNextItem(user));
            orders.Add();
            sizes.Record(10);
            user.Check("taken", true);
            return Task.CompletedTask;
        }).WithInit(_ =>
        {
            orders.Add(1_000);
            return Task.CompletedTask;
        }).WithLoadSimulations(Simulation.Inject(100, TimeSpan.FromSeconds(1), Milliseconds(400))).WithWarmUpDuration(Milliseconds(200));

        (RunResult result, Notes notes) = await RunAsync(scenario, Options with { Loops = loops });

        Assert.Equal(1_040, Assert.Single(result.Metrics.Counters).Count);
        Assert.Equal(1_040, notes.Counted[orders.Name]);
        Assert.Equal(40, Assert.Single(result.Metrics.Histograms).Values.TotalCount);
        Assert.Equal(40, Assert.Single(result.Checks).OkCount);

        // Each once in the run, the warm-up included: the target has seen it.
        Assert.Equal(Enumerable.Range(0, 60), taken.Order());
    }

    [Fact]
    public async Task The_tool_says_on_the_console_in_the_log_and_in_the_summary_what_it_threw_away()
    {
        using WorkFolder folder = new();
        folder.Write("a.csx", """
            Scenario.Create("a", user => Task.CompletedTask)
                .WithWarmUpDuration(TimeSpan.FromMilliseconds(200)).WithConnectRate(perSecond: 5)
                .WithLoadSimulations(Simulation.RampingConstant(2, TimeSpan.FromMilliseconds(100)), Simulation.IterationsForConstant(copies: 2, iterations: 30));
            """);

        using Tool tool = Tool.StartProgram(folder.Root, "dotnet", [Tool.Assembly, "run", "a.csx", "--target", "ws://127.0.0.1:9/", "--results", "r"]);
        (int exitCode, string output, string error) = await tool.EndAsync();

        Assert.Equal(0, exitCode);
        Assert.Contains("warming up for 0.2 s\n", error);
        Assert.Matches(@"\nwarm-up of \S+( m?s)? before it thrown away: [\d,]+ iterations ok, 0 failed\n", output);
        Assert.Matches("warm-up of 0\\.[0-9] s thrown away: [0-9]+ iterations ok, 0 failed, 0 messages sent, 0 received", File.ReadAllText(Path.Combine(folder.Root, "r", "run.log")));
        using JsonDocument summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Root, "r", "summary.json")));
        Assert.InRange(summary.RootElement.GetProperty("warm_up").GetProperty("ok").GetProperty("count").GetInt64(), 1, long.MaxValue);
        Assert.Equal(0, summary.RootElement.GetProperty("scenarios")[0].GetProperty("connect_wait").GetProperty("count").GetInt64());
        Assert.Equal(JsonValueKind.Null, summary.RootElement.GetProperty("planned_seconds").ValueKind);
    }

    [Fact]
    public async Task Only_scenarios_that_want_a_warm_up_have_one_after_every_init_and_users_begin_anew()
    {
        ConcurrentQueue<string> events = [];
        Scenario[] scenarios = [.. new[] { "warm", "cold" }.Select(name => Scenario.Create(name, async user =>
        {
            events.Enqueue($"{name} {user.Number} {user.InvocationNumber}");
            await user.Delay(Timeout.InfiniteTimeSpan);
        }).WithInit(_ =>
        {
            events.Enqueue($"init {name}");
            return Task.CompletedTask;
        }).WithLoadSimulations(Simulation.KeepConstant(1, Milliseconds(100))))];
        scenarios[0].WithWarmUpDuration(Milliseconds(50));
        scenarios[1].WithWarmUpDuration(Milliseconds(50)).WithoutWarmUp();

        (RunResult result, _) = await Lab.RunAsync(scenarios);

        Assert.Equal(["init warm", "init cold", "warm 0 1"], events.Take(3));
        Assert.Equal(["cold 0 1", "warm 0 1"], events.Skip(3).Order());
        Assert.Equal(1, result.WarmUp!.OkCount);
        Assert.Equal([1L, 1L], result.Iterations.Select(iterations => iterations.OkCount));
    }

    [Fact]
    public async Task A_warm_up_takes_nothing_from_the_limit_of_iterations_and_its_failures_are_its_own()
    {
        int iterations = 0;
        Scenario scenario = Scenario.Create("a", async user =>
        {
            await user.Delay(Milliseconds(5));
            if (Interlocked.Increment(ref iterations) <= 3)
                throw new InvalidOperationException("cold");
        }).WithLoadSimulations(Simulation.KeepConstant(2, Milliseconds(5000))).WithWarmUpDuration(Milliseconds(200));

        (RunResult result, _) = await RunAsync(scenario, Options with { Iterations = 10 });

        Assert.Equal((10L, 0L), (Assert.Single(result.Iterations).OkCount, result.Iterations[0].FailCount));
        Assert.Empty(result.Failures);
        Assert.Equal(3, result.WarmUp!.FailCount);
        Assert.Equal(iterations, 10 + result.WarmUp.OkCount + result.WarmUp.FailCount);
    }

    [Fact]
    public async Task A_stop_during_the_warm_up_ends_the_run_without_a_load()
    {
        using CancellationTokenSource stop = new();
        int iterations = 0;
        Scenario scenario = Scenario.Create("a", async user =>
        {
            iterations++;
            stop.Cancel();
            await user.Delay(Timeout.InfiniteTimeSpan);
        }).WithLoadSimulations(Simulation.KeepConstant(1, TimeSpan.FromDays(1))).WithWarmUpDuration(TimeSpan.FromDays(1));

        (RunResult result, _) = await RunAsync(scenario, stop: stop.Token);

        Assert.True(result.WasStopped);
        Assert.Equal(1, iterations);
        Assert.Equal(0, result.Iterations.Sum(all => all.OkCount + all.FailCount + all.Interrupted));
    }

    [Fact]
    public async Task A_longest_duration_ends_the_load_of_all_scenarios()
    {
        Scenario longest = Scenario.Create("long", user => user.Delay(Timeout.InfiniteTimeSpan).AsTask()).WithLoadSimulations(Simulation.KeepConstant(2, TimeSpan.FromDays(1)));
        Scenario limited = Scenario.Create("limited", user => user.Delay(Milliseconds(1)).AsTask()).WithLoadSimulations(Simulation.IterationsForConstant(1, int.MaxValue));
        Scenario shorter = Scenario.Create("short", _ => Task.CompletedTask).WithLoadSimulations(Simulation.Inject(100, TimeSpan.FromSeconds(1), Milliseconds(100)));

        (RunResult result, _) = await Lab.RunAsync([longest, limited, shorter], Options with { MaxDuration = Milliseconds(300) });

        Assert.Equal((2L, 10L), (result.Iterations[0].OkCount, result.Iterations[2].OkCount));
        Assert.Equal(Milliseconds(300), result.Run.PlannedDuration);
        Assert.False(result.WasStopped);
    }

    [Fact]
    public async Task Connections_begin_at_the_rate_and_their_wait_is_in_no_latency()
    {
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        ConcurrentQueue<(long Began, long Ended)> users = [];
        Scenario scenario = Scenario.Create("a", async user =>
        {
            using MessageWebSocket socket = new();
            long began = EventLoop.Current!.Now;
            using StepScope outer = Step.Begin("outer", user);
            await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));
            outer.Ok();
            users.Enqueue((began, EventLoop.Current.Now));
        }).WithLoadSimulations(Simulation.IterationsForConstant(20, 20)).WithConnectRate(perSecond: 20);

        (RunResult result, _) = await RunAsync(scenario, Options with { Target = host.Uri("/echo"), Loops = 2 });

        StepFigures waits = Assert.Single(result.ConnectWaits);
        Assert.Equal(20, waits.OkCount);
        Assert.InRange(users.Max(user => user.Ended) - users.Min(user => user.Began), 19 * 50_000_000L, long.MaxValue);

        // What a user waited and what its step took are parts of the same time; histograms are exact to 0.1 %.
        double all = users.Average(user => (double)(user.Ended - user.Began));
        Assert.Equal(["connect", "outer"], result.Steps.Select(step => step.Step).Order());
        Assert.All(result.Steps, step => Assert.InRange(step.Latency.Mean + waits.Latency.Mean, 0, all * 1.005));
    }

    [Fact]
    public async Task Users_whose_turn_to_connect_never_comes_are_interrupted_and_leave_the_target_in_peace()
    {
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        Scenario scenario = Scenario.Create("a", async user =>
        {
            using MessageWebSocket socket = new();
            await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));
            await user.Delay(Timeout.InfiniteTimeSpan);
        }).WithLoadSimulations(Simulation.KeepConstant(5, Milliseconds(300))).WithConnectRate(perSecond: 0.001);

        (RunResult result, _) = await RunAsync(scenario, Options with { Target = host.Uri("/echo") });

        StepFigures connects = Assert.Single(result.Steps);
        Assert.Equal((1L, 0L, 4L), (connects.OkCount, connects.FailCount, connects.Interrupted));
        Assert.Equal(1, Assert.Single(result.ConnectWaits).OkCount);
        Assert.Empty(result.Failures);
    }
}
