using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using static LoadTool.EndToEnd.Run.Lab;

namespace LoadTool.EndToEnd.Run;

public sealed class LifecycleTests
{
    private static readonly LoadSimulation Short = Simulation.KeepConstant(1, Milliseconds(50));

    [Fact]
    public async Task Init_runs_before_the_load_and_clean_after_it_on_one_loop_with_what_the_run_was_given()
    {
        List<string> events = [];
        EventLoop? initLoop = null;
        Scenario scenario = Scenario.Create("a", user =>
        {
            events.Add("run");
            return user.Delay(Timeout.InfiniteTimeSpan).AsTask();
        })
        .WithInit(async context =>
        {
            await Task.Yield();
            initLoop = EventLoop.Current;
            events.Add($"init {context.ScenarioName} {context.Target} {context.Env["USER"]}");
            context.Log("hello");
        })
        .WithClean(context =>
        {
            Assert.Same(initLoop, EventLoop.Current);
            events.Add("clean");
            return Task.CompletedTask;
        })
        .WithLoadSimulations(Short);

        (RunResult result, Notes notes) = await RunAsync(scenario, Options with { Environment = new Dictionary<string, string> { ["USER"] = "ada" } });

        Assert.Equal(["init a ws://127.0.0.1:9/ ada", "run", "clean"], events);
        Assert.Equal(["hello"], notes.Log);
        Assert.Null(result.CleanError);
    }

    [Fact]
    public async Task An_init_that_throws_ends_the_run_before_the_load_and_what_was_initialised_is_cleaned()
    {
        List<string> events = [];
        Scenario[] scenarios =
        [
            WithEvents("first", events),
            WithEvents("second", events).WithInit(_ => throw new InvalidOperationException("no database")),
            WithEvents("third", events),
        ];

        ScenarioException error = await Assert.ThrowsAsync<ScenarioException>(() => RunAsync(scenarios));

        Assert.Equal(("second", "init", "no database"), (error.Scenario, error.Place, error.InnerException!.Message));
        Assert.Equal(["init first", "clean first"], events);
    }

    [Fact]
    public async Task A_clean_that_throws_keeps_neither_the_results_nor_the_other_cleans_back()
    {
        List<string> events = [];
        Scenario[] scenarios = [WithEvents("first", events).WithClean(_ => throw new InvalidOperationException("still in use")), WithEvents("second", events)];

        (RunResult result, Notes notes) = await RunAsync(scenarios);

        Assert.Equal(("first", "clean"), (result.CleanError!.Scenario, result.CleanError.Place));
        Assert.Equal("clean second", events[^1]);
        Assert.NotNull(notes.Result);
        Assert.Equal(2, result.Iterations.Sum(iterations => iterations.OkCount));
    }

    [Fact]
    public async Task A_stop_from_outside_ends_the_load_in_order()
    {
        using CancellationTokenSource stop = new();
        bool cleaned = false;
        Scenario scenario = Scenario.Create("a", async user =>
        {
            using StepScope step = Step.Begin("s", user);
            if (user.Number == 4)
                stop.Cancel();
            await user.Delay(Timeout.InfiniteTimeSpan);
            await Task.Yield();
            step.Ok();
        })
        .WithClean(_ => Task.FromResult(cleaned = true))
        .WithLoadSimulations(Simulation.KeepConstant(5, TimeSpan.FromDays(1)));

        (RunResult result, Notes notes) = await RunAsync(scenario, stop: stop.Token);

        Assert.True(result.WasStopped);
        Assert.True(cleaned);
        Assert.Equal(5, Assert.Single(result.Steps).OkCount);
        Assert.Same(notes.Result!.Steps, result.Steps);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stop_during_init_runs_no_iteration_and_cleans_only_what_was_initialised(bool listens)
    {
        using CancellationTokenSource stop = new();
        List<string> events = [];
        Scenario[] scenarios =
        [
            WithEvents("first", events),
            WithEvents("second", events).WithInit(context =>
            {
                stop.Cancel();
                return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, listens ? context.CancellationToken : CancellationToken.None);
            }),
        ];

        (RunResult result, _) = await RunAsync(scenarios, stop: stop.Token);

        Assert.True(result.WasStopped);
        Assert.Equal(["init first", "clean first"], events);
        Assert.Equal(0, result.Iterations.Sum(iterations => iterations.OkCount + iterations.FailCount + iterations.Interrupted));
    }

    [Fact]
    public async Task Users_that_await_something_else_than_a_socket_are_left_and_named()
    {
        TaskCompletionSource never = new();
        Scenario scenario = Scenario.Create("waiting", _ => never.Task).WithLoadSimulations(Simulation.KeepConstant(3, Milliseconds(50)));

        (RunResult result, Notes notes) = await RunAsync(scenario, Options with { GracefulStop = Milliseconds(100) });

        Assert.Equal(
            ["3 users of scenario \"waiting\" did not end within 0.1 s of the load's end and were left: they await something that is no socket; pass it user.CancellationToken"],
            notes.Log);
        Assert.Empty(result.Failures);
    }

    [Fact]
    public async Task A_script_that_never_lets_its_loop_go_is_named_and_keeps_nothing_else_from_ending()
    {
        int released = 0;
        bool cleaned = false;
        Scenario scenario = Scenario.Create("endless", _ =>
        {
            while (Volatile.Read(ref released) == 0)
                Thread.SpinWait(100);
            return Task.CompletedTask;
        })
        .WithClean(_ => Task.FromResult(cleaned = true))
        .WithLoadSimulations(Simulation.KeepConstant(1, Milliseconds(50)));

        (RunResult result, Notes notes) = await RunAsync(scenario, Options with { Loops = 2, GracefulStop = Milliseconds(100) });
        Volatile.Write(ref released, 1);

        Assert.Equal(
            ["1 users of scenario \"endless\" did not end within 0.1 s of the load's end and were left: code on their event loop never lets it go (an endless loop, Thread.Sleep, .Result or .Wait())"],
            notes.Log);
        Assert.True(cleaned);
        Assert.Null(result.CleanError);
    }

    [Fact]
    public async Task A_foreign_await_comes_back_to_the_users_loop()
    {
        List<bool> same = [];
        Scenario scenario = Scenario.Create("a", async user =>
        {
            EventLoop loop = EventLoop.Current!;
            Thread thread = Thread.CurrentThread;
            await Task.Run(() => { }, user.CancellationToken);
            same.Add(loop == EventLoop.Current && thread == Thread.CurrentThread);
            await Task.Delay(TimeSpan.FromTicks(1), TimeProvider.System, user.CancellationToken);
            same.Add(loop == EventLoop.Current && thread == Thread.CurrentThread);
            await File.WriteAllTextAsync(Path.GetTempFileName(), "x", CancellationToken.None);
            same.Add(loop == EventLoop.Current && thread == Thread.CurrentThread);
        }).WithLoadSimulations(Simulation.Inject(5, Milliseconds(50), Milliseconds(50)));

        (RunResult result, _) = await RunAsync(scenario);

        Assert.Equal(5, Assert.Single(result.Iterations).OkCount);
        Assert.Equal(15, same.Count(isSame => isSame));
    }

    [Fact]
    public async Task A_scenario_from_NBombers_documentation_needs_no_change()
    {
        List<int> payloads = [];
        Scenario scenario = Scenario.Create("x", async context =>
        {
            Response<int> step1 = await Step.Run("step_1", context, async () =>
            {
                await Task.Yield();
                return Response.Ok(payload: 1, sizeBytes: 5);
            });
            Response<object> step2 = await Step.Run("step_2", context, async () =>
            {
                await Task.Yield();
                return step1.Payload == 1 ? Response.Ok() : Response.Fail();
            });
            payloads.Add(step1.Payload);
            return step2.IsError ? Response.Fail() : Response.Ok(statusCode: "200");
        })
        .WithInit(async context => await Task.Yield())
        .WithClean(async context => await Task.Yield())
        .WithLoadSimulations(
            Simulation.KeepConstant(copies: 1, during: TimeSpan.FromMilliseconds(50)),
            Simulation.Inject(rate: 2, interval: TimeSpan.FromMilliseconds(10), during: TimeSpan.FromMilliseconds(20)),
            Simulation.Pause(during: TimeSpan.FromMilliseconds(10)));

        (RunResult result, _) = await RunAsync(scenario);

        Assert.Empty(result.Failures);
        Assert.All(payloads, payload => Assert.Equal(1, payload));
        Assert.Equal([payloads.Count, payloads.Count], result.Steps.Select(step => (int)step.OkCount));
    }

    [Fact]
    public async Task Sockets_that_users_close_as_they_end_are_closed_in_order_before_the_run_is_over()
    {
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        Scenario scenario = Scenario.Create("a", async user =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(user.Target);
            await user.Delay(Timeout.InfiniteTimeSpan);
        }).WithLoadSimulations(Simulation.KeepConstant(50, Milliseconds(300)));

        (RunResult result, _) = await RunAsync(scenario, Options with { Target = host.Uri("/echo"), Loops = 2 });

        Assert.Equal(0, result.ConnectionsAtEnd);
        Assert.Equal([KeyValuePair.Create(1005, 50L)], result.CloseCodes);
    }

    [Fact]
    public async Task A_socket_left_open_is_counted_and_does_not_keep_the_run_from_ending()
    {
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        List<MessageWebSocket> left = [];
        Scenario scenario = Scenario.Create("a", async user =>
        {
            MessageWebSocket socket = new();
            left.Add(socket);
            await socket.ConnectAsync(user.Target);
        }).WithLoadSimulations(Simulation.Inject(3, Milliseconds(30), Milliseconds(30)));

        (RunResult result, _) = await RunAsync(scenario, Options with { Target = host.Uri("/echo") });

        Assert.Equal(3, result.ConnectionsAtEnd);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("no load")]
    [InlineData("twins")]
    [InlineData("too long")]
    [InlineData("no load to warm up with")]
    [InlineData("only pauses")]
    [InlineData("no end known")]
    [InlineData("weights of zero")]
    [InlineData("weights of different loads")]
    public void Scenarios_that_cannot_be_run_are_refused_with_a_remedy(string mistake)
    {
        (Scenario[] scenarios, string message) = mistake switch
        {
            "none" => ((Scenario[])[], "There is no scenario: make one with Scenario.Create(name, async user => …)."),
            "no load" => ([Scenario.Create("a", _ => Task.CompletedTask)], "Scenario \"a\" has no load: add .WithLoadSimulations(…), or give --vus or --rate."),
            "twins" => ([WithEvents("a", []), WithEvents("a", [])], "Two scenarios are named \"a\": results could not tell them apart."),
            "no load to warm up with" => (
                [Scenario.Create("a", _ => Task.CompletedTask).WithWarmUpDuration(Milliseconds(50))],
                "Scenario \"a\" has no load, so that there is nothing to warm up with: add .WithLoadSimulations(…), or give --vus or --rate."),
            "only pauses" => (
                [WithEvents("a", []).WithLoadSimulations(Simulation.Pause(Milliseconds(50)), Simulation.RampingInject(0, Milliseconds(50), Milliseconds(50)), Simulation.RampingConstant(0, Milliseconds(50)))],
                "Scenario \"a\" starts nothing: its load simulations are pauses, and ramps from zero to zero."),
            "no end known" => (
                [WithEvents("a", []).WithLoadSimulations(Simulation.IterationsForConstant(1, 5), Short)],
                "Scenario \"a\" has load simulations after IterationsForConstant, whose end no one knows beforehand: put it last."),
            "weights of zero" => (
                [WithEvents("a", []), WithEvents("b", []).WithWeight(0), WithEvents("c", []).WithWeight(0)],
                "Scenario \"b\" has a weight of 0, and so have all others with weights: none of them would run."),
            "weights of different loads" => (
                [WithEvents("a", []).WithWeight(1), WithEvents("b", []).WithWeight(2).WithLoadSimulations(Short, Short)],
                "Scenario \"b\" has a weight, but not the load simulations of \"a\": scenarios with weights share one load, so give each the same."),
            _ => ([WithEvents("a", []).WithLoadSimulations(Simulation.Pause(TimeSpan.FromDays(30)), Short)], "Scenario \"a\" lasts longer than 30 days."),
        };

        ArgumentException error = Assert.ThrowsAny<ArgumentException>(() => new LoadRun("test", scenarios, Options, [], TimeProvider.System));

        Assert.Equal(message, error.Message);
    }

    private static Scenario WithEvents(string name, List<string> events) => Scenario.Create(name, user => user.Delay(Timeout.InfiniteTimeSpan).AsTask())
        .WithInit(_ =>
        {
            events.Add($"init {name}");
            return Task.CompletedTask;
        })
        .WithClean(_ =>
        {
            events.Add($"clean {name}");
            return Task.CompletedTask;
        })
        .WithLoadSimulations(Short);
}
