using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using static LoadTool.EndToEnd.Run.Lab;

namespace LoadTool.EndToEnd.Run;

public sealed class FailureTests
{
    private static readonly LoadSimulation TenTimes = Simulation.Inject(10, Milliseconds(100), Milliseconds(100));

    [Fact]
    public async Task A_socket_that_cannot_connect_fails_its_step_and_its_iteration_with_status_and_cause()
    {
        LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        Uri refused = host.Uri("/echo");
        await host.DisposeAsync();
        Scenario scenario = Scenario.Create("a", async user =>
        {
            using MessageWebSocket socket = new();
            await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));
        }).WithLoadSimulations(TenTimes);

        (RunResult result, Notes notes) = await RunAsync(scenario, Options with { Target = refused });

        Outcome refusal = new("CannotConnect", "connection refused") { Phase = ConnectionPhase.Tcp };
        Assert.Equal([KeyValuePair.Create(refusal, 10L)], result.Failures);
        Assert.Equal([KeyValuePair.Create(refusal, 10L)], Assert.Single(result.Steps).Failures);
        Assert.Equal([KeyValuePair.Create(refusal, 10L)], Assert.Single(result.Iterations).Failures);
        Assert.Equal((10L, 0L), (result.Statuses["CannotConnect"], result.OkCount));
        Assert.Empty(notes.Log);
    }

    [Fact]
    public async Task An_exception_of_the_script_is_counted_described_once_and_the_run_goes_on()
    {
        int iterations = 0;
        Scenario scenario = Scenario.Create("a", _ => ++iterations % 2 == 0 ? throw new InvalidOperationException("even") : Task.CompletedTask)
            .WithLoadSimulations(TenTimes);

        (RunResult result, Notes notes) = await RunAsync(scenario);

        Assert.Equal([KeyValuePair.Create(new Outcome(Outcome.ScriptError, "InvalidOperationException: even"), 5L)], result.Failures);
        Assert.Equal(5, Assert.Single(result.Iterations).OkCount);
        Assert.Equal(["InvalidOperationException: even"], notes.Log);
    }

    [Fact]
    public async Task A_step_left_unmarked_has_failed_and_so_has_its_iteration()
    {
        Scenario scenario = Scenario.Create("a", user =>
        {
            using StepScope step = Step.Begin("s", user);
            return Task.CompletedTask;
        }).WithLoadSimulations(TenTimes);

        (RunResult result, _) = await RunAsync(scenario);

        Outcome unmarked = new(Outcome.ScriptError, "the step was not marked Ok()");
        Assert.Equal([KeyValuePair.Create(unmarked, 10L)], result.Failures);
        Assert.Equal((0L, 10L), (Assert.Single(result.Iterations).OkCount, Assert.Single(result.Iterations).FailCount));
    }

    [Fact]
    public async Task A_step_left_by_an_exception_fails_for_that_reason()
    {
        Scenario scenario = Scenario.Create("a", user =>
        {
            using StepScope step = Step.Begin("s", user);
            throw new FormatException("bad");
        }).WithLoadSimulations(TenTimes);

        (RunResult result, _) = await RunAsync(scenario);

        Assert.Equal([KeyValuePair.Create(new Outcome(Outcome.ScriptError, "FormatException: bad"), 10L)], result.Failures);
        Assert.Equal("s", Assert.Single(result.Steps).Step);
    }

    [Fact]
    public async Task The_first_mark_of_a_step_counts_and_a_failed_step_fails_an_iteration_that_says_nothing_itself()
    {
        Scenario scenario = Scenario.Create("a", user =>
        {
            using StepScope step = Step.Begin("s", user);
            step.Fail("Late", "by a second");
            step.Ok();
            return Task.CompletedTask;
        }).WithLoadSimulations(TenTimes);

        (RunResult result, _) = await RunAsync(scenario);

        Assert.Equal([KeyValuePair.Create(new Outcome("Late", "by a second"), 10L)], result.Failures);
        Assert.Equal(0, Assert.Single(result.Steps).OkCount);
        Assert.Equal([KeyValuePair.Create(new Outcome("Late", "by a second"), 10L)], Assert.Single(result.Iterations).Failures);
    }

    [Fact]
    public async Task A_failed_response_of_the_scenario_fails_its_iteration()
    {
        Scenario scenario = Scenario.Create("a", user => Task.FromResult(user.InvocationNumber > 0 ? Response.Fail("Sold out", "no tickets") : Response.Ok()))
            .WithLoadSimulations(TenTimes);

        (RunResult result, _) = await RunAsync(scenario);

        Assert.Equal([KeyValuePair.Create(new Outcome("Sold out", "no tickets"), 10L)], result.Failures);
        Assert.Equal(10, Assert.Single(result.Iterations).FailCount);
    }

    [Fact]
    public async Task A_step_with_a_response_turns_what_it_throws_into_a_failed_response()
    {
        List<Response<int>> responses = [];
        Scenario scenario = Scenario.Create("a", async user =>
        {
            responses.Add(await Step.Run("s", user, async Task<Response<int>> () =>
            {
                await user.Delay(TimeSpan.FromTicks(1));
                throw new FormatException("bad");
            }));
            return Response.Ok();
        }).WithLoadSimulations(TenTimes);

        (RunResult result, _) = await RunAsync(scenario);

        Assert.Equal(10, responses.Count);
        Assert.All(responses, response => Assert.Equal((true, Outcome.ScriptError, "FormatException: bad"), (response.IsError, response.StatusCode, response.Message)));
        Assert.Equal(10, Assert.Single(result.Steps).FailCount);
        Assert.Equal(10, Assert.Single(result.Iterations).OkCount);
    }

    [Fact]
    public async Task What_the_end_of_the_run_cancels_is_interrupted_and_not_failed()
    {
        Scenario begin = Scenario.Create("begin", async user =>
        {
            using StepScope step = Step.Begin("s", user);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, user.CancellationToken);
        }).WithLoadSimulations(Simulation.KeepConstant(2, Milliseconds(100)));
        Scenario run = Scenario.Create("run", async user => await Step.Run("s", user, async Task<Response<int>> () =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, user.CancellationToken);
            return Response.Ok(1);
        })).WithLoadSimulations(Simulation.KeepConstant(3, Milliseconds(100)));

        (RunResult result, Notes notes) = await RunAsync([begin, run]);

        Assert.Empty(result.Failures);
        Assert.Equal([("begin", 2L), ("run", 3L)], result.Steps.Select(step => (step.Scenario, step.Interrupted)).Order());
        Assert.Equal([("begin", 2L), ("run", 3L)], result.Iterations.Select(step => (step.Scenario, step.Interrupted)).Order());
        Assert.Empty(notes.Log);
    }

    [Fact]
    public async Task A_cancellation_of_the_scripts_own_is_a_failure()
    {
        Scenario scenario = Scenario.Create("a", user => Task.FromCanceled(new CancellationToken(canceled: true))).WithLoadSimulations(TenTimes);

        (RunResult result, _) = await RunAsync(scenario);

        Assert.Equal([KeyValuePair.Create(new Outcome("OperationCanceled", "cancelled by the script"), 10L)], result.Failures);
    }

    [Theory]
    [InlineData(EngineKind.Epoll)]
    [InlineData(EngineKind.Portable)]
    public async Task Users_that_wait_for_a_message_are_cut_after_the_graceful_stop_and_counted_as_interrupted(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine);
        Scenario scenario = Scenario.Create("a", async user =>
        {
            using MessageWebSocket socket = new();
            await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));
            using StepScope step = Step.Begin("message", user);
            step.Ok(await socket.ReceiveAsync());
        }).WithLoadSimulations(Simulation.KeepConstant(8, Milliseconds(300)));

        (RunResult result, Notes notes) = await RunAsync(scenario, Options with { Target = host.Uri("/sink"), Engine = engine, Loops = 2, GracefulStop = Milliseconds(100) });

        Assert.Empty(result.Failures);
        Assert.Equal(8, result.Steps.Single(step => step.Step == "connect").OkCount);
        Assert.Equal(8, result.Steps.Single(step => step.Step == "message").Interrupted);
        Assert.Equal(8, Assert.Single(result.Iterations).Interrupted);
        Assert.Equal(0, result.ConnectionsAtEnd);
        Assert.Empty(notes.Log);
    }
}
