using System.Net.Sockets;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Web;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>CloseAsync, which waits for the server's Close frame, and Abort, which waits for nothing.</summary>
public sealed class ClosingTests
{
    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task CloseAsync_tells_the_server_s_code_and_reason_and_how_long_it_took(EngineKind engine)
    {
        ManualClock clock = new();
        await OpenSocket.MessageAsync(
            engine,
            socket => socket.Control.DesiredUnsolicitedPongInterval = TimeSpan.Zero,
            async (socket, connection) =>
            {
                Task<WebSocketCloseResult> closing = socket.CloseAsync(4001, "enough");
                (int opcode, _, byte[] payload) = await connection.ReadFrameAsync();
                Assert.Equal((8, "0FA1656E6F756768"), (opcode, Convert.ToHexString(payload)));
                clock.Advance(TimeSpan.FromSeconds(3));
                Assert.False(closing.IsCompleted);
                Task<WebSocketCloseResult> joined = socket.CloseAsync();
                await connection.SendAsync((byte[])[.. RawPeer.Text("late"), .. RawPeer.Close(4002, "so be it")]);
                Assert.Equal(new WebSocketCloseResult(4002, "so be it", TimeSpan.FromSeconds(3)), await closing);
                Assert.Equal(await closing, await joined);
                Assert.Equal(await closing, await socket.CloseAsync());
                await Assert.ThrowsAsync<ObjectDisposedException>(async () => await socket.SendAsync("late"));
            },
            clock);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public Task CloseAsync_sends_1000_by_default_and_joins_a_Close(EngineKind engine) => OpenSocket.MessageAsync(engine, async (socket, connection) =>
    {
        socket.Close(4001, "");
        Task<WebSocketCloseResult> closing = socket.CloseAsync();
        Assert.Equal("0FA1", Convert.ToHexString((await connection.ReadFrameAsync()).Payload));
        await connection.SendAsync(RawPeer.Frame(8, []));
        Assert.Equal((1005, ""), ((await closing).Code, (await closing).Reason));
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task CloseAsync_after_the_server_closed_tells_what_that_said(EngineKind engine) => OpenSocket.MessageAsync(engine, async (socket, connection) =>
    {
        await connection.SendAsync(RawPeer.Close(4007, "bye"));
        await Assert.ThrowsAsync<WebSocketTransportException>(async () => await socket.ReceiveAsync());
        Assert.Equal(new WebSocketCloseResult(4007, "bye", TimeSpan.Zero), await socket.CloseAsync());
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task CloseAsync_fails_when_no_Close_frame_comes(EngineKind engine)
    {
        ManualClock clock = new();
        foreach (string end in (string[])["limit", "FIN", "RST", "violation", "abort"])
        {
            await OpenSocket.MessageAsync(
                engine,
                socket => socket.Control.DesiredUnsolicitedPongInterval = TimeSpan.Zero,
                async (socket, connection) =>
                {
                    Task<WebSocketCloseResult> closing = socket.CloseAsync();
                    Assert.Equal("03E8", Convert.ToHexString((await connection.ReadFrameAsync()).Payload));
                    clock.Advance(TimeSpan.FromSeconds(end == "limit" ? 10 : 9));
                    if (end == "FIN")
                        connection.Socket.Shutdown(SocketShutdown.Send);
                    else if (end == "RST")
                        connection.Reset();
                    else if (end == "violation")
                        await connection.SendAsync((byte[])[0x83, 0]);
                    else if (end == "abort")
                        socket.Abort();
                    WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => closing);
                    if (end != "violation")
                        Assert.Equal(
                            end switch { "limit" => WebErrorStatus.Timeout, "abort" => WebErrorStatus.OperationCanceled, _ => WebErrorStatus.ConnectionAborted },
                            error.Status);
                    Assert.Equal(end == "violation" ? 1002 : null, (int?)error.Cause.CloseCode);
                },
                clock);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public Task The_wait_of_CloseAsync_may_be_cancelled_and_the_closing_goes_on(EngineKind engine) => OpenSocket.MessageAsync(engine, async (socket, connection) =>
    {
        using CancellationTokenSource cancel = new();
        Task<WebSocketCloseResult> closing = socket.CloseAsync(cancellationToken: cancel.Token);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => closing);
        Assert.Equal(8, (await connection.ReadFrameAsync()).Opcode);
        await connection.SendAsync(RawPeer.Close(1000));
        Assert.Equal(1000, (await socket.CloseAsync()).Code);
    });

    [Fact]
    public async Task CloseAsync_is_refused_as_Close_is()
    {
        MessageWebSocket socket = new();
        await Assert.ThrowsAsync<ArgumentException>(() => socket.CloseAsync(1005, "reason"));
        await Assert.ThrowsAsync<ArgumentException>(() => socket.CloseAsync(1004));
        await Assert.ThrowsAsync<ArgumentException>(() => socket.CloseAsync(1000, new string('x', 124)));
        InvalidOperationException early = await Assert.ThrowsAsync<InvalidOperationException>(() => socket.CloseAsync());
        Assert.Equal(HResults.IllegalMethodCall, early.HResult);
        socket.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => socket.CloseAsync());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Abort_resets_TCP_and_fails_what_is_awaited_as_closed_locally(EngineKind engine)
    {
        foreach (bool fromOutside in (bool[])[false, true])
        {
            await OpenSocket.MessageAsync(engine, async (socket, connection) =>
            {
                Task receiving = socket.ReceiveAsync().AsTask(), sending = socket.SendAsync(new byte[20_000_000]).AsTask(), behind = socket.SendAsync(new byte[1]).AsTask();
                Task pinging = socket.PingAsync();
                if (fromOutside)
                    await Task.Run(socket.Abort);
                else
                    socket.Abort();
                foreach (Task awaited in (Task[])[receiving, sending, behind, pinging])
                    AssertAborted(await Assert.ThrowsAsync<WebSocketTransportException>(() => awaited));
                socket.Abort();
                AssertAborted(await Assert.ThrowsAsync<WebSocketTransportException>(async () => await socket.SendAsync("late")));
                AssertAborted(await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.CloseAsync()));
                SocketException reset = await Assert.ThrowsAsync<SocketException>(() => connection.ReadToEndAsync());
                Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
                socket.Dispose();
                socket.Abort();
            });
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Abort_ends_a_connect_in_progress_and_the_socket_may_connect_again(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            socket.Abort();
            Task connecting = socket.ConnectAsync(peer.Uri);
            using (RawConnection connection = await Task.Run(() => peer.AcceptAsync()))
            {
                await Task.Run(connection.ReadHeadAsync);
                socket.Abort();
                AssertAborted(await Assert.ThrowsAsync<WebSocketTransportException>(() => connecting));
                await Assert.ThrowsAsync<SocketException>(() => connection.ReadToEndAsync());
            }

            Task<RawConnection> accept = Task.Run(() => peer.AcceptUpgradeAsync());
            await socket.ConnectAsync(peer.Uri);
            (await accept).Dispose();
        });
        await host.UntilAsync(() => host.Loop.Counters.Connections == 0);
    }

    private static void AssertAborted(WebSocketTransportException error)
    {
        Assert.Equal(WebErrorStatus.OperationCanceled, error.Status);
        Assert.Equal("closed locally", error.Cause.ToString());
    }
}
