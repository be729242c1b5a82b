using LoadTool.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>Pongs that nobody asked for, the heartbeat of one way.</summary>
public sealed class PongTests
{
    private const int Pong = 10;

    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviour_154_An_idle_socket_sends_a_pong_at_each_interval(EngineKind engine)
    {
        ManualClock clock = new();
        return OpenSocket.MessageAsync(
            engine,
            socket => socket.Control.DesiredUnsolicitedPongInterval = TimeSpan.FromSeconds(1),
            async (socket, connection) =>
            {
                Assert.Equal(TimeSpan.FromSeconds(1), socket.Control.ActualUnsolicitedPongInterval);
                for (int i = 0; i < 3; i++)
                {
                    clock.Advance(TimeSpan.FromMilliseconds(999));
                    await socket.SendAsync("between");
                    await Task.Yield();
                    Assert.Equal(1, (await connection.ReadFrameAsync()).Opcode);
                    clock.Advance(TimeSpan.FromMilliseconds(1));
                    await Task.Yield();
                    (int opcode, bool isFinal, byte[] payload) = await connection.ReadFrameAsync();
                    Assert.Equal((Pong, true, 0), (opcode, isFinal, payload.Length));
                }

                // A pong is no message.
                Assert.Equal(3, EventLoop.Current!.Counters.MessagesSent);
            },
            clock);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public Task A_socket_of_which_nothing_was_set_sends_a_pong_every_30_seconds_and_keeps_nothing_for_it(EngineKind engine)
    {
        ManualClock clock = new();
        return OpenSocket.MessageAsync(
            engine,
            _ => { },
            async (socket, connection) =>
            {
                for (int i = 0; i < 2; i++)
                {
                    clock.Advance(TimeSpan.FromSeconds(30));
                    await Task.Yield();
                    Assert.Equal(Pong, (await connection.ReadFrameAsync()).Opcode);
                }

                Assert.Null(socket.Channel!.ExtrasIfAny);
            },
            clock);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_pong_interval_of_zero_or_infinity_sends_none(EngineKind engine)
    {
        foreach (TimeSpan interval in (TimeSpan[])[TimeSpan.Zero, Timeout.InfiniteTimeSpan])
        {
            ManualClock clock = new();
            await OpenSocket.MessageAsync(
                engine,
                socket => socket.Control.DesiredUnsolicitedPongInterval = interval,
                async (socket, connection) =>
                {
                    Assert.Equal(TimeSpan.Zero, socket.Control.ActualUnsolicitedPongInterval);
                    clock.Advance(TimeSpan.FromDays(1));
                    for (int i = 0; i < 5; i++)
                        await Task.Yield();
                    await socket.SendAsync("first");
                    Assert.Equal(1, (await connection.ReadFrameAsync()).Opcode);
                },
                clock);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviour_155_No_pong_stands_inside_a_frame(EngineKind engine)
    {
        ManualClock clock = new();
        return OpenSocket.MessageAsync(
            engine,
            socket => socket.Control.DesiredUnsolicitedPongInterval = TimeSpan.FromSeconds(1),
            async (socket, connection) =>
            {
                byte[] large = new byte[20_000_000];
                new Random(1).NextBytes(large);
                Task sending = socket.SendAsync(large).AsTask();
                Assert.False(sending.IsCompleted);
                clock.Advance(TimeSpan.FromSeconds(10));
                for (int i = 0; i < 5; i++)
                    await Task.Yield();
                (int opcode, _, byte[] payload) = await connection.ReadFrameAsync();
                Assert.Equal(2, opcode);
                Assert.True(large.AsSpan().SequenceEqual(payload));
                await sending;
                clock.Advance(TimeSpan.FromSeconds(1));
                await Task.Yield();
                Assert.Equal(Pong, (await connection.ReadFrameAsync()).Opcode);
            },
            clock);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_socket_that_ended_leaves_no_timer_behind(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        await host.RunAsync(async () =>
        {
            foreach (bool reset in (bool[])[true, false])
            {
                using MessageWebSocket socket = new();
                Task<RawConnection> accept = Task.Run(() => peer.AcceptUpgradeAsync());
                await socket.ConnectAsync(peer.Uri);
                using RawConnection connection = await accept;
                if (reset)
                    connection.Reset();
                else
                    await connection.SendAsync(RawPeer.Close(1000));
                await Assert.ThrowsAsync<WebSocketTransportException>(async () => await socket.ReceiveAsync());
            }
        });
        await host.UntilAsync(() => host.Loop.Counters.Connections == 0);
        await host.UntilAsync(() => TimersOf(host.Loop) == 0);
    }

    private static int TimersOf(EventLoop loop) => ((TimerHeap)typeof(EventLoop)
        .GetField("_timers", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.GetValue(loop)!).Count;
}
