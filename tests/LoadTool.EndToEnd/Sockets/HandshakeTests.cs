using System.Net;
using System.Text;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Web;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>The upgrade against a server that answers what the test says. Numbers are those of the behaviours to prove.</summary>
public sealed class HandshakeTests
{
    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    /// <summary>Each with {0} for the right Sec-WebSocket-Accept.</summary>
    private static readonly (string Head, bool IsAccepted)[] Answers =
    [
        ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {0}\r\n\r\n", true),
        ("HTTP/1.1 101\r\nupgrade: WebSocket\r\nconnection: keep-alive, Upgrade\r\nsec-websocket-accept:{0}\r\nServer: x\r\n\r\n", true),
        ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n", false),
        ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", false),
        ("HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {0}\r\nSec-WebSocket-Accept: {0}\r\n\r\n", false),
        ("HTTP/1.1 101 S\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {0}\r\n\r\n", false),
        ("HTTP/1.1 101 S\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {0}\r\n\r\n", false),
        ("HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: close\r\nSec-WebSocket-Accept: {0}\r\n\r\n", false),
        ("HTTP/1.0 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {0}\r\n\r\n", false),
        ("\0\u0001garbage\r\n\r\n", false),
        ("SSH-2.0-OpenSSH_9.9\r\n\r\n", false),
    ];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_038_Wrong_missing_or_repeated_headers_are_ErrorHttpInvalidServerResponse(EngineKind engine)
    {
        using ClientHost host = new(engine);
        foreach ((string head, bool isAccepted) in Answers)
        {
            Exception? error = await ConnectAsync(host, async connection =>
            {
                string request = await connection.ReadHeadAsync();
                await connection.SendAsync(Encoding.Latin1.GetBytes(head.Replace("{0}", RawPeer.Accept(request))));
            });
            if (isAccepted)
                Assert.Null(error);
            else
                Assert.Equal(WebErrorStatus.ErrorHttpInvalidServerResponse, Assert.IsType<WebSocketTransportException>(error).Status);
        }

        await host.UntilAsync(() => host.Loop.Counters.Connections == 0);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task An_answer_may_come_one_byte_at_a_time_with_the_first_message_in_its_tail(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        Task server = Task.Run(async () =>
        {
            using RawConnection connection = await peer.AcceptAsync();
            byte[] answer = [.. RawPeer.Answer(await connection.ReadHeadAsync()), .. RawPeer.Text("first")];
            await connection.SendAsync(answer, Enumerable.Repeat(1, answer.Length));
            await connection.ReadFrameAsync();
        });
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(peer.Uri);
            Assert.Equal("first", (await socket.ReceiveAsync()).ReadString());
        });
        await server;
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_head_without_end_is_given_up_at_its_limit(EngineKind engine)
    {
        using ClientHost host = new(engine);
        Exception? error = await ConnectAsync(host, async connection =>
        {
            await connection.ReadHeadAsync();
            byte[] line = Encoding.ASCII.GetBytes($"X: {new string('a', 1000)}\r\n");
            await connection.SendAsync("HTTP/1.1 101 S\r\n"u8.ToArray());
            for (int i = 0; i < 40; i++)
                await connection.SendAsync(line);
        });
        Assert.Equal(WebErrorStatus.ErrorHttpInvalidServerResponse, Assert.IsType<WebSocketTransportException>(error).Status);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task FIN_and_RST_at_every_stage_of_the_upgrade_are_ConnectionAborted_and_ConnectionReset(EngineKind engine)
    {
        using ClientHost host = new(engine);
        foreach (int answered in (int[])[-1, 0, 1, 12, 60, 125])
        {
            foreach (bool reset in (bool[])[false, true])
            {
                Exception? error = await ConnectAsync(host, async connection =>
                {
                    if (answered >= 0)
                        await connection.SendAsync(RawPeer.Answer(await connection.ReadHeadAsync()).AsMemory(0, answered));
                    if (reset)
                        connection.Reset();
                    else
                        connection.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
                });
                WebErrorStatus expected = reset ? WebErrorStatus.ConnectionReset : WebErrorStatus.ConnectionAborted;
                WebErrorStatus status = Assert.IsType<WebSocketTransportException>(error).Status;

                // Reset before the request was written, the system may tell of a broken pipe instead.
                Assert.True(status == expected || (answered < 0 && status == WebErrorStatus.ConnectionAborted), $"{answered} {reset}: {status}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_039_One_ConnectAsync_makes_exactly_one_TCP_connection(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        Task server = Task.Run(async () =>
        {
            using RawConnection connection = await peer.AcceptAsync();
            await connection.ReadHeadAsync();
        });
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(peer.Uri));
        });
        await server;
        Assert.False(peer.HasWaiting);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviours_026_027_032_033_Headers_and_subprotocols_go_out_and_the_choice_comes_back(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        string request = "";
        Task server = Task.Run(async () =>
        {
            using RawConnection connection = await peer.AcceptAsync();
            request = await connection.ReadHeadAsync();
            string answer = Encoding.ASCII.GetString(RawPeer.Answer(request));
            await connection.SendAsync(Encoding.ASCII.GetBytes(answer[..^2] + "Sec-WebSocket-Protocol: b\r\n\r\n"));
            await connection.ReadFrameAsync();
        });
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            socket.SetRequestHeader("Cookie", "a=1; b=2");
            socket.Control.SupportedProtocols.Add("a");
            socket.Control.SupportedProtocols.Add("b");
            Assert.Null(socket.Information.Protocol);
            Assert.Null(socket.Information.LocalEndPoint);
            await socket.ConnectAsync(peer.Uri);
            Assert.Equal("b", socket.Information.Protocol);
            Assert.Equal(IPAddress.Loopback, socket.Information.LocalEndPoint!.Address);
            Assert.NotEqual(0, socket.Information.LocalEndPoint.Port);
        });
        await server;
        Assert.Contains("\r\nCookie: a=1; b=2\r\n", request);
        Assert.Contains("\r\nSec-WebSocket-Protocol: a, b\r\n", request);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviour_034_A_subprotocol_that_was_not_offered_may_not_be_chosen(EngineKind engine) => AssertMayNotChoose(engine, "Sec-WebSocket-Protocol: x");

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviour_035_An_extension_that_was_not_offered_may_not_be_chosen(EngineKind engine) =>
        AssertMayNotChoose(engine, "Sec-WebSocket-Extensions: permessage-deflate");

    private static async Task AssertMayNotChoose(EngineKind engine, string header)
    {
        using ClientHost host = new(engine);
        Exception? error = await ConnectAsync(host, async connection =>
        {
            string answer = Encoding.ASCII.GetString(RawPeer.Answer(await connection.ReadHeadAsync()));
            await connection.SendAsync(Encoding.ASCII.GetBytes($"{answer[..^2]}{header}\r\n\r\n"));
        });
        Assert.Equal(WebErrorStatus.ErrorHttpInvalidServerResponse, Assert.IsType<WebSocketTransportException>(error).Status);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviours_028_to_031_Headers_are_for_before_the_connect_and_may_not_break_the_request(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        Task server = Task.Run(async () => (await peer.AcceptAsync()).Dispose());
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            foreach ((string name, string value) in (ValueTuple<string, string>[])[
                ("Sec-WebSocket-Extensions", "x"), ("Sec-WebSocket-Protocol", "x"), ("Upgrade", "x"), ("X", "a\r\nY: b"), ("X\r\nY", "b"), ("", "x")])
                Assert.Equal(HResults.InvalidArgument, Assert.ThrowsAny<ArgumentException>(() => socket.SetRequestHeader(name, value)).HResult);
            Task connect = socket.ConnectAsync(peer.Uri);
            Assert.Equal(HResults.IllegalMethodCall, Assert.Throws<InvalidOperationException>(() => socket.SetRequestHeader("X", "x")).HResult);
            await Assert.ThrowsAsync<WebSocketTransportException>(() => connect);
            Assert.Throws<InvalidOperationException>(() => socket.SetRequestHeader("X", "x"));
            socket.Dispose();
            Assert.Equal(HResults.Closed, Assert.Throws<ObjectDisposedException>(() => socket.SetRequestHeader("X", "x")).HResult);
        });
        await server;
    }

    [Fact]
    public async Task A_subprotocol_cannot_smuggle_a_header_into_the_request()
    {
        using ClientHost host = new(EventLoop.DefaultEngine);
        using RawPeer peer = new();
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            socket.Control.SupportedProtocols.Add("a\r\nX-Smuggled: 1");
            ArgumentException error = await Assert.ThrowsAnyAsync<ArgumentException>(() => socket.ConnectAsync(peer.Uri));
            Assert.Equal(HResults.InvalidArgument, error.HResult);
        });
        Assert.False(peer.HasWaiting);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_022_After_a_failed_connect_the_same_socket_offers_the_new_subprotocols(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        string second = "";
        Task server = Task.Run(async () =>
        {
            using (RawConnection refused = await peer.AcceptAsync())
                await refused.ReadHeadAsync();
            using RawConnection accepted = await peer.AcceptAsync();
            second = await accepted.ReadHeadAsync();
            await accepted.SendAsync(RawPeer.Answer(second));
            await accepted.ReadFrameAsync();
        });
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(peer.Uri));
            socket.Control.SupportedProtocols.Add("late");
            await socket.ConnectAsync(peer.Uri);
        });
        await server;
        Assert.Contains("Sec-WebSocket-Protocol: late", second);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_037_Another_scheme_or_a_relative_URI_is_refused_before_any_network_activity(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            foreach (string uri in (string[])[$"http://{peer.EndPoint}/", "/relative"])
            {
                ArgumentException error = await Assert.ThrowsAnyAsync<ArgumentException>(() => socket.ConnectAsync(new Uri(uri, UriKind.RelativeOrAbsolute)));
                Assert.Equal(HResults.InvalidArgument, error.HResult);
            }
        });
        Assert.False(peer.HasWaiting);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviours_041_to_044_ConnectAsync_is_for_a_socket_that_was_not_connected_before(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        Task server = Task.Run(async () =>
        {
            using RawConnection connection = await peer.AcceptUpgradeAsync();
            await connection.ReadFrameAsync();
        });
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            Task first = socket.ConnectAsync(peer.Uri);
            Assert.Equal(HResults.IllegalMethodCall, (await Assert.ThrowsAsync<InvalidOperationException>(() => socket.ConnectAsync(peer.Uri))).HResult);
            await first;
            Assert.Equal(HResults.IllegalMethodCall, (await Assert.ThrowsAsync<InvalidOperationException>(() => socket.ConnectAsync(peer.Uri))).HResult);
            socket.Close(1000, "");
            Assert.Equal(HResults.IllegalMethodCall, (await Assert.ThrowsAsync<InvalidOperationException>(() => socket.ConnectAsync(peer.Uri))).HResult);
            socket.Dispose();
            Assert.Equal(HResults.Closed, (await Assert.ThrowsAsync<ObjectDisposedException>(() => socket.ConnectAsync(peer.Uri))).HResult);
        });
        await server;
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_045_Cancelling_the_connect_in_any_phase_ends_it_as_cancelled_and_tears_TCP_down(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        foreach (int answered in (int[])[-2, -1, 0, 40])
        {
            using CancellationTokenSource cancel = new();
            if (answered == -2)
                cancel.Cancel();
            Task server = Task.Run(async () =>
            {
                if (answered == -2)
                    return;
                using RawConnection connection = await peer.AcceptAsync();
                if (answered >= 0)
                    await connection.SendAsync(RawPeer.Answer(await connection.ReadHeadAsync()).AsMemory(0, answered));
                cancel.Cancel();
                await Assert.ThrowsAnyAsync<Exception>(async () => await connection.ReadAsync(100_000));
            });
            await host.RunAsync(async () =>
            {
                using MessageWebSocket socket = new();
                Task connect = socket.ConnectAsync(peer.Uri, cancel.Token);
                OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connect);
                Assert.Equal(WebErrorStatus.OperationCanceled, WebSocketError.GetStatus(error.GetBaseException().HResult));
                Assert.True(connect.IsCanceled);
            });
            await server.WaitAsync(TimeSpan.FromSeconds(30));
        }

        await host.UntilAsync(() => host.Loop.Counters.Connections == 0);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_046_A_cancellation_after_the_connect_is_harmless(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        using CancellationTokenSource cancel = new();
        Task<RawConnection> accept = Task.Run(() => peer.AcceptUpgradeAsync());
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(peer.Uri, cancel.Token);
            await cancel.CancelAsync();
            using RawConnection connection = await accept;
            await connection.SendAsync(RawPeer.Text("still here"));
            Assert.Equal("still here", (await socket.ReceiveAsync()).ReadString());
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviours_053_054_Each_HTTP_status_is_told_as_its_own_or_as_unexpected(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine);
        await host.OnClientAsync(async () =>
        {
            foreach (int status in (int[])[200, .. Enumerable.Range(300, 9), .. Enumerable.Range(400, 18), 426, 429, .. Enumerable.Range(500, 6), 511])
            {
                using MessageWebSocket socket = new();
                WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(host.Uri($"/status/{status}")));
                WebErrorStatus expected = Enum.IsDefined((WebErrorStatus)status) ? (WebErrorStatus)status : status switch
                {
                    < 300 => WebErrorStatus.UnexpectedStatusCode,
                    < 400 => WebErrorStatus.UnexpectedRedirection,
                    < 500 => WebErrorStatus.UnexpectedClientError,
                    _ => WebErrorStatus.UnexpectedServerError,
                };
                Assert.Equal((expected, status), (error.Status, error.Cause.HttpStatus));
                Assert.Equal(expected, WebSocketError.GetStatus(error.GetBaseException().HResult));
            }
        });
    }

    [Fact]
    public async Task Behaviour_046_A_cancellation_that_is_heard_after_the_connect_changes_nothing()
    {
        // On epoll only, because there the test knows what one turn of the loop finds.
        if (!OperatingSystem.IsLinux())
            return;
        using ClientHost host = new(EngineKind.Epoll);
        using RawPeer peer = new();
        using CancellationTokenSource cancel = new();
        using SemaphoreSlim bothReadable = new(0);
        TaskCompletionSource loopIsHeld = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task server = Task.Run(async () =>
        {
            using RawConnection trigger = await peer.AcceptUpgradeAsync();
            using RawConnection connection = await peer.AcceptAsync();
            string request = await connection.ReadHeadAsync();
            await loopIsHeld.Task;

            // The loop finds both in one turn: the message that cancels, then the answer that completes the connect.
            await trigger.SendAsync(RawPeer.Text("cancel"));
            await connection.SendAsync(RawPeer.Answer(request));
            bothReadable.Release();
            await connection.ReadFrameAsync();
            await connection.SendAsync(RawPeer.Text("still here"));
            await connection.ReadFrameAsync();
        });
        await host.RunAsync(async () =>
        {
            using MessageWebSocket trigger = new();
            await trigger.ConnectAsync(peer.Uri);
            using MessageWebSocket socket = new();
            Task connect = socket.ConnectAsync(peer.Uri, cancel.Token);
            Task cancelled = CancelOnMessageAsync(trigger);

            // The request leaves in a later turn; hold the loop once it has.
            while (host.Loop.Counters.BytesSent < 300)
                await Task.Yield();

            // Two turns more: epoll keeps what it told last at the head of its list until it is asked again.
            await Task.Yield();
            await Task.Yield();
            loopIsHeld.SetResult();
            Assert.True(bothReadable.Wait(TimeSpan.FromSeconds(30)));
            await cancelled;
            await connect;
            Assert.True(cancel.IsCancellationRequested);

            // What the cancellation posted has run by now.
            await Task.Yield();
            await Task.Yield();
            await socket.SendAsync("are you there");
            Assert.Equal("still here", (await socket.ReceiveAsync()).ReadString());
        });
        await server;

        async Task CancelOnMessageAsync(MessageWebSocket trigger)
        {
            await trigger.ReceiveAsync();
            cancel.Cancel();
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_050_Dispose_during_the_connect_ends_it_with_OperationCanceled(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        foreach (bool atOnce in (bool[])[true, false])
        {
            TaskCompletionSource<bool> requested = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Task server = Task.Run(async () =>
            {
                using RawConnection connection = await peer.AcceptAsync();
                if (atOnce)
                    return;
                await connection.ReadHeadAsync();
                requested.SetResult(true);
                await connection.ReadToEndAsync();
            });
            int closed = 0;
            await host.RunAsync(async () =>
            {
                MessageWebSocket socket = new();
                socket.Closed += (_, _) => closed++;
                Task connect = socket.ConnectAsync(peer.Uri);
                if (!atOnce)
                    await requested.Task;
                socket.Dispose();
                Exception error = await Assert.ThrowsAnyAsync<Exception>(() => connect);
                Assert.Equal(WebErrorStatus.OperationCanceled, WebSocketError.GetStatus(error.GetBaseException().HResult));
            });
            await server;
            Assert.Equal(0, closed);
        }

        await host.UntilAsync(() => host.Loop.Counters.Connections == 0);
    }

    [Fact]
    public async Task Dispose_and_Close_from_outside_the_loop_take_effect_for_the_caller_at_once()
    {
        using RawPeer peer = new();
        Task server = Task.Run(async () =>
        {
            for (int i = 0; i < 2; i++)
            {
                using RawConnection connection = await peer.AcceptUpgradeAsync();
                await connection.ReadFrameAsync();
            }
        });
        for (int i = 0; i < 2; i++)
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(peer.Uri);
            if (i == 0)
                socket.Close(1000, "");
            else
                socket.Dispose();
            Assert.Equal(HResults.Closed, (await Assert.ThrowsAsync<ObjectDisposedException>(() => socket.OutputStream.FlushAsync())).HResult);
        }

        using MessageWebSocket disposed = new();
        disposed.Dispose();
        Assert.Equal(HResults.Closed, (await Assert.ThrowsAsync<ObjectDisposedException>(() => disposed.ConnectAsync(peer.Uri))).HResult);
        Assert.Equal(HResults.Closed, Assert.Throws<ObjectDisposedException>(() => disposed.Control.NoDelay = false).HResult);
        await server;
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_048_Refused_addresses_are_tried_in_turn_at_most_five(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        IPAddress[] refused = [.. Enumerable.Range(2, 5).Select(last => new IPAddress([127, 0, 0, (byte)last]))];
        Task<RawConnection> accept = Task.Run(() => peer.AcceptUpgradeAsync());
        await host.RunAsync(async () =>
        {
            using MessageWebSocket fifth = new() { Addresses = [.. refused[..4], IPAddress.Loopback] };
            await fifth.ConnectAsync(peer.Uri);
            using MessageWebSocket sixth = new() { Addresses = [.. refused, IPAddress.Loopback] };
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => sixth.ConnectAsync(peer.Uri));
            Assert.Equal(WebErrorStatus.CannotConnect, error.Status);
        });
        (await accept).Dispose();
        Assert.False(peer.HasWaiting);
        await host.UntilAsync(() => host.Loop.Counters.Connections == 0);
    }

    [Fact]
    public async Task A_greeting_that_comes_with_the_upgrade_reaches_whoever_receives_from_outside_the_loop()
    {
        using RawPeer peer = new();
        for (int round = 0; round < 200; round++)
        {
            Task<RawConnection> accept = Task.Run(() => peer.AcceptUpgradeAsync(RawPeer.Text("hello")));
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(peer.Uri);
            Assert.Equal("hello", (await socket.ReceiveAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30))).ReadString());
            (await accept).Dispose();
        }
    }

    /// <summary>One connect against a server's script; what the connect threw, or null.</summary>
    private static async Task<Exception?> ConnectAsync(ClientHost host, Func<RawConnection, Task> script)
    {
        using RawPeer peer = new();
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task server = Task.Run(async () =>
        {
            using RawConnection connection = await peer.AcceptAsync();
            try
            {
                await script(connection);
            }
            catch (System.Net.Sockets.SocketException)
            {
                // The client gave up in the middle of what we send: what it says decides.
            }

            await ended.Task;
        });
        Exception? error = null;
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            error = await Record.ExceptionAsync(() => socket.ConnectAsync(peer.Uri));
        });
        ended.SetResult();
        await server;
        return error;
    }
}
