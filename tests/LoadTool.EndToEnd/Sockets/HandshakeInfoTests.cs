using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Web;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>What stays known of how a connection came to be, and the limits of its phases.</summary>
public sealed class HandshakeInfoTests
{
    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    private static TestCertificates Certificates => TestCertificates.Instance;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_answer_s_headers_stay_readable_but_for_those_of_every_answer(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        string request = "";
        string answer = "";
        Task<RawConnection> serving = Task.Run(async () =>
        {
            RawConnection connection = await peer.AcceptAsync();
            request = await connection.ReadHeadAsync();
            answer = "HTTP/1.1 101 Switching Protocols\r\nServer:  caf\u00e9\t\r\nUPGRADE: websocket\r\nconnection: Upgrade\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"
                + $"Sec-WebSocket-Protocol: chat\r\nEmpty:\r\nSec-WebSocket-Accept: {RawPeer.Accept(request)}\r\n\r\n";
            byte[] bytes = [.. Encoding.Latin1.GetBytes(answer), .. RawPeer.Text("first")];
            await connection.SendAsync(bytes, [100, bytes.Length - 100]);
            return connection;
        });
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            socket.Control.SupportedProtocols.Add("chat");
            Assert.Null(socket.Information.Handshake);
            await socket.ConnectAsync(peer.Uri);
            using RawConnection connection = await serving;
            HandshakeInfo info = socket.Information.Handshake!;
            Assert.Equal((101, "chat", null), (info.Status, info.Subprotocol, info.Extensions));
            Assert.Equal(
                [new("Server", "caf\u00e9"), new("Set-Cookie", "a=1"), new("Set-Cookie", "b=2"), new("Sec-WebSocket-Protocol", "chat"), new("Empty", "")],
                info.Headers);
            Assert.Same(info.Headers, info.Headers);
            Assert.Equal((request.Length, answer.Length), (info.BytesSent, info.BytesReceived));
            Assert.Equal((peer.EndPoint, peer.EndPoint, 1), (info.AddressTried, info.RemoteEndPoint, info.AddressesTried));
            socket.Dispose();
            Assert.Same(info, socket.Information.Handshake);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_refusal_leaves_its_status_and_headers(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        Task serving = Task.Run(async () =>
        {
            using RawConnection connection = await peer.AcceptAsync();
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nSec-WebSocket-Extensions: x\r\n\r\n"u8.ToArray());
        });
        await host.RunAsync(async () =>
        {
            using StreamWebSocket socket = new();
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(peer.Uri));
            Assert.Equal(WebErrorStatus.ServiceUnavailable, error.Status);
            HandshakeInfo info = socket.Information.Handshake!;
            Assert.Equal((503, null), (info.Status, info.Extensions));
            Assert.Equal([new("Retry-After", "7"), new("Sec-WebSocket-Extensions", "x")], info.Headers);
            Assert.Equal(peer.EndPoint, info.RemoteEndPoint);
        });
        await serving;
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task An_attempt_that_was_refused_by_TCP_has_an_address_but_no_other_end(EngineKind engine)
    {
        using ClientHost host = new(engine);
        RawPeer gone = new();
        IPEndPoint refused = gone.EndPoint;
        gone.Dispose();
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new() { Addresses = [IPAddress.Loopback, IPAddress.Loopback, IPAddress.Loopback] };
            Uri uri = new($"ws://localhost:{refused.Port}/");
            await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(uri));
            HandshakeInfo info = socket.Information.Handshake!;
            Assert.Equal((refused, null, 3), (info.AddressTried, info.RemoteEndPoint, info.AddressesTried));
            Assert.Equal((0, 0, 0), (info.Status, info.BytesSent, info.BytesReceived));
            Assert.Empty(info.Headers);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Each_phase_is_timed_by_itself(EngineKind engine)
    {
        ManualClock clock = new();
        using ClientHost host = new(engine, clock);
        using RawPeer peer = new();
        TaskCompletionSource<IPAddress[]> resolved = new();
        Task<SslStream> serving = Task.Run(async () =>
        {
            RawConnection connection = await peer.AcceptAsync();
            await connection.Socket.ReceiveAsync(new byte[1], SocketFlags.Peek);
            clock.Advance(TimeSpan.FromMilliseconds(11));
            SslStream stream = new(new NetworkStream(connection.Socket, ownsSocket: true));
            await stream.AuthenticateAsServerAsync(Certificates.Show(Certificates.Server));
            string head = await ReadHeadAsync(stream);
            clock.Advance(TimeSpan.FromMilliseconds(7));
            await stream.WriteAsync(RawPeer.Answer(head));
            return stream;
        });
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new() { TrustedRoots = Certificates.Trusted };
            socket.Control.Tuning.Resolver = _ => resolved.Task;
            socket.ServerCustomValidationRequested += (_, _) => clock.Advance(TimeSpan.FromMilliseconds(100));
            Task connecting = socket.ConnectAsync(new Uri($"wss://localhost:{peer.EndPoint.Port}/"));
            clock.Advance(TimeSpan.FromMilliseconds(5));
            resolved.SetResult([IPAddress.Loopback]);
            await connecting;
            using SslStream server = await serving;
            HandshakeInfo info = socket.Information.Handshake!;
            Assert.Equal(
                ((TimeSpan, TimeSpan, TimeSpan, TimeSpan))(Milliseconds(5), TimeSpan.Zero, Milliseconds(11), Milliseconds(7)),
                (info.DnsDuration, info.TcpDuration, info.TlsDuration, info.UpgradeDuration));
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_resolver_that_does_not_answer_is_given_up_at_its_limit(EngineKind engine)
    {
        foreach (TimeSpan? limit in (TimeSpan?[])[null, TimeSpan.FromSeconds(3)])
        {
            ManualClock clock = new();
            using ClientHost host = new(engine, clock);
            TaskCompletionSource<IPAddress[]> never = new();
            await host.RunAsync(async () =>
            {
                using MessageWebSocket socket = new();
                socket.Control.Tuning.Resolver = _ => never.Task;
                socket.Control.Tuning.DnsLimit = limit ?? socket.Control.Tuning.DnsLimit;
                Task connect = socket.ConnectAsync(new Uri("ws://slow.test/"));
                await AssertEndsAsync(connect, clock, limit ?? TimeSpan.FromSeconds(60), ConnectionPhase.Dns);
                Assert.Equal(limit ?? TimeSpan.FromSeconds(60), socket.Information.Handshake!.DnsDuration);

                // Its late answer goes nowhere, not even into the next attempt.
                TaskCompletionSource<IPAddress[]> second = new();
                socket.Control.Tuning.Resolver = _ => second.Task;
                connect = socket.ConnectAsync(new Uri("ws://slow.test/"));
                never.SetResult([IPAddress.Loopback]);
                await TurnAsync();
                Assert.False(connect.IsCompleted);
                second.SetException(new SocketException((int)SocketError.TryAgain));
                WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => connect);
                Assert.Equal(("name server failed", ConnectionPhase.Dns), (error.Cause.ToString(), error.Cause.Phase));
            });
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Dispose_and_cancellation_do_not_wait_for_the_resolver(EngineKind engine)
    {
        using ClientHost host = new(engine);
        TaskCompletionSource<IPAddress[]> never = new();
        await host.RunAsync(async () =>
        {
            MessageWebSocket disposed = new();
            disposed.Control.Tuning.Resolver = _ => never.Task;
            Task connect = disposed.ConnectAsync(new Uri("ws://slow.test/"));
            disposed.Dispose();
            Assert.True(connect.IsCompleted);
            Assert.Equal(WebErrorStatus.OperationCanceled, (await Assert.ThrowsAsync<WebSocketTransportException>(() => connect)).Status);

            using CancellationTokenSource cancel = new();
            using MessageWebSocket cancelled = new();
            cancelled.Control.Tuning.Resolver = _ => never.Task;
            connect = cancelled.ConnectAsync(new Uri("ws://slow.test/"), cancel.Token);
            cancel.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connect);
        });
        never.SetResult([IPAddress.Loopback]);
        await host.RunAsync(TurnAsync);
        Assert.Equal(0, host.Loop.Counters.Connections);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Abort_does_not_wait_for_the_resolver_and_leaves_the_socket_usable(EngineKind engine)
    {
        using RawPeer peer = new();
        using ClientHost host = new(engine);
        TaskCompletionSource<IPAddress[]> never = new();
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            foreach (bool fromOutside in (bool[])[false, true])
            {
                socket.Control.Tuning.Resolver = _ => never.Task;
                Task connect = socket.ConnectAsync(new Uri("ws://slow.test/"));
                if (fromOutside)
                    await Task.Run(socket.Abort);
                else
                    socket.Abort();
                WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => connect);
                Assert.Equal((WebErrorStatus.OperationCanceled, ConnectionPhase.Dns), (error.Status, error.Cause.Phase));
            }

            // The answer that comes late is nobody's: the next attempt has a resolver of its own.
            TaskCompletionSource<IPAddress[]> second = new();
            socket.Control.Tuning.Resolver = _ => second.Task;
            Task again = socket.ConnectAsync(new Uri($"ws://slow.test:{peer.EndPoint.Port}/"));
            never.SetResult([IPAddress.Loopback]);
            await TurnAsync();
            Assert.Equal(0, host.Loop.Counters.Connections);
            second.SetResult([IPAddress.Loopback]);
            using RawConnection accepted = await peer.AcceptUpgradeAsync();
            await again;
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task TCP_TLS_and_the_upgrade_have_limits_of_their_own(EngineKind engine)
    {
        using Socket deaf = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Listen(0);
        using Socket filler = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await filler.ConnectAsync(deaf.LocalEndPoint!);
        using RawPeer silent = new();
        (Uri, ConnectionPhase, TimeSpan)[] cases =
        [
            (new($"wss://{deaf.LocalEndPoint}/"), ConnectionPhase.Tcp, TimeSpan.FromSeconds(2)),
            (new($"wss://{silent.EndPoint}/"), ConnectionPhase.Tls, TimeSpan.FromSeconds(3)),
            (new($"ws://{silent.EndPoint}/"), ConnectionPhase.Upgrade, TimeSpan.FromSeconds(4)),
        ];
        foreach ((Uri uri, ConnectionPhase phase, TimeSpan limit) in cases)
        {
            ManualClock clock = new();
            using ClientHost host = new(engine, clock);
            await host.RunAsync(async () =>
            {
                using MessageWebSocket socket = new();
                WebSocketTuning tuning = socket.Control.Tuning;
                (tuning.TcpLimit, tuning.TlsLimit, tuning.UpgradeLimit) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4));
                Task connect = socket.ConnectAsync(uri);
                if (phase != ConnectionPhase.Tcp)
                    await (await silent.AcceptAsync()).ReadAsync(1);
                await AssertEndsAsync(connect, clock, limit, phase);
                HandshakeInfo info = socket.Information.Handshake!;
                Assert.Equal(limit, phase == ConnectionPhase.Tcp ? info.TcpDuration : phase == ConnectionPhase.Tls ? info.TlsDuration : info.UpgradeDuration);
            });
        }
    }

    [Fact]
    public void A_limit_is_above_zero_or_infinite()
    {
        using MessageWebSocket socket = new();
        WebSocketTuning tuning = socket.Control.Tuning;
        foreach (TimeSpan limit in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromSeconds(-1), TimeSpan.MaxValue])
            Assert.Equal(HResults.InvalidArgument, Assert.ThrowsAny<ArgumentException>(() => tuning.TcpLimit = limit).HResult);
        foreach (TimeSpan limit in (TimeSpan[])[TimeSpan.FromTicks(1), Timeout.InfiniteTimeSpan])
        {
            tuning.TcpLimit = limit;
            Assert.Equal(limit, tuning.TcpLimit);
        }
    }

    [Fact]
    public async Task A_lean_answer_is_kept_in_less_than_a_hundred_bytes()
    {
        using ClientHost host = new(EventLoop.DefaultEngine);
        await host.RunAsync(() =>
        {
            byte[] head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n"u8.ToArray();
            IPEndPoint place = new(IPAddress.Loopback, 80);
            HandshakeInfo[] kept = new HandshakeInfo[1000];
            long Round()
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int i = 0; i < kept.Length; i++)
                {
                    kept[i] = new();
                    kept[i].Try(host.Loop.OneOf(place));
                    kept[i].Answer(head, isAccepted: true);
                }

                return (GC.GetAllocatedBytesForCurrentThread() - before) / kept.Length;
            }

            Round();
            Assert.InRange(Round(), 50, 88);
            return Task.CompletedTask;
        });
    }

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);

    private static async Task AssertEndsAsync(Task connect, ManualClock clock, TimeSpan limit, ConnectionPhase phase)
    {
        await TurnAsync();
        clock.Advance(limit - TimeSpan.FromMilliseconds(1));
        await TurnAsync();
        Assert.False(connect.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => connect);
        Assert.Equal((WebErrorStatus.Timeout, phase, "timed out"), (error.Status, error.Cause.Phase, error.Cause.ToString()));
    }

    private static async Task<string> ReadHeadAsync(Stream stream)
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    /// <summary>Lets the loop look at its clock and its sockets.</summary>
    private static async Task TurnAsync()
    {
        for (int i = 0; i < 5; i++)
            await Task.Yield();
    }
}
