using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Web;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>Pings of our own and their round trips, and the server's that are left without an answer.</summary>
public sealed class PingTests
{
    private const int Ping = 9;
    private const int Pong = 10;

    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_ping_tells_its_round_trip_and_several_may_be_under_way(EngineKind engine)
    {
        ManualClock clock = new();
        await OpenSocket.MessageAsync(
            engine,
            socket => socket.Control.DesiredUnsolicitedPongInterval = TimeSpan.Zero,
            async (socket, connection) =>
            {
                Task<TimeSpan> first = socket.PingAsync();
                clock.Advance(TimeSpan.FromMilliseconds(5));
                Task<TimeSpan> second = socket.PingAsync();
                byte[] one = await ReadPingAsync(connection), two = await ReadPingAsync(connection);
                Assert.NotEqual(one, two);

                // Pongs that nobody asked for answer nothing.
                await connection.SendAsync((byte[])[.. RawPeer.Frame(Pong, []), .. RawPeer.Frame(Pong, new byte[8]), .. RawPeer.Text("read")]);
                await socket.ReceiveAsync();
                Assert.False(first.IsCompleted || second.IsCompleted);

                clock.Advance(TimeSpan.FromMilliseconds(20));
                await connection.SendAsync(RawPeer.Frame(Pong, one));
                Assert.Equal(TimeSpan.FromMilliseconds(25), await first);
                Assert.False(second.IsCompleted);
                clock.Advance(TimeSpan.FromMilliseconds(70));
                await connection.SendAsync(RawPeer.Frame(Pong, two));
                Assert.Equal(TimeSpan.FromMilliseconds(90), await second);
            },
            clock);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public Task A_pong_to_the_latest_ping_answers_the_earlier_ones_too(EngineKind engine) => OpenSocket.MessageAsync(engine, async (socket, connection) =>
    {
        Task<TimeSpan>[] pings = [socket.PingAsync(), socket.PingAsync(), socket.PingAsync(), socket.PingAsync()];
        byte[][] payloads = [await ReadPingAsync(connection), await ReadPingAsync(connection), await ReadPingAsync(connection), await ReadPingAsync(connection)];
        await connection.SendAsync(RawPeer.Frame(Pong, payloads[2]));
        Assert.All(await Task.WhenAll(pings[..3]), roundTrip => Assert.True(roundTrip > TimeSpan.Zero));
        Assert.False(pings[3].IsCompleted);
        await connection.SendAsync(RawPeer.Frame(Pong, payloads[3]));
        await pings[3];
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task A_ping_waits_for_the_end_of_the_frame_under_way(EngineKind engine) => OpenSocket.MessageAsync(engine, async (socket, connection) =>
    {
        Task sending = socket.SendAsync(new byte[20_000_000]).AsTask();
        Task<TimeSpan> first = socket.PingAsync(), second = socket.PingAsync();
        Task third = socket.SendAsync(new byte[3]).AsTask();
        Assert.Equal(2, (await connection.ReadFrameAsync()).Opcode);
        byte[] one = await ReadPingAsync(connection), two = await ReadPingAsync(connection);
        await connection.SendAsync((byte[])[.. RawPeer.Frame(Pong, one), .. RawPeer.Frame(Pong, two)]);
        await Task.WhenAll(sending, first, second, third);
        Assert.Equal(2, (await connection.ReadFrameAsync()).Opcode);
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_ping_fails_when_the_socket_closes_breaks_or_is_aborted_and_may_be_cancelled(EngineKind engine)
    {
        (string Name, Action<MessageWebSocket, RawConnection> End, WebErrorStatus Status)[] ends =
        [
            ("peer closes", (_, connection) => connection.Socket.Send(RawPeer.Close(4001)), WebErrorStatus.ConnectionAborted),
            ("peer resets", (_, connection) => connection.Reset(), WebErrorStatus.ConnectionAborted),
            ("closed here", (socket, _) => socket.Close(1000, ""), WebErrorStatus.OperationCanceled),
            ("disposed", (socket, _) => socket.Dispose(), WebErrorStatus.OperationCanceled),
            ("aborted", (socket, _) => socket.Abort(), WebErrorStatus.OperationCanceled),
        ];
        foreach ((string name, Action<MessageWebSocket, RawConnection> end, WebErrorStatus status) in ends)
        {
            await OpenSocket.MessageAsync(engine, async (socket, connection) =>
            {
                using CancellationTokenSource cancel = new();
                Task<TimeSpan> cancelled = socket.PingAsync(cancel.Token), ping = socket.PingAsync();
                cancel.Cancel();
                OperationCanceledException cancellation = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
                Assert.Equal(cancel.Token, cancellation.CancellationToken);
                Assert.False(ping.IsCompleted);
                end(socket, connection);
                WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => ping);
                Assert.True(status == error.Status, $"{name}: {error.Status}");
                Assert.NotNull(await Record.ExceptionAsync(() => socket.PingAsync()));
            });
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Pings_under_way_are_bounded_and_a_cancelled_token_sends_none(EngineKind engine) => OpenSocket.MessageAsync(engine, async (socket, connection) =>
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => socket.PingAsync(new CancellationToken(canceled: true)));
        List<Task<TimeSpan>> pings = [.. Enumerable.Range(0, PingWaits.MaxWaiting).Select(_ => socket.PingAsync())];
        await Assert.ThrowsAsync<InvalidOperationException>(() => socket.PingAsync());
        byte[] last = [];
        for (int i = 0; i < PingWaits.MaxWaiting; i++)
            last = await ReadPingAsync(connection);
        await connection.SendAsync(RawPeer.Frame(Pong, last));
        await Task.WhenAll(pings);
        Task<TimeSpan> next = socket.PingAsync();
        await connection.SendAsync(RawPeer.Frame(Pong, await ReadPingAsync(connection)));
        await next;
    });

    [Fact]
    public async Task A_ping_needs_a_connected_socket()
    {
        using MessageWebSocket socket = new();
        await Assert.ThrowsAsync<InvalidOperationException>(() => socket.PingAsync());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_ping_from_any_thread_is_answered_by_our_own_server(EngineKind engine)
    {
        using AnsweringServer server = await AnsweringServer.StartAsync(engine, _ => ServerAnswer.Accept(EchoBehaviour.Instance));
        using StreamWebSocket socket = new();
        await socket.ConnectAsync(server.Uri);
        for (int i = 0; i < 20; i++)
            Assert.All(await Task.WhenAll(socket.PingAsync(), socket.PingAsync()), roundTrip => Assert.InRange(roundTrip.Ticks, 1, TimeSpan.TicksPerMinute));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public Task A_server_s_ping_goes_unanswered_while_AnswersPings_is_false(EngineKind engine) => OpenSocket.MessageAsync(engine, async (socket, connection) =>
    {
        socket.Control.Tuning.AnswersPings = false;
        await connection.SendAsync((byte[])[.. RawPeer.Frame(Ping, [1]), .. RawPeer.Text("read")]);
        await socket.ReceiveAsync();
        socket.Control.Tuning.AnswersPings = true;
        await connection.SendAsync(RawPeer.Frame(Ping, [2]));
        (int opcode, _, byte[] payload) = await connection.ReadFrameAsync();
        Assert.Equal((Pong, 2), (opcode, Assert.Single(payload)));
    });

    private static async Task<byte[]> ReadPingAsync(RawConnection connection)
    {
        (int opcode, bool isFinal, byte[] payload) = await connection.ReadFrameAsync();
        Assert.Equal((Ping, true, 8), (opcode, isFinal, payload.Length));
        return payload;
    }
}
