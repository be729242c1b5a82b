using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LoadTool.EndToEnd.Programs;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Web;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>The way to the server through an HTTP proxy.</summary>
public sealed class ProxyTests
{
    private const string Basic = "Basic dXNlcjpzZWNyZXQ=";

    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    private static TestCertificates Certificates => TestCertificates.Instance;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Messages_pass_a_proxy_in_clear_and_in_TLS(EngineKind engine)
    {
        foreach (bool isSecure in (bool[])[false, true])
        {
            using ConnectProxy proxy = new();
            await using LoopHost host = await LoopHost.StartAsync(engine, isSecure ? Certificates.Show(Certificates.Server) : null);
            await host.OnClientAsync(async () =>
            {
                using MessageWebSocket socket = NewSocket(proxy.Uri);
                socket.Control.ServerCredential = new("server", "password");
                socket.SetRequestHeader("X-Secret", "for the server");
                await socket.ConnectAsync(host.Uri("/echo"));
                foreach (int length in (int[])[0, 5, 100_000])
                {
                    byte[] payload = new byte[length];
                    new Random(length).NextBytes(payload);
                    await socket.SendAsync(payload);
                    Assert.True((await socket.ReceiveAsync()).Span.SequenceEqual(payload));
                }

                HandshakeInfo info = socket.Information.Handshake!;
                Assert.Equal((proxy.EndPoint, proxy.EndPoint, 101), (info.AddressTried, info.RemoteEndPoint, info.Status));
                Assert.Equal(isSecure, socket.Information.TlsProtocol is not null);
            });
            Assert.Equal([$"CONNECT {host.EndPoint} HTTP/1.1\r\nHost: {host.EndPoint}\r\n\r\n"], proxy.Requests);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_stream_socket_uses_a_proxy_too_and_its_name_is_the_proxy_s_to_resolve(EngineKind engine)
    {
        using ConnectProxy proxy = new();
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        await host.RunAsync(async () =>
        {
            using StreamWebSocket socket = new();
            socket.Control.Tuning.ProxyAddress = proxy.Uri;
            Task<RawConnection> accept = Task.Run(() => peer.AcceptUpgradeAsync());
            await socket.ConnectAsync(new Uri($"ws://localhost:{peer.EndPoint.Port}/"));
            (await accept).Dispose();
            Assert.Equal(TimeSpan.Zero, socket.Information.Handshake!.DnsDuration);
        });
        Assert.StartsWith($"CONNECT localhost:{peer.EndPoint.Port} HTTP/1.1\r\n", proxy.Requests.Single());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_proxy_that_asks_for_Basic_is_shown_its_credential_once(EngineKind engine)
    {
        using ConnectProxy proxy = new(Basic);
        await using LoopHost host = await LoopHost.StartAsync(engine);
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket right = NewSocket(proxy.Uri);
            right.Control.ProxyCredential = new("user", "secret");
            await right.ConnectAsync(host.Uri("/echo"));
            Assert.Equal(2, proxy.Requests.Count);
            Assert.DoesNotContain("Authorization", proxy.Requests[0]);

            using MessageWebSocket wrong = NewSocket(proxy.Uri);
            wrong.Control.ProxyCredential = new("user", "guess");
            await AssertRefusedAsync(wrong, host.Uri("/echo"));
            Assert.Equal(4, proxy.Requests.Count);

            using MessageWebSocket none = NewSocket(proxy.Uri);
            none.Control.ServerCredential = new("user", "secret");
            await AssertRefusedAsync(none, host.Uri("/echo"));
            Assert.Equal(5, proxy.Requests.Count);
            Assert.Equal(1, EventLoop.Current!.Counters.Connections);
        });

        static async Task AssertRefusedAsync(MessageWebSocket socket, Uri uri)
        {
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(uri));
            Assert.Equal((WebErrorStatus.ProxyAuthenticationRequired, ConnectionPhase.Proxy, 407), (error.Status, error.Cause.Phase, error.Cause.HttpStatus));
            Assert.Equal("HTTP 407, refused by the proxy", error.Cause.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_proxy_and_the_server_may_ask_for_a_credential_each(EngineKind engine)
    {
        using ConnectProxy proxy = new(Basic);
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        List<string> seen = [];
        Task serving = Task.Run(async () =>
        {
            using (RawConnection first = await peer.AcceptAsync())
            {
                seen.Add(await first.ReadHeadAsync());
                await first.SendAsync("HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n"u8.ToArray());
            }

            using RawConnection second = await peer.AcceptAsync();
            seen.Add(await second.ReadHeadAsync());
            await second.SendAsync(RawPeer.Answer(seen[1]));
        });
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = NewSocket(proxy.Uri);
            socket.Control.ProxyCredential = new("user", "secret");
            socket.Control.ServerCredential = new("Aladdin", "open sesame");
            await socket.ConnectAsync(peer.Uri);
            await serving;
        });
        Assert.All(seen, request => Assert.DoesNotContain("Proxy-Authorization", request));
        Assert.Contains("\r\nAuthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n", seen[1]);
        Assert.All(proxy.Requests, request => Assert.DoesNotContain("\r\nAuthorization", request));
        Assert.Equal(3, proxy.Requests.Count);
    }

    private static readonly (string? Answer, WebErrorStatus Status, string Cause)[] Refusals =
    [
        ("HTTP/1.1 502 Bad Gateway\r\n\r\n", WebErrorStatus.BadGateway, "HTTP 502, refused by the proxy"),
        ("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno", WebErrorStatus.Forbidden, "HTTP 403, refused by the proxy"),
        ("HTTP/1.1 101 Switching Protocols\r\n\r\n", WebErrorStatus.UnexpectedStatusCode, "HTTP 101, refused by the proxy"),
        ("SSH-2.0-OpenSSH\r\n\r\n", WebErrorStatus.ErrorHttpInvalidServerResponse, "The answer is not HTTP/1.1."),
        ("HTTP/1.1 200 OK\r\nno header\r\n\r\n", WebErrorStatus.ErrorHttpInvalidServerResponse, "A header has no valid name."),
        ("HTTP/1.1 200 OK\r\nX: " + new string('x', 40_000), WebErrorStatus.ErrorHttpInvalidServerResponse, "The head is longer than 32 KB."),
        ("HTTP/1.1 200 OK\r\n", WebErrorStatus.ConnectionAborted, "connection lost"),
        ("", WebErrorStatus.ConnectionAborted, "connection lost"),
        (null, WebErrorStatus.ConnectionReset, "connection reset"),
    ];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_proxy_that_refuses_breaks_HTTP_or_goes_away_is_named_as_what_failed(EngineKind engine)
    {
        foreach ((string? answer, WebErrorStatus status, string cause) in Refusals)
        {
            using ClientHost host = new(engine);
            using RawPeer proxy = new();
            Task serving = Task.Run(async () =>
            {
                using RawConnection connection = await proxy.AcceptAsync();
                await connection.ReadHeadAsync();
                if (answer is null)
                {
                    connection.Reset();
                    return;
                }

                await connection.SendAsync(Encoding.ASCII.GetBytes(answer));
                connection.Socket.Shutdown(SocketShutdown.Send);
                await Record.ExceptionAsync(connection.ReadToEndAsync);
            });
            await host.RunAsync(async () =>
            {
                using MessageWebSocket socket = NewSocket(new($"http://{proxy.EndPoint}"));
                WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(new Uri("ws://server.test/")));
                Assert.Equal((status, ConnectionPhase.Proxy, cause), (error.Status, error.Cause.Phase, error.Cause.ToString()));
                Assert.Equal(0, socket.Information.Handshake!.Status);
                Assert.Equal(0, host.Loop.Counters.Connections);
            });
            await serving;
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task An_answer_cut_anywhere_opens_the_tunnel_and_what_follows_it_is_the_tunnel_s(EngineKind engine)
    {
        byte[] answer = "HTTP/1.0 200 OK\r\nVia: x\r\n\r\n"u8.ToArray();
        for (int cut = 1; cut < answer.Length; cut += 3)
        {
            using ClientHost host = new(engine);
            using RawPeer proxy = new();
            Task serving = Task.Run(async () =>
            {
                using RawConnection connection = await proxy.AcceptAsync();
                await connection.ReadHeadAsync();
                await connection.SendAsync(answer, [cut, answer.Length - cut]);
                byte[] bytes = [.. RawPeer.Answer(await connection.ReadHeadAsync()), .. RawPeer.Text("first")];
                await connection.SendAsync(bytes);
                await connection.ReadFrameAsync();
            });
            await host.RunAsync(async () =>
            {
                using MessageWebSocket socket = NewSocket(new($"http://{proxy.EndPoint}"));
                await socket.ConnectAsync(new Uri("ws://server.test/"));
                Assert.Equal("first", (await socket.ReceiveAsync()).ReadString());
            });
            await serving;
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task What_comes_in_one_piece_with_the_proxy_s_answer_is_read_as_the_server_s(EngineKind engine)
    {
        (string Scheme, string Early, ConnectionPhase Phase)[] cases =
        [
            ("ws", "HTTP/1.1 404 Early\r\n\r\n", ConnectionPhase.Upgrade), ("wss", "\u0015\u0003\u0001\0\u0002\u0002\u0028", ConnectionPhase.Tls),
        ];
        foreach ((string scheme, string early, ConnectionPhase phase) in cases)
        {
            using ClientHost host = new(engine);
            using RawPeer proxy = new();
            Task serving = Task.Run(async () =>
            {
                using RawConnection connection = await proxy.AcceptAsync();
                await connection.ReadHeadAsync();
                await connection.SendAsync(Encoding.Latin1.GetBytes("HTTP/1.1 200 OK\r\n\r\n" + early));
                await Record.ExceptionAsync(connection.ReadToEndAsync);
            });
            await host.RunAsync(async () =>
            {
                using MessageWebSocket socket = NewSocket(new($"http://{proxy.EndPoint}"));
                WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(
                    () => socket.ConnectAsync(new Uri($"{scheme}://server.test/")));
                Assert.Equal(phase, error.Cause.Phase);
                Assert.Equal(phase == ConnectionPhase.Upgrade ? 404 : 0, socket.Information.Handshake!.Status);
            });
            await serving;
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_proxy_that_does_not_answer_is_given_up_at_its_own_limit(EngineKind engine)
    {
        ManualClock clock = new();
        using ClientHost host = new(engine, clock);
        using RawPeer proxy = new();
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = NewSocket(new($"http://{proxy.EndPoint}"));
            socket.Control.Tuning.ProxyLimit = TimeSpan.FromSeconds(9);
            Task connect = socket.ConnectAsync(new Uri("ws://server.test/"));
            using RawConnection connection = await proxy.AcceptAsync();
            await connection.ReadHeadAsync();
            clock.Advance(TimeSpan.FromSeconds(8));
            for (int i = 0; i < 5; i++)
                await Task.Yield();
            Assert.False(connect.IsCompleted);
            clock.Advance(TimeSpan.FromSeconds(1));
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => connect);
            Assert.Equal((WebErrorStatus.Timeout, ConnectionPhase.Proxy), (error.Status, error.Cause.Phase));
            Assert.Equal(TimeSpan.FromSeconds(9), socket.Information.Handshake!.ProxyDuration);
        });
    }

    [Fact]
    public void A_proxy_s_address_is_an_http_URI_without_a_password()
    {
        using MessageWebSocket socket = new();
        foreach (Uri uri in (Uri[])[new("https://proxy:1"), new("socks5://proxy:1"), new("/proxy", UriKind.Relative), new("http://user:secret@proxy:1")])
            Assert.Equal(HResults.InvalidArgument, Assert.ThrowsAny<ArgumentException>(() => socket.Control.Tuning.ProxyAddress = uri).HResult);
        socket.Control.Tuning.ProxyAddress = new("http://proxy:3128");
        socket.Control.Tuning.ProxyAddress = null;
        Assert.Null(socket.Control.Tuning.ProxyAddress);
    }

    [FactWith(nameof(Programs.Program.TinyProxy))]
    public async Task Messages_pass_tinyproxy_in_clear_and_in_TLS()
    {
        RawPeer free = new();
        int port = free.EndPoint.Port;
        free.Dispose();
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, $"Port {port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 10\nBasicAuth user secret\n");
        using Process process = Process.Start(new ProcessStartInfo(Programs.Program.TinyProxy.Path("tinyproxy"), ["-d", "-c", file]) { RedirectStandardOutput = true })!;
        try
        {
            await WaitForAsync(port);
            foreach (bool isSecure in (bool[])[false, true])
            {
                await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine, isSecure ? Certificates.Show(Certificates.Server) : null);
                await host.OnClientAsync(async () =>
                {
                    using MessageWebSocket socket = NewSocket(new($"http://127.0.0.1:{port}"));
                    socket.Control.ProxyCredential = new("user", "secret");
                    await socket.ConnectAsync(host.Uri("/echo"));
                    await socket.SendAsync("through");
                    Assert.Equal("through", (await socket.ReceiveAsync()).ReadString());

                    using MessageWebSocket refused = NewSocket(new($"http://127.0.0.1:{port}"));
                    WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => refused.ConnectAsync(host.Uri("/echo")));
                    Assert.Equal(ConnectionPhase.Proxy, error.Cause.Phase);
                });
            }
        }
        finally
        {
            process.Kill();
            File.Delete(file);
        }
    }

    /// <summary>Until something listens; a program that never does is given up after 30 s.</summary>
    private static async Task WaitForAsync(int port)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        while (true)
        {
            using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await probe.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), limit.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Yield();
            }
        }
    }

    private static MessageWebSocket NewSocket(Uri proxy)
    {
        MessageWebSocket socket = new() { TrustedRoots = Certificates.Trusted };
        socket.Control.Tuning.ProxyAddress = proxy;
        return socket;
    }
}
