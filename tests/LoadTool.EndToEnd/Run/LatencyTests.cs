using static LoadTool.EndToEnd.Run.Lab;

namespace LoadTool.EndToEnd.Run;

public sealed class LatencyTests
{
    [Fact]
    public async Task Latency_counts_from_the_moment_an_iteration_was_due_so_a_loop_that_was_held_up_shows()
    {
        // Ten arrivals are due, 10 ms apart, while the first one holds the loop for 100 ms: the others start 90, 80 … 10 ms late.
        Scenario scenario = Scenario.Create("a", async user =>
        {
            if (user.Number == 0 && user.InvocationNumber == 1)
            {
                Block(Milliseconds(100));
                return;
            }

            await Step.Run("first", user, () => Task.CompletedTask);
            await Step.Run("second", user, () => Task.CompletedTask);
        }).WithLoadSimulations(Simulation.Inject(100, TimeSpan.FromSeconds(1), Milliseconds(100)));

        (RunResult result, _) = await RunAsync(scenario);

        StepFigures first = result.Steps.Single(step => step.Step == "first");
        Assert.Equal(9, first.OkCount);
        Assert.InRange(first.Latency.Mean - first.LatencyUncorrected.Mean, 45e6, double.MaxValue);
        StepFigures second = result.Steps.Single(step => step.Step == "second");
        Assert.Equal(second.LatencyUncorrected.Max, second.Latency.Max);
        StepFigures iterations = Assert.Single(result.Iterations);
        Assert.InRange(iterations.Latency.Mean - iterations.LatencyUncorrected.Mean, 40e6, double.MaxValue);
    }

    [Fact]
    public async Task What_a_script_does_before_its_first_step_is_not_counted_as_that_steps_latency()
    {
        Scenario scenario = Scenario.Create("a", async user =>
        {
            await user.Delay(Milliseconds(100));
            await Step.Run("s", user, () => Task.CompletedTask);
        }).WithLoadSimulations(Simulation.KeepConstant(1, Milliseconds(50)));

        (RunResult result, _) = await RunAsync(scenario);

        StepFigures step = Assert.Single(result.Steps);
        Assert.Equal(step.LatencyUncorrected.Max, step.Latency.Max);
    }

    [Fact]
    public async Task A_turn_that_came_late_shows_in_the_corrected_latency_only()
    {
        Scenario scenario = Scenario.Create("a", async user =>
        {
            await foreach (Turn turn in user.Pace(perSecond: 100))
            {
                if (turn.Number == 0)
                    Block(Milliseconds(100));
                else
                    await Step.Run("unmeasured", user, () => Task.CompletedTask);
                using StepScope step = Step.Begin("s", user, turn);
                step.Ok();
                if (turn.Number == 9)
                    return;
            }
        }).WithLoadSimulations(Simulation.KeepConstant(1, TimeSpan.FromDays(1)));

        (RunResult result, _) = await RunAsync(scenario, Options with { Iterations = 1 });

        StepFigures figures = result.Steps.Single(step => step.Step == "s");
        Assert.Equal(10, figures.OkCount);
        Assert.InRange(figures.Latency.Mean - figures.LatencyUncorrected.Mean, 50e6, double.MaxValue);
    }

    [Fact]
    public async Task Lateness_of_an_iteration_is_not_counted_again_after_a_turn_has_counted_its_own()
    {
        Scenario scenario = Scenario.Create("a", async user =>
        {
            if (user.InvocationNumber == 1)
            {
                Block(Milliseconds(100));
                return;
            }

            await foreach (Turn turn in user.Pace(perSecond: 1000))
            {
                using StepScope step = Step.Begin("paced", user, turn);
                step.Ok();
                break;
            }

            await Step.Run("plain", user, () => Task.CompletedTask);
        }).WithLoadSimulations(Simulation.Inject(2, Milliseconds(20), Milliseconds(20)), Simulation.Pause(TimeSpan.FromSeconds(1)));

        (RunResult result, _) = await RunAsync(scenario);

        Assert.InRange(Assert.Single(result.Iterations).Latency.Max, 90e6, double.MaxValue);
        StepFigures plain = result.Steps.Single(step => step.Step == "plain");
        Assert.Equal((1L, plain.LatencyUncorrected.Max), (plain.OkCount, plain.Latency.Max));
    }

    /// <summary>In the tool's own process, whose JIT settings count here: a tiered one allocates as it replaces methods.</summary>
    [Fact]
    public async Task A_message_of_the_echo_scenario_allocates_nothing_on_its_loop()
    {
        using WorkFolder folder = new();
        folder.Write("a.csx", """
            using Windows.Networking.Sockets;

            var hello = Payload.Text(bytes: 64);
            Scenario.Create("echo", async user =>
            {
                using var socket = new MessageWebSocket();
                socket.Control.MessageType = SocketMessageType.Utf8;
                await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));
                long before = 0;
                await foreach (var turn in user.Pace(perSecond: 4000))
                {
                    using (var step = Step.Begin("echo", user, turn))
                    {
                        await socket.SendAsync(hello);
                        step.Ok(await socket.ReceiveAsync());
                    }

                    if (turn.Number == 200)
                        before = GC.GetAllocatedBytesForCurrentThread();
                    if (turn.Number == 4200)
                    {
                        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                        Console.WriteLine($"allocated {allocated} bytes in 4,000 messages");
                        return;
                    }
                }
            })
            .WithLoadSimulations(Simulation.KeepConstant(copies: 1, during: TimeSpan.FromMinutes(1)));
            """);

        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, "run", "a.csx", "--iterations", "1", "--engine", "epoll");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("allocated 0 bytes in 4,000 messages", output);
    }
}
