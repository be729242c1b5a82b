using System.Text;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Web;

namespace LoadTool.EndToEnd.Sockets;

public sealed class MessageWebSocketTests
{
    [Theory]
    [InlineData(EngineKind.Epoll)]
    [InlineData(EngineKind.Portable)]
    public async Task What_is_sent_comes_back_as_it_was(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine);
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(host.Uri("/echo"));
            foreach (int length in (int[])[0, 1, 125, 126, 65_535, 65_536, 3_000_000])
            {
                byte[] payload = new byte[length];
                new Random(length).NextBytes(payload);
                await socket.SendAsync(payload);
                ReceivedMessage message = await socket.ReceiveAsync();
                Assert.Equal(SocketMessageType.Binary, message.MessageType);
                Assert.True(message.Span.SequenceEqual(payload));
            }

            await socket.SendAsync("Très bien");
            ReceivedMessage text = await socket.ReceiveAsync();
            Assert.Equal(SocketMessageType.Utf8, text.MessageType);
            Assert.Equal("Très bien", text.ReadString());
        });
    }

    [Theory]
    [InlineData(EngineKind.Epoll)]
    [InlineData(EngineKind.Portable)]
    public async Task Two_thousand_messages_sent_before_any_is_awaited_come_back_in_order(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine);
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(host.Uri("/echo"));
            string padding = new('.', 1000);
            for (int i = 0; i < 2000; i++)
                await socket.SendAsync($"{i} {padding}");
            for (int i = 0; i < 2000; i++)
                Assert.StartsWith($"{i} ", (await socket.ReceiveAsync()).ReadString());
        });
    }

    [Theory]
    [InlineData(EngineKind.Epoll)]
    [InlineData(EngineKind.Portable)]
    public async Task A_refused_port_is_CannotConnect(EngineKind engine)
    {
        LoopHost host = await LoopHost.StartAsync(engine);
        Uri uri = host.Uri("/echo");
        await host.DisposeAsync();
        await using LoopHost other = await LoopHost.StartAsync(engine);
        await other.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new();
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(uri));
            Assert.Equal(WebErrorStatus.CannotConnect, error.Status);
            Assert.Equal("connection refused", error.Cause.ToString());
        });
    }

    [Theory]
    [InlineData(EngineKind.Epoll)]
    [InlineData(EngineKind.Portable)]
    public async Task A_close_from_the_server_reaches_event_and_receiver(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine);
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new();
            WebSocketClosedEventArgs? closed = null;
            socket.Closed += (_, args) => closed = args;
            await socket.ConnectAsync(host.Uri("/close/4001"));
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(async () => await socket.ReceiveAsync());
            Assert.Equal((ushort?)4001, error.Cause.CloseCode);
            Assert.Equal(4001, closed!.Code);
            Assert.Equal("asked to close with 4001", closed.Reason);
        });
    }

    [Theory]
    [InlineData(EngineKind.Epoll, "/status/503", WebErrorStatus.ServiceUnavailable)]
    [InlineData(EngineKind.Portable, "/status/503", WebErrorStatus.ServiceUnavailable)]
    [InlineData(EngineKind.Epoll, "/nowhere", WebErrorStatus.NotFound)]
    [InlineData(EngineKind.Portable, "/nowhere", WebErrorStatus.NotFound)]
    public async Task An_HTTP_status_in_place_of_the_upgrade_is_reported_as_itself(EngineKind engine, string path, WebErrorStatus expected)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine);
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new();
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(host.Uri(path)));
            Assert.Equal(expected, error.Status);
        });
    }

    [Theory]
    [InlineData(EngineKind.Epoll)]
    [InlineData(EngineKind.Portable)]
    public async Task A_reset_ends_the_receive_and_the_next_send(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine);
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(host.Uri("/reset"));
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(async () => await socket.ReceiveAsync());
            Assert.Equal(WebErrorStatus.ConnectionAborted, error.Status);
            Assert.Equal("connection reset", error.Cause.ToString());
            WebSocketTransportException later = await Assert.ThrowsAsync<WebSocketTransportException>(async () => await socket.SendAsync("late"));
            Assert.Equal(error.HResult, later.HResult);
        });
    }

    [Theory]
    [InlineData(EngineKind.Epoll)]
    [InlineData(EngineKind.Portable)]
    public async Task A_server_that_never_answers_times_out(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine);
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new() { Control = { Tuning = { UpgradeLimit = TimeSpan.FromMilliseconds(50) } } };
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(host.Uri("/hang")));
            Assert.Equal(WebErrorStatus.Timeout, error.Status);
            Assert.Equal(ConnectionPhase.Upgrade, error.Cause.Phase);
        });
    }

    [Theory]
    [InlineData(EngineKind.Epoll)]
    [InlineData(EngineKind.Portable)]
    public async Task A_peer_that_takes_nothing_lets_a_send_time_out(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine);
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new() { StallLimit = TimeSpan.FromMilliseconds(100) };
            await socket.ConnectAsync(host.Uri("/stall"));
            byte[] large = new byte[32 * 1024 * 1024];
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(async () => await socket.SendAsync(large));
            Assert.Equal(WebErrorStatus.Timeout, error.Status);
        });
    }

    [Theory]
    [InlineData(EngineKind.Epoll)]
    [InlineData(EngineKind.Portable)]
    public async Task A_message_is_readable_until_the_next_receive_and_not_after(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine);
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(host.Uri("/echo"));
            await socket.SendAsync("first");
            ReceivedMessage first = await socket.ReceiveAsync();
            await socket.SendAsync("other");
            await Task.Yield();
            Assert.Equal("first", first.ReadString());
            ReceivedMessage other = await socket.ReceiveAsync();
            Assert.Equal("other", other.ReadString());
            Assert.Throws<InvalidOperationException>(() => first.ReadString());
        });
    }

    [Fact]
    public async Task A_socket_made_outside_any_loop_works_from_any_thread()
    {
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        using MessageWebSocket socket = new();
        await socket.ConnectAsync(host.Uri("/echo"));
        for (int i = 0; i < 100; i++)
        {
            await Task.Run(async () => await socket.SendAsync(Encoding.UTF8.GetBytes($"message {i}")));
            Assert.Equal($"message {i}", (await socket.ReceiveAsync()).ReadString());
        }

        socket.Close(1000, "done");
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await socket.SendAsync("late"));
    }

    [Theory]
    [InlineData(EngineKind.Epoll)]
    [InlineData(EngineKind.Portable)]
    public async Task An_echo_round_trip_allocates_nothing_on_its_loop(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine);
        long least = long.MaxValue;
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new();
            socket.Control.MessageType = SocketMessageType.Utf8;
            await socket.ConnectAsync(host.Uri("/echo"));
            ReadOnlyMemory<byte> payload = Encoding.UTF8.GetBytes(new string('x', 64));
            await EchoAsync(socket, payload, times: 1000);

            // The least of five: a collection that another thread starts adds what is left of this thread's allocation context.
            for (int run = 0; run < 5; run++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                await EchoAsync(socket, payload, times: 1000);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }
        });

        // The method that echoes is itself one task.
        Assert.InRange(least, 0, 500);
    }

    private static async Task EchoAsync(MessageWebSocket socket, ReadOnlyMemory<byte> payload, int times)
    {
        for (int i = 0; i < times; i++)
        {
            await socket.SendAsync(payload);
            await socket.ReceiveAsync();
        }
    }
}
