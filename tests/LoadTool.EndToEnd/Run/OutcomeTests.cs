using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using static LoadTool.EndToEnd.Run.Lab;

namespace LoadTool.EndToEnd.Run;

/// <summary>What is kept of failures, and of those that no step met.</summary>
public sealed class OutcomeTests
{
    private static readonly LoadSimulation OneUser = Simulation.KeepConstant(1, TimeSpan.FromDays(1));

    [Theory]
    [MemberData(nameof(RawPeer.Engines), MemberType = typeof(RawPeer))]
    public async Task A_failure_has_a_sample_with_its_time_scenario_step_user_socket_and_text(EngineKind engine)
    {
        using RawPeer peer = new();
        Task serving = Task.Run(async () =>
        {
            for (int connection = 0; connection < 3; connection++)
            {
                using RawConnection refused = await peer.AcceptAsync();
                await refused.ReadHeadAsync();
                await refused.SendAsync("HTTP/1.1 503 Busy\r\n\r\n"u8.ToArray());
            }
        });
        Scenario scenario = Scenario.Create("shop", async user =>
        {
            using MessageWebSocket socket = new();
            await Step.Run("enter", user, () => socket.ConnectAsync(user.Target));
        }).WithLoadSimulations(OneUser);

        (RunResult result, _) = await RunAsync(scenario, Options with { Target = peer.Uri, Engine = engine, Iterations = 3 });

        await serving;
        Outcome busy = new("ServiceUnavailable", "HTTP 503") { Phase = ConnectionPhase.Upgrade, HttpStatus = 503 };
        Assert.Equal([KeyValuePair.Create(busy, 3L)], result.Failures);
        Assert.Equal([KeyValuePair.Create(busy, 3L)], result.Connect.Failures);
        OutcomeSample sample = result.Samples[busy];
        Assert.Equal(("shop", "enter", 0, 1u), (sample.Scenario, sample.Step, sample.User, sample.SocketId));
        Assert.StartsWith("Upgrade: HTTP 503 (ServiceUnavailable, 0x", sample.Text);

        // The load begins once every output has begun: after the run, by as long as they take.
        Assert.InRange(sample.At, result.Run.StartedAt, TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task A_connect_that_failed_and_was_dealt_with_by_the_script_is_counted_although_no_step_failed()
    {
        LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        Uri refused = host.Uri("/echo");
        await host.DisposeAsync();
        Scenario scenario = Scenario.Create("a", async user =>
        {
            using MessageWebSocket socket = new();
            await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(user.Target));
        }).WithLoadSimulations(OneUser);

        (RunResult result, _) = await RunAsync(scenario, Options with { Target = refused, Iterations = 4 });

        Assert.Empty(result.Failures);
        KeyValuePair<Outcome, long> failure = Assert.Single(result.Connect.Failures);
        Assert.Equal(("CannotConnect", ConnectionPhase.Tcp, 4L, 0L), (failure.Key.Status, failure.Key.Phase, failure.Value, result.Connect.OkCount));
        Assert.Equal((null, 1u), (result.Samples[failure.Key].Scenario, result.Samples[failure.Key].SocketId));
    }

    [Theory]
    [MemberData(nameof(RawPeer.Engines), MemberType = typeof(RawPeer))]
    public async Task A_connection_that_ends_while_its_user_awaits_something_else_is_counted_as_lost(EngineKind engine)
    {
        foreach (bool resets in (bool[])[false, true])
        {
            using RawPeer peer = new();
            Task serving = Task.Run(async () =>
            {
                using RawConnection connection = await peer.AcceptUpgradeAsync();
                if (resets)
                    connection.Reset();
                else
                    await connection.SendAsync(RawPeer.Close(4001));
                await (resets ? Task.CompletedTask : connection.ReadToEndAsync());
            });
            Scenario scenario = Scenario.Create("a", async user =>
            {
                using MessageWebSocket socket = new();
                await socket.ConnectAsync(user.Target);
                LoopCounters counters = EventLoop.Current!.Counters;
                while (resets ? counters.Connections > 0 : counters.CloseFramesReceived(4001) == 0)
                    await user.Delay(Milliseconds(1));
            }).WithLoadSimulations(OneUser);

            (RunResult result, _) = await RunAsync(scenario, Options with { Target = peer.Uri, Engine = engine, Iterations = 1 });

            await serving;
            Assert.Empty(result.Failures);
            KeyValuePair<Outcome, long> lost = Assert.Single(result.Connect.Lost);
            Assert.Equal(("ConnectionAborted", ConnectionPhase.Open, 1L), (lost.Key.Status, lost.Key.Phase, lost.Value));
            Assert.Equal(resets ? null : 4001, lost.Key.CloseCode);
            Assert.Equal(1u, result.Samples[lost.Key].SocketId);
            Assert.Equal(resets ? 0 : 1, result.CloseCodesSent.GetValueOrDefault(4001));
        }
    }

    [Fact]
    public async Task A_connection_that_ends_under_a_user_who_awaits_it_is_that_step_s_failure_and_not_lost()
    {
        using RawPeer peer = new();
        Task serving = Task.Run(async () =>
        {
            using RawConnection connection = await peer.AcceptUpgradeAsync();
            await connection.ReadFrameAsync();
            await connection.SendAsync(RawPeer.Close(1001));
            await connection.ReadToEndAsync();
        });
        Scenario scenario = Scenario.Create("a", async user =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(user.Target);
            using StepScope step = Step.Begin("ask", user);
            await socket.SendAsync(Payload.Text(bytes: 8));
            step.Ok(await socket.ReceiveAsync());
        }).WithLoadSimulations(OneUser);

        (RunResult result, _) = await RunAsync(scenario, Options with { Target = peer.Uri, Iterations = 1 });

        await serving;
        Assert.Empty(result.Connect.Lost);
        Outcome away = new("ConnectionAborted", "close 1001") { Phase = ConnectionPhase.Open, CloseCode = 1001 };
        Assert.Equal([KeyValuePair.Create(away, 1L)], result.Failures);
        Assert.Equal(("ask", 1u), (result.Samples[away].Step, result.Samples[away].SocketId));
    }

    [Fact]
    public async Task What_the_run_cuts_off_is_neither_lost_nor_failed()
    {
        using RawPeer silent = new();
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        Scenario idle = Scenario.Create("idle", async user =>
        {
            MessageWebSocket socket = new();
            await socket.ConnectAsync(user.Target);
            await user.Delay(Timeout.InfiniteTimeSpan);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
            socket.Dispose();
        }).WithLoadSimulations(Simulation.KeepConstant(1, Milliseconds(100)));
        Scenario connecting = Scenario.Create("connecting", async _ =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(silent.Uri);
        }).WithLoadSimulations(Simulation.KeepConstant(1, Milliseconds(100)));

        (RunResult result, _) = await RunAsync([idle, connecting], Options with { Target = host.Uri("/echo"), GracefulStop = Milliseconds(50) });

        Assert.Empty(result.Connect.Lost);
        Assert.Empty(result.Connect.Failures);
        Assert.Equal((1L, 1L), (result.Connect.OkCount, result.Connect.Interrupted));
    }
}
