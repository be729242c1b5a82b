using System.Text;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Web;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>The open socket: closing, limits, and what awaiters and handlers see. Numbers are those of the behaviours to prove.</summary>
public sealed class MessageSocketTests
{
    private const string UpgradeRequest = "GET /hang HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviours_110_115_122_A_close_from_the_server_is_told_once_and_answered_with_its_code(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        foreach ((byte[] frame, int code, string reason) in (ValueTuple<byte[], int, string>[])[
            (RawPeer.Close(1000, "bye"), 1000, "bye"), (RawPeer.Frame(8, []), 1005, ""), (RawPeer.Close(3999, "Très"), 3999, "Très"), (RawPeer.Close(4999), 4999, "")])
        {
            Task server = Task.Run(async () =>
            {
                // What follows a Close frame is not read.
                using RawConnection connection = await peer.AcceptUpgradeAsync([.. frame, .. RawPeer.Text("after"), .. RawPeer.Close(4000)]);
                (int opcode, _, byte[] payload) = await connection.ReadFrameAsync();
                Assert.Equal(8, opcode);
                Assert.Equal(frame[2..], payload);
                connection.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
                Assert.Empty(await connection.ReadToEndAsync());
            });
            await host.RunAsync(async () =>
            {
                MessageWebSocket socket = new();
                List<(object, int, string)> closed = [];
                socket.Closed += (sender, args) => closed.Add((sender, args.Code, args.Reason));
                await socket.ConnectAsync(peer.Uri);
                WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(async () => await socket.ReceiveAsync());
                Assert.Equal((ushort?)code, error.Cause.CloseCode);
                Assert.Equal([(socket, code, reason)], closed);
                WebSocketTransportException late = await Assert.ThrowsAsync<WebSocketTransportException>(async () => await socket.SendAsync("late"));
                Assert.Equal(WebErrorStatus.ConnectionAborted, late.Status);
                socket.Dispose();
                socket.Dispose();
                Assert.Single(closed);
            });
            await server;
        }

        await host.UntilAsync(() => host.Loop.Counters.Connections == 0);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviours_111_112_113_119_A_close_from_here_sends_one_frame_and_tells_the_server_s_answer(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        foreach ((ushort? code, string reason) in (ValueTuple<ushort?, string>[])[(1000, "done"), (1005, ""), (4000, new string('x', 123)), (null, "")])
        {
            Task<byte[]> server = Task.Run(async () =>
            {
                using RawConnection connection = await peer.AcceptUpgradeAsync();
                (int opcode, _, byte[] payload) = await connection.ReadFrameAsync();
                Assert.Equal(8, opcode);
                await connection.SendAsync(RawPeer.Text("too late").Concat(RawPeer.Close(4321, "echo")).ToArray());
                connection.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
                Assert.Empty(await connection.ReadToEndAsync());
                return payload;
            });
            TaskCompletionSource<(int, string)> closed = new();
            await host.RunAsync(async () =>
            {
                MessageWebSocket socket = new();
                socket.Closed += (_, args) => closed.SetResult((args.Code, args.Reason));
                await socket.ConnectAsync(peer.Uri);
                Task<ReceivedMessage> receive = socket.ReceiveAsync().AsTask();
                if (code is { } value)
                {
                    socket.Close(value, reason);
                    socket.Close(1001, "second");
                }

                socket.Dispose();
                Exception error = await Assert.ThrowsAnyAsync<Exception>(() => receive);
                Assert.Equal(WebErrorStatus.OperationCanceled, WebSocketError.GetStatus(error.HResult));
                Assert.Equal(HResults.Closed, (await Assert.ThrowsAsync<ObjectDisposedException>(async () => await socket.SendAsync("late"))).HResult);
                Assert.Equal((4321, "echo"), await closed.Task);
            });
            byte[] expected = code is null or 1005 ? [] : [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)];
            Assert.Equal(expected, await server);
        }

        await host.UntilAsync(() => host.Loop.Counters.Connections == 0);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviours_114_117_118_A_code_or_reason_that_may_not_be_sent_is_refused(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        Task<RawConnection> accept = Task.Run(() => peer.AcceptUpgradeAsync());
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            Assert.Equal(HResults.IllegalMethodCall, Assert.Throws<InvalidOperationException>(() => socket.Close(1000, "")).HResult);
            await socket.ConnectAsync(peer.Uri);
            foreach ((ushort code, string reason) in (ValueTuple<ushort, string>[])[(999, ""), (5000, ""), (1004, ""), (1005, "x"), (1006, ""), (1000, new('x', 124))])
                Assert.Equal(HResults.InvalidArgument, Assert.ThrowsAny<ArgumentException>(() => socket.Close(code, reason)).HResult);
            await socket.SendAsync("still open");
        });
        (await accept).Dispose();
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_121_A_server_that_ignores_our_close_is_reset_at_the_limit_and_Closed_is_told(EngineKind engine)
    {
        ManualClock clock = new();
        using ClientHost host = new(engine, clock);
        using RawPeer peer = new();
        Task<RawConnection> accept = Task.Run(() => peer.AcceptUpgradeAsync());
        int closed = 0;
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            socket.Closed += (_, args) => closed = args.Code;
            await socket.ConnectAsync(peer.Uri);
            socket.Close(4000, "");
        });
        clock.Advance(WebSocketChannel.DefaultCloseLimit - TimeSpan.FromMilliseconds(1));
        await host.RunAsync(() => Task.CompletedTask);
        Assert.Equal(0, closed);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await host.UntilAsync(() => closed == 4000);
        Assert.Equal(0, host.Loop.Counters.Connections);
        (await accept).Dispose();
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviours_091_092_Idle_time_is_no_stall_but_a_frame_that_stops_is(EngineKind engine)
    {
        ManualClock clock = new();
        using ClientHost host = new(engine, clock);
        using RawPeer peer = new();
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            Task<RawConnection> accept = Task.Run(() => peer.AcceptUpgradeAsync());
            await socket.ConnectAsync(peer.Uri);
            using RawConnection connection = await accept;
            Task<ReceivedMessage> receive = socket.ReceiveAsync().AsTask();
            clock.Advance(TimeSpan.FromHours(1));
            await Task.Yield();
            Assert.False(receive.IsCompleted);

            // The start of a message of five bytes, and no more.
            long before = host.Loop.Counters.BytesReceived;
            await connection.SendAsync(RawPeer.Text("hello").AsMemory(0, 4));
            while (host.Loop.Counters.BytesReceived < before + 4)
                await Task.Yield();
            clock.Advance(WebSocketChannel.DefaultStallLimit - TimeSpan.FromMilliseconds(1));
            for (int i = 0; i < 5; i++)
                await Task.Yield();
            Assert.False(receive.IsCompleted);
            clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(WebErrorStatus.Timeout, (await Assert.ThrowsAsync<WebSocketTransportException>(() => receive)).Status);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_full_inbox_is_neither_a_stall_of_the_peer_nor_does_it_hide_the_answer_to_a_close(EngineKind engine)
    {
        ManualClock clock = new();
        using ClientHost host = new(engine, clock);
        using RawPeer peer = new();
        byte[] message = RawPeer.Frame(2, new byte[100_000]);
        Task server = Task.Run(async () =>
        {
            using RawConnection connection = await peer.AcceptUpgradeAsync();
            Task reading = ReadCloseAsync(connection);
            for (int i = 0; i < 100; i++)
                await connection.SendAsync(message);
            await reading;
            await connection.SendAsync(RawPeer.Close(4321, "echo"));
            connection.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            await connection.ReadToEndAsync();
        });
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            socket.Control.DesiredUnsolicitedPongInterval = TimeSpan.Zero;
            TaskCompletionSource<int> closed = new();
            socket.Closed += (_, args) => closed.SetResult(args.Code);
            await socket.ConnectAsync(peer.Uri);

            // Nobody receives: reading stops with the message that passes the inbox's bound, most likely inside the next one's frame.
            int messages = MessageReceiver.MaxInboxBytes / message.Length + 1;
            while (host.Loop.Counters.BytesReceived < RawPeer.Answer("Sec-WebSocket-Key: x\r\n").Length + messages * message.Length)
                await Task.Yield();
            clock.Advance(TimeSpan.FromMinutes(10));
            for (int i = 0; i < 20; i++)
                await Task.Yield();
            Assert.InRange(host.Loop.Counters.BytesReceived, MessageReceiver.MaxInboxBytes, MessageReceiver.MaxInboxBytes + 300_000);
            Assert.Equal(100_000, (await socket.ReceiveAsync()).Length);
            socket.Close(1000, "");
            Assert.Equal(4321, await closed.Task);
        });
        await server;

        static async Task ReadCloseAsync(RawConnection connection) => Assert.Equal(8, (await connection.ReadFrameAsync()).Opcode);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_074_The_limit_of_a_send_is_for_a_peer_that_takes_nothing_also_behind_another_send(EngineKind engine)
    {
        ManualClock clock = new();
        using ClientHost host = new(engine, clock);
        using RawPeer peer = new();
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            Task<RawConnection> accept = Task.Run(() => peer.AcceptUpgradeAsync());
            await socket.ConnectAsync(peer.Uri);
            using RawConnection connection = await accept;
            Task first = socket.SendAsync(new byte[60_000_000]).AsTask();
            Task second = socket.SendAsync(new byte[20_000_000]).AsTask();

            // Ten minutes in all, but never 30 s without a piece taken.
            for (int left = 50_000_000; left > 0; left -= 2_000_000)
            {
                long before = host.Loop.Counters.BytesSent;
                await connection.ReadAsync(2_000_000);
                while (host.Loop.Counters.BytesSent < before + 1_000_000)
                    await Task.Yield();
                clock.Advance(TimeSpan.FromSeconds(25));
                await Task.Yield();
                Assert.False(first.IsFaulted || second.IsFaulted);
            }

            clock.Advance(TimeSpan.FromSeconds(31));
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => second);
            Assert.Equal(WebErrorStatus.Timeout, error.Status);
        });
    }

    [Fact]
    public async Task A_send_that_a_completed_send_s_awaiter_starts_ends_only_when_the_system_has_taken_it()
    {
        using ClientHost host = new(EngineKind.Portable);
        await host.RunAsync(async () =>
        {
            LaggingConnection connection = new(host.Loop);
            ServerChannel channel = new(connection, _ => ServerAnswer.Accept(new Silent()));
            ((IConnectionHandler)channel).OnReceived(Encoding.ASCII.GetBytes(UpgradeRequest), 0);
            connection.Take(connection.PendingBytes);

            Task second = Task.CompletedTask;
            Task first = SendTwoAsync();
            Assert.False(first.IsCompleted);
            connection.Take(connection.PendingBytes);
            Assert.True(first.IsCompleted);
            Assert.InRange(connection.PendingBytes, 10, 20);
            Assert.False(second.IsCompleted);
            connection.Take(connection.PendingBytes);
            await second;

            async Task SendTwoAsync()
            {
                await channel.SendAsync(LoadTool.Sockets.Protocol.Opcode.Binary, isFinal: true, new byte[10]);
                second = channel.SendAsync(LoadTool.Sockets.Protocol.Opcode.Binary, isFinal: true, new byte[10]).AsTask();
            }
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Who_awaits_a_send_finds_the_socket_broken_when_it_breaks_and_closed_when_the_peer_closes(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        foreach (bool reset in (bool[])[true, false])
        {
            await host.RunAsync(async () =>
            {
                using MessageWebSocket socket = new();
                Task<RawConnection> accept = Task.Run(() => peer.AcceptUpgradeAsync());
                await socket.ConnectAsync(peer.Uri);
                using RawConnection connection = await accept;
                Task inFlight = socket.SendAsync(new byte[20_000_000]).AsTask();
                ValueTask behind = socket.SendAsync(new byte[100_000]);
                if (reset)
                    connection.Reset();
                else
                    await connection.SendAsync(RawPeer.Close(4000));
                await Assert.ThrowsAsync<WebSocketTransportException>(async () => await behind);

                // Small and large, since they take different ways: neither may wait for ever.
                await Assert.ThrowsAsync<WebSocketTransportException>(async () => await socket.SendAsync(new byte[10]));
                await Assert.ThrowsAsync<WebSocketTransportException>(async () => await socket.SendAsync(new byte[1_000_000]));
                connection.Dispose();
                await Assert.ThrowsAsync<WebSocketTransportException>(() => inFlight);
            });
        }

        await host.UntilAsync(() => host.Loop.Counters.Connections == 0);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_receive_is_one_at_a_time_may_be_cancelled_and_goes_on(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await socket.ReceiveAsync());
            Task<RawConnection> accept = Task.Run(() => peer.AcceptUpgradeAsync());
            await socket.ConnectAsync(peer.Uri);
            using RawConnection connection = await accept;
            for (int round = 0; round < 20; round++)
            {
                using CancellationTokenSource cancel = new();
                Task<ReceivedMessage> first = socket.ReceiveAsync(cancel.Token).AsTask();
                InvalidOperationException second = await Assert.ThrowsAsync<InvalidOperationException>(async () => await socket.ReceiveAsync());
                Assert.Equal(HResults.IllegalMethodCall, second.HResult);
                if (round % 2 == 0)
                    cancel.Cancel();
                else
                    await Task.Run(cancel.Cancel);
                OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
                Assert.Equal(HResults.Cancelled, error.HResult);
                await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await socket.ReceiveAsync(cancel.Token));
                await connection.SendAsync(RawPeer.Text($"{round}"));
                Assert.Equal($"{round}", (await socket.ReceiveAsync()).ReadString());
            }
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviours_096_098_099_100_101_Ten_thousand_messages_reach_every_handler_in_order_whatever_one_throws(EngineKind engine)
    {
        const int Count = 10_000;
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        byte[] stream = [.. Enumerable.Range(0, Count).SelectMany(i => RawPeer.Text($"{i}"))];
        Task server = Task.Run(async () =>
        {
            using RawConnection connection = await peer.AcceptUpgradeAsync();
            await connection.SendAsync(stream);
            await connection.ReadFrameAsync();
        });
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            List<string> heard = [];
            TaskCompletionSource all = new();
            socket.MessageReceived += (_, _) => throw new InvalidOperationException("the first handler");
            socket.MessageReceived += (_, args) =>
            {
                Windows.Storage.Streams.DataReader reader = args.GetDataReader();
                heard.Add(reader.ReadString(reader.UnconsumedBufferLength));
                if (heard.Count == Count)
                    all.SetResult();
            };
            await socket.ConnectAsync(peer.Uri);
            Assert.Throws<InvalidOperationException>(() => socket.MessageReceived += (_, _) => { });
            Assert.Throws<InvalidOperationException>(() => socket.MessageReceived -= (_, _) => { });
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await socket.ReceiveAsync());
            await all.Task;
            Assert.Equal(Enumerable.Range(0, Count).Select(i => $"{i}"), heard);
            Assert.Equal(Count, socket.UnhandledHandlerExceptions);
        });
        await server;
    }

    [Fact]
    public async Task Behaviours_097_120_On_the_shared_loop_a_slow_handler_holds_back_its_own_socket_only_and_hears_nothing_after_Close()
    {
        using RawPeer peer = new();
        Task<RawConnection> accept = Task.Run(() => peer.AcceptUpgradeAsync([.. Enumerable.Range(0, 1000).SelectMany(i => RawPeer.Text($"{i}"))]));
        using ManualResetEventSlim goOn = new();
        List<string> heard = [];
        TaskCompletionSource inHandler = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using MessageWebSocket slow = new();
        slow.MessageReceived += (_, args) =>
        {
            heard.Add(args.GetDataReader().ReadString(1));
            inHandler.TrySetResult();
            Assert.True(goOn.Wait(TimeSpan.FromSeconds(30)));
            left.TrySetResult();
        };
        slow.Closed += (_, _) => closed.SetResult();
        await slow.ConnectAsync(peer.Uri);
        using RawConnection slowServer = await accept;
        await inHandler.Task.WaitAsync(TimeSpan.FromSeconds(30));

        // Another socket of the same loop goes on.
        accept = Task.Run(() => peer.AcceptUpgradeAsync());
        using MessageWebSocket quick = new();
        await quick.ConnectAsync(peer.Uri);
        using RawConnection quickServer = await accept;
        for (int i = 0; i < 100; i++)
        {
            await quickServer.SendAsync(RawPeer.Text($"{i}"));
            Assert.Equal($"{i}", (await quick.ReceiveAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30))).ReadString());
        }

        slow.Close(1000, "");
        goOn.Set();
        await left.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await slowServer.ReadFrameAsync();
        await slowServer.SendAsync(RawPeer.Close(1000));
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(["0"], heard);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Bytes_after_an_upgrade_request_that_is_met_with_silence_are_ignored(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine);
        foreach (int cut in (int[])[0, 5])
        {
            using RawConnection client = new(new(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp), default);
            await client.Socket.ConnectAsync(host.EndPoint);
            byte[] request = Encoding.ASCII.GetBytes(UpgradeRequest);
            await client.SendAsync(request, [cut, request.Length - cut]);
            for (int i = 0; i < 20; i++)
            {
                await client.SendAsync(request);

                // A round trip through the same loop: what was sent before has been read.
                await host.OnClientAsync(async () =>
                {
                    using MessageWebSocket socket = new();
                    await socket.ConnectAsync(host.Uri("/echo"));
                    await socket.SendAsync("x");
                    await socket.ReceiveAsync();
                });
            }

            Assert.Equal(0, client.Socket.Available);
        }
    }

    private sealed class Silent : ServerBehaviour;
}
