using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using LoadTool.Cli.Serve;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Web;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>How TLS goes wrong, against a peer that does as the test says.</summary>
public sealed class TlsFailureTests
{
    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    private static TestCertificates Certificates => TestCertificates.Instance;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_server_that_speaks_no_TLS_is_told_apart(EngineKind engine)
    {
        await AssertFailsAsync(engine, WebErrorStatus.UnexpectedClientError, "TLS handshake failed", async connection =>
            await connection.SendAsync(Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task An_alert_is_a_failed_handshake(EngineKind engine)
    {
        // handshake_failure(40), fatal.
        await AssertFailsAsync(engine, WebErrorStatus.UnexpectedClientError, "TLS handshake failed", async connection =>
            await connection.SendAsync(new byte[] { 21, 3, 3, 0, 2, 2, 40 }));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task An_end_in_the_handshake_is_ConnectionAborted(EngineKind engine)
    {
        await AssertFailsAsync(engine, WebErrorStatus.ConnectionAborted, "connection lost", connection =>
        {
            connection.Dispose();
            return Task.CompletedTask;
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_reset_in_the_handshake_is_ConnectionReset(EngineKind engine)
    {
        await AssertFailsAsync(engine, WebErrorStatus.ConnectionReset, "connection reset", connection =>
        {
            connection.Reset();
            return Task.CompletedTask;
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_handshake_that_hangs_times_out(EngineKind engine)
    {
        await AssertFailsAsync(engine, WebErrorStatus.Timeout, "timed out", _ => Task.CompletedTask, TimeSpan.FromMilliseconds(300));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_cancelled_handshake_ends_as_cancelled_and_lets_the_connection_go(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        await host.RunAsync(async () =>
        {
            using CancellationTokenSource cancellation = new();
            using MessageWebSocket socket = new();
            Task connecting = socket.ConnectAsync(SecureUri(peer), cancellation.Token);
            using RawConnection connection = await peer.AcceptAsync();
            await connection.ReadAsync(5);
            await cancellation.CancelAsync();
            await Assert.ThrowsAsync<OperationCanceledException>(() => connecting);
            Assert.Equal(0, host.Loop.Counters.Connections);
            Assert.True((await connection.ReadToEndAsync()).Length > 0);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Dispose_in_the_handshake_ends_the_connect(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        await host.RunAsync(async () =>
        {
            MessageWebSocket socket = new();
            Task connecting = socket.ConnectAsync(SecureUri(peer));
            using RawConnection connection = await peer.AcceptAsync();
            await connection.ReadAsync(5);
            socket.Dispose();
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => connecting);
            Assert.Equal(WebErrorStatus.OperationCanceled, error.Status);
            Assert.Equal(0, host.Loop.Counters.Connections);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_server_that_sends_one_byte_at_a_time_is_understood(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        Task serving = Task.Run(() => ServeAsync(peer, connection => new ByteByByteStream(connection.Socket)));
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = NewSocket();
            await socket.ConnectAsync(SecureUri(peer));
            Assert.Equal("first", (await socket.ReceiveAsync()).ReadString());
            Assert.Equal("second", (await socket.ReceiveAsync()).ReadString());
        });
        await serving;
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_broken_record_ends_the_socket(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        TaskCompletionSource read = new();
        Task serving = Task.Run(() => ServeAsync(peer, WireOf, async connection =>
        {
            await read.Task;
            byte[] record = new byte[5 + 40];
            (record[0], record[1], record[2], record[4]) = (23, 3, 3, 40);
            await connection.SendAsync(record);
        }));
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = NewSocket();
            await socket.ConnectAsync(SecureUri(peer));
            Assert.Equal("first", (await socket.ReceiveAsync()).ReadString());
            Assert.Equal("second", (await socket.ReceiveAsync()).ReadString());
            read.SetResult();
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(async () => await socket.ReceiveAsync());
            Assert.Equal(("TLS alert or broken record", ConnectionPhase.Open), (error.Cause.Detail, error.Cause.Phase));
        });
        await serving;
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_connection_cut_between_records_is_aborted(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        Task serving = Task.Run(() => ServeAsync(peer, WireOf));
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = NewSocket();
            await socket.ConnectAsync(SecureUri(peer));
            await socket.ReceiveAsync();
            await socket.ReceiveAsync();
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(async () => await socket.ReceiveAsync());
            Assert.Equal(WebErrorStatus.ConnectionAborted, error.Status);
        });
        await serving;
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_closing_client_tells_TLS_first(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        TaskCompletionSource secured = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<int> serving = Task.Run(async () =>
        {
            using RawConnection connection = await peer.AcceptAsync();
            await using SslStream stream = new(new NetworkStream(connection.Socket));
            await stream.AuthenticateAsServerAsync(Certificates.Show(Certificates.Server));

            secured.SetResult();

            // 0 and not an exception: a close_notify came before FIN, whatever came before it.
            byte[] buffer = new byte[4096];
            int read;
            do
                read = await stream.ReadAsync(buffer);
            while (read > 0);
            return read;
        });
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = NewSocket();
            using CancellationTokenSource cancellation = new();
            Task connecting = socket.ConnectAsync(SecureUri(peer), cancellation.Token);
            await secured.Task;
            await cancellation.CancelAsync();
            await Assert.ThrowsAsync<OperationCanceledException>(() => connecting);
        });
        Assert.Equal(0, await serving);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_loop_that_breaks_its_connections_tells_those_in_TLS_too(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.Server));
        using RawPeer hanging = new();
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket open = NewSocket();
            await open.ConnectAsync(host.Uri("/echo"));
            Task<ReceivedMessage> receiving = open.ReceiveAsync().AsTask();
            using MessageWebSocket shaking = NewSocket();
            Task connecting = shaking.ConnectAsync(SecureUri(hanging));
            using RawConnection accepted = await hanging.AcceptAsync();
            await accepted.ReadAsync(5);

            EventLoop.Current!.BreakConnections();

            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => receiving);
            Assert.Equal(WebErrorStatus.OperationCanceled, error.Status);
            error = await Assert.ThrowsAsync<WebSocketTransportException>(() => connecting);
            Assert.Equal((WebErrorStatus.OperationCanceled, ConnectionPhase.Tls), (error.Status, error.Cause.Phase));
            Assert.Equal(0, host.ClientLoop.Counters.Connections);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_server_lets_a_client_go_that_never_shakes_hands(EngineKind engine)
    {
        ManualClock clock = new();
        using ClientHost server = new(engine, clock);
        IPEndPoint bound = await TargetServer.StartAsync(server.Loop, new(IPAddress.Loopback, 0), _ => { }, Certificates.Show(Certificates.Server));
        using Socket silent = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await silent.ConnectAsync(bound);
        await server.UntilAsync(() => server.Loop.Counters.Connections == 1);

        clock.Advance(TimeSpan.FromSeconds(61));

        await server.UntilAsync(() => server.Loop.Counters.Connections == 0);
    }

    private static Uri SecureUri(RawPeer peer) => new($"wss://{peer.EndPoint}/");

    private static NetworkStream WireOf(RawConnection connection) => new(connection.Socket);

    private static MessageWebSocket NewSocket() => new() { TrustedRoots = Certificates.Trusted };

    private static async Task AssertFailsAsync(
        EngineKind engine, WebErrorStatus status, string detail, Func<RawConnection, Task> answer, TimeSpan? limit = null)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        Task<RawConnection> serving = Task.Run(async () =>
        {
            RawConnection connection = await peer.AcceptAsync();

            // The whole ClientHello: what stays unread turns an end into a reset.
            byte[] start = await connection.ReadAsync(5);
            await connection.ReadAsync(start[3] << 8 | start[4]);
            await answer(connection);
            return connection;
        });
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            socket.Control.Tuning.TlsLimit = limit ?? socket.Control.Tuning.TlsLimit;
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(SecureUri(peer)));
            Assert.Equal((status, ConnectionPhase.Tls, detail), (error.Status, error.Cause.Phase, error.Cause.ToString()));
            Assert.Equal(0, host.Loop.Counters.Connections);
        });
        (await serving).Dispose();
    }

    /// <summary>Upgrades, sends two messages in one record each, and ends.</summary>
    private static async Task ServeAsync(RawPeer peer, Func<RawConnection, Stream> wire, Func<RawConnection, Task>? atEnd = null)
    {
        using RawConnection connection = await peer.AcceptAsync();
        SslStream stream = new(wire(connection));
        await stream.AuthenticateAsServerAsync(Certificates.Show(Certificates.Server));
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }

        await stream.WriteAsync(RawPeer.Answer(head.ToString()));
        await stream.WriteAsync(RawPeer.Text("first"));
        await stream.WriteAsync(RawPeer.Text("second"));
        if (atEnd is not null)
        {
            await atEnd(connection);
            await connection.ReadToEndAsync();
        }
    }

    /// <summary>Every byte a segment of its own, as far as the system lets it be.</summary>
    private sealed class ByteByByteStream : NetworkStream
    {
        internal ByteByByteStream(Socket socket)
            : base(socket) => socket.NoDelay = true;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            for (int i = 0; i < buffer.Length; i++)
                await base.WriteAsync(buffer.Slice(i, 1), cancellationToken);
        }
    }
}
