using System.Net.Security;
using System.Security.Authentication;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Web;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>Connecting elsewhere than the URI says, under its name or another, and with what TLS.</summary>
public sealed class OverrideTests
{
    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    private static TestCertificates Certificates => TestCertificates.Instance;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task TCP_goes_where_it_is_told_and_the_Host_header_stays_the_URI_s(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        (string Place, string Uri, string Host)[] cases =
        [
            ($"127.0.0.1:{peer.EndPoint.Port}", "ws://server.test/", "server.test"),
            ($"localhost:{peer.EndPoint.Port}", "ws://server.test:81/", "server.test:81"),
            ("127.0.0.1", $"ws://server.test:{peer.EndPoint.Port}/", $"server.test:{peer.EndPoint.Port}"),
        ];
        foreach ((string place, string uri, string name) in cases)
        {
            string request = "";
            Task serving = Task.Run(async () =>
            {
                using RawConnection connection = await peer.AcceptAsync();
                request = await connection.ReadHeadAsync();
                await connection.SendAsync(RawPeer.Answer(request));
                await connection.ReadFrameAsync();
            });
            await host.RunAsync(async () =>
            {
                using MessageWebSocket socket = new();
                socket.Control.Tuning.ConnectTo = place;
                await socket.ConnectAsync(new Uri(uri));
                Assert.Equal(peer.EndPoint, socket.Information.Handshake!.RemoteEndPoint);
            });
            await serving;
            Assert.Contains($"\r\nHost: {name}\r\n", request);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task TLS_asks_for_the_URI_s_name_wherever_TCP_goes_or_for_the_one_it_is_told(EngineKind engine)
    {
        List<string?> asked = [];
        SslServerAuthenticationOptions options = Certificates.Show(Certificates.OtherName);
        SslStreamCertificateContext context = options.ServerCertificateContext!;
        options.ServerCertificateContext = null;
        options.ServerCertificateSelectionCallback = (_, name) =>
        {
            asked.Add(name);
            return context.TargetCertificate;
        };
        await using LoopHost host = await LoopHost.StartAsync(engine, options);
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket byUri = NewSocket();
            byUri.Control.Tuning.ConnectTo = host.EndPoint.ToString();
            await byUri.ConnectAsync(new Uri("wss://elsewhere.test/echo"));

            using MessageWebSocket byName = NewSocket();
            byName.Control.Tuning.TlsHostName = "elsewhere.test";
            await byName.ConnectAsync(host.Uri("/echo"));
            Assert.Equal(SocketSslErrorSeverity.None, byName.Information.ServerCertificateErrorSeverity);

            using MessageWebSocket wrong = NewSocket();
            (wrong.Control.Tuning.ConnectTo, wrong.Control.Tuning.TlsHostName) = (host.EndPoint.ToString(), "nowhere.test");
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(
                () => wrong.ConnectAsync(new Uri("wss://elsewhere.test/echo")));
            Assert.Equal(WebErrorStatus.CertificateCommonNameIsIncorrect, error.Status);
        });
        Assert.Equal(["elsewhere.test", "elsewhere.test", "nowhere.test"], asked);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_proxy_is_asked_for_the_place_and_not_for_the_URI_s_host(EngineKind engine)
    {
        using ConnectProxy proxy = new();
        await using LoopHost host = await LoopHost.StartAsync(engine);
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new();
            (socket.Control.Tuning.ConnectTo, socket.Control.Tuning.ProxyAddress) = (host.EndPoint.ToString(), proxy.Uri);
            await socket.ConnectAsync(new Uri("ws://server.test/echo"));
        });
        Assert.StartsWith($"CONNECT {host.EndPoint} HTTP/1.1\r\n", proxy.Requests.Single());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_versions_and_cipher_suites_of_TLS_are_those_that_are_offered(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.Server));
        await host.OnClientAsync(async () =>
        {
            foreach (SslProtocols version in (SslProtocols[])[SslProtocols.Tls12, SslProtocols.Tls13])
            {
                using MessageWebSocket socket = NewSocket();
                socket.Control.Tuning.TlsProtocols = version;
                await socket.ConnectAsync(host.Uri("/echo"));
                Assert.Equal(version, socket.Information.TlsProtocol);
            }

            if (OperatingSystem.IsWindows())
            {
                using MessageWebSocket fixedByWindows = NewSocket();
                Assert.Throws<PlatformNotSupportedException>(() => fixedByWindows.Control.Tuning.TlsCipherSuites = [TlsCipherSuite.TLS_AES_128_GCM_SHA256]);
                return;
            }

            foreach (TlsCipherSuite suite in (TlsCipherSuite[])[TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256])
            {
                using MessageWebSocket socket = NewSocket();
                socket.Control.Tuning.TlsCipherSuites = [suite];
                await socket.ConnectAsync(host.Uri("/echo"));
                Assert.Equal(suite, socket.Information.TlsCipherSuite);
            }
        });
    }

    [Fact]
    public void A_place_is_a_host_or_an_address_with_or_without_a_port()
    {
        using MessageWebSocket socket = new();
        WebSocketTuning tuning = socket.Control.Tuning;
        (string Text, string Host, int? Port)[] places =
        [
            ("server.test", "server.test", null), ("server.test:80", "server.test", 80), ("10.0.0.7", "10.0.0.7", null), ("10.0.0.7:443", "10.0.0.7", 443),
            ("::1", "::1", null), ("[::1]", "::1", null), ("[::1]:8443", "::1", 8443),
        ];
        foreach ((string text, string name, int? port) in places)
        {
            tuning.ConnectTo = text;
            Assert.Equal((name, port), tuning.Place);
        }

        foreach (string text in (string[])["", " ", "a:b", "a:70000", "a:0", "a/b", "user@a", "http://a"])
            Assert.Equal(HResults.InvalidArgument, Assert.ThrowsAny<ArgumentException>(() => tuning.ConnectTo = text).HResult);
        Assert.Equal(HResults.InvalidArgument, Assert.ThrowsAny<ArgumentException>(() => tuning.TlsHostName = "").HResult);
        tuning.ConnectTo = null;
        Assert.Null(tuning.Place);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public Task What_is_chosen_once_connected_is_refused(EngineKind engine) => OpenSocket.MessageAsync(engine, (socket, _) =>
    {
        WebSocketTuning tuning = socket.Control.Tuning;
        (string, Action)[] changes =
        [
            ("ConnectTo", () => tuning.ConnectTo = "a"),
            ("ProxyAddress", () => tuning.ProxyAddress = null),
            ("ProxyLimit", () => tuning.ProxyLimit = TimeSpan.FromSeconds(1)),
            ("TlsHostName", () => tuning.TlsHostName = "a"),
            ("TlsProtocols", () => tuning.TlsProtocols = SslProtocols.Tls13),
            ("TlsCipherSuites", () => tuning.TlsCipherSuites = null),
        ];
        foreach ((string member, Action change) in changes)
            Assert.StartsWith(member, Assert.Throws<InvalidOperationException>(change).Message);
        return Task.CompletedTask;
    });

    private static MessageWebSocket NewSocket() => new() { TrustedRoots = [Certificates.Root, Certificates.Intermediate] };
}
