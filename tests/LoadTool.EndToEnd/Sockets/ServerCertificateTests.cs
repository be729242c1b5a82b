using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using LoadTool.Sockets;
using Windows.Foundation;
using Windows.Networking.Sockets;
using Windows.Security.Cryptography.Certificates;
using Windows.Storage.Streams;
using Windows.Web;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>Which servers are trusted, and what is told of those that are not.</summary>
public sealed class ServerCertificateTests
{
    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    private static TestCertificates Certificates => TestCertificates.Instance;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_125_A_self_signed_server_is_refused_unless_Untrusted_is_ignored(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.SelfSigned));
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new();
            await AssertRefusedAsync(socket, host.Uri("/echo"), WebErrorStatus.CertificateIsInvalid, "certificate not trusted");
            Assert.Equal([ChainValidationResult.Untrusted], socket.Information.ServerCertificateErrors);

            socket.Control.IgnorableServerCertificateErrors.Add(ChainValidationResult.Untrusted);
            await socket.ConnectAsync(host.Uri("/echo"));
            Assert.Equal(SocketSslErrorSeverity.Ignorable, socket.Information.ServerCertificateErrorSeverity);
            Assert.Equal(Certificates.SelfSigned.Thumbprint, socket.Information.ServerCertificate!.Thumbprint);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_126_Ignoring_Untrusted_does_not_ignore_another_name(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.OtherName));
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new();
            socket.Control.IgnorableServerCertificateErrors.Add(ChainValidationResult.Untrusted);
            socket.Control.IgnorableServerCertificateErrors.Add(ChainValidationResult.IncompleteChain);
            await AssertRefusedAsync(socket, host.Uri("/echo"), WebErrorStatus.CertificateCommonNameIsIncorrect, "certificate for another name");
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_127_Another_name_and_an_expired_certificate_have_statuses_of_their_own(EngineKind engine)
    {
        foreach ((X509Certificate2 certificate, WebErrorStatus status, string detail, ChainValidationResult found) in
            (IEnumerable<(X509Certificate2, WebErrorStatus, string, ChainValidationResult)>)
            [
                (Certificates.OtherName, WebErrorStatus.CertificateCommonNameIsIncorrect, "certificate for another name", ChainValidationResult.InvalidName),
                (Certificates.Expired, WebErrorStatus.CertificateExpired, "certificate expired", ChainValidationResult.Expired),
            ])
        {
            await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(certificate));
            await host.OnClientAsync(async () =>
            {
                using MessageWebSocket socket = NewSocket();
                await AssertRefusedAsync(socket, host.Uri("/echo"), status, detail);
                Assert.Equal([found], socket.Information.ServerCertificateErrors);

                socket.Control.IgnorableServerCertificateErrors.Add(found);
                await socket.ConnectAsync(host.Uri("/echo"));
                await socket.SendAsync("through");
                Assert.Equal("through", (await socket.ReceiveAsync()).ReadString());
            });
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_name_is_sent_to_the_server_and_matched_with_its_certificate(EngineKind engine)
    {
        string? asked = null;
        SslServerAuthenticationOptions options = Certificates.Show(Certificates.Server);
        SslStreamCertificateContext context = options.ServerCertificateContext!;
        options.ServerCertificateContext = null;
        options.ServerCertificateSelectionCallback = (_, name) =>
        {
            asked = name;
            return context.TargetCertificate;
        };
        await using LoopHost host = await LoopHost.StartAsync(engine, options);
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = NewSocket();
            socket.Addresses = [IPAddress.Loopback];
            socket.TrustedRoots!.Add(Certificates.Intermediate);
            await socket.ConnectAsync(new Uri($"wss://localhost:{host.EndPoint.Port}/echo"));
        });
        Assert.Equal("localhost", asked);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_session_that_one_socket_accepted_is_judged_anew_by_the_next(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.SelfSigned));
        Uri uri = new($"wss://localhost:{host.EndPoint.Port}/echo");
        await host.OnClientAsync(async () =>
        {
            for (int i = 0; i < 2; i++)
            {
                using MessageWebSocket trusting = new() { Addresses = [IPAddress.Loopback] };
                trusting.Control.IgnorableServerCertificateErrors.Add(ChainValidationResult.Untrusted);
                await trusting.ConnectAsync(uri);
                await trusting.SendAsync("hello");
                await trusting.ReceiveAsync();
            }

            using MessageWebSocket strict = new() { Addresses = [IPAddress.Loopback] };
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => strict.ConnectAsync(uri));
            Assert.Equal(WebErrorStatus.CertificateIsInvalid, error.Status);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_135_A_trusted_server_leaves_its_certificates_and_no_errors(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.Server));
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = NewSocket();
            Assert.Null(socket.Information.ServerCertificate);
            await socket.ConnectAsync(host.Uri("/echo"));
            Assert.Equal(Certificates.Server.Thumbprint, socket.Information.ServerCertificate!.Thumbprint);
            Assert.Equal([Certificates.Intermediate.Thumbprint], socket.Information.ServerIntermediateCertificates.Select(sent => sent.Thumbprint));
            Assert.Empty(socket.Information.ServerCertificateErrors);
            Assert.Equal(SocketSslErrorSeverity.None, socket.Information.ServerCertificateErrorSeverity);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_007_No_certificate_error_is_ignored_by_default(EngineKind engine)
    {
        using ClientHost host = new(engine);
        await host.RunAsync(() =>
        {
            using MessageWebSocket message = new();
            using StreamWebSocket stream = new();
            Assert.Empty(message.Control.IgnorableServerCertificateErrors);
            Assert.Empty(stream.Control.IgnorableServerCertificateErrors);
            return Task.CompletedTask;
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_025_An_error_ignored_after_the_connect_changes_nothing(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.SelfSigned));
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new();
            socket.Control.IgnorableServerCertificateErrors.Add(ChainValidationResult.Untrusted);
            await socket.ConnectAsync(host.Uri("/echo"));
            socket.Control.IgnorableServerCertificateErrors.Add(ChainValidationResult.Expired);
            Assert.Equal([ChainValidationResult.Untrusted], socket.Information.ServerCertificateErrors);
            await socket.SendAsync("still here");
            Assert.Equal("still here", (await socket.ReceiveAsync()).ReadString());
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_036_A_stream_socket_speaks_TLS_too(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.Server));
        await host.OnClientAsync(async () =>
        {
            using StreamWebSocket socket = new() { TrustedRoots = NewSocket().TrustedRoots };
            bool asked = false;
            socket.ServerCustomValidationRequested += (_, _) => asked = true;
            await socket.ConnectAsync(host.Uri("/echo"));
            await socket.OutputStream.WriteAsync(new byte[] { 1, 2, 3 }.AsBuffer());
            IBuffer read = await socket.InputStream.ReadAsync(new Windows.Storage.Streams.Buffer(3), 3, InputStreamOptions.None);
            Assert.Equal([1, 2, 3], read.ToArray());
            Assert.True(asked);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_loop_that_accepts_any_server_says_what_was_wrong_with_it(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.Expired));
        host.ClientLoop.AcceptsAnyServerCertificate = true;
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(host.Uri("/echo"));
            Assert.Contains(ChainValidationResult.Expired, socket.Information.ServerCertificateErrors);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviours_128_129_Custom_validation_is_asked_once_and_only_for_a_server_that_passed(EngineKind engine)
    {
        await using LoopHost secure = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.Server));
        await using LoopHost clear = await LoopHost.StartAsync(engine);
        await using LoopHost expired = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.Expired));
        await secure.OnClientAsync(async () =>
        {
            foreach ((Uri uri, int asks) in (IEnumerable<(Uri, int)>)[(secure.Uri("/echo"), 1), (clear.Uri("/echo"), 0), (expired.Uri("/echo"), 0)])
            {
                using MessageWebSocket socket = NewSocket();
                List<string> asked = [];
                socket.ServerCustomValidationRequested += (_, args) => asked.Add(args.ServerCertificate.Thumbprint);
                await Record.ExceptionAsync(() => socket.ConnectAsync(uri));
                Assert.Equal(Enumerable.Repeat(Certificates.Server.Thumbprint, asks), asked);
                Assert.Throws<InvalidOperationException>(() => socket.ServerCustomValidationRequested += (_, _) => { });
            }
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviours_131_132_One_handler_of_two_that_rejects_refuses_the_server(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.Server));
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = NewSocket();
            int others = 0;
            socket.ServerCustomValidationRequested += (_, args) => args.Reject();
            socket.ServerCustomValidationRequested += (_, _) => others++;
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(host.Uri("/echo")));
            Assert.Equal(unchecked((int)0x800C000E), error.HResult);
            Assert.Equal(ConnectionPhase.Tls, error.Cause.Phase);
            Assert.Equal(1, others);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_handler_that_throws_refuses_the_server(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.Server));
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = NewSocket();
            socket.ServerCustomValidationRequested += (_, _) => throw new FormatException("no pin found");
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(host.Uri("/echo")));
            Assert.Equal(unchecked((int)0x800C000E), error.HResult);
            Assert.Equal(1, socket.UnhandledHandlerExceptions);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviours_130_133_A_deferral_holds_the_connect_until_it_is_completed(EngineKind engine)
    {
        await AssertHoldsAsync(engine, rejects: false);
        await AssertHoldsAsync(engine, rejects: true);
    }

    private static async Task AssertHoldsAsync(EngineKind engine, bool rejects)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.Server));
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = NewSocket();
            TaskCompletionSource<(Deferral, WebSocketServerCustomValidationRequestedEventArgs)> asked = new();
            socket.ServerCustomValidationRequested += (_, args) => asked.SetResult((args.GetDeferral(), args));
            Task connecting = socket.ConnectAsync(host.Uri("/echo"));
            (Deferral deferral, WebSocketServerCustomValidationRequestedEventArgs args) = await asked.Task;
            Assert.False(connecting.IsCompleted);
            if (rejects)
                args.Reject();
            deferral.Complete();
            Exception? error = await Record.ExceptionAsync(() => connecting);
            Assert.Equal(rejects ? unchecked((int)0x800C000E) : null, error?.HResult);
            Assert.Throws<InvalidOperationException>(deferral.Complete);
            deferral.Dispose();
            deferral.Dispose();
        });
    }

    [Fact]
    public async Task Dispose_during_a_deferral_ends_the_connect()
    {
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine, Certificates.Show(Certificates.Server));
        await host.OnClientAsync(async () =>
        {
            MessageWebSocket socket = NewSocket();
            TaskCompletionSource<Deferral> asked = new();
            socket.ServerCustomValidationRequested += (_, args) => asked.SetResult(args.GetDeferral());
            Task connecting = socket.ConnectAsync(host.Uri("/echo"));
            using Deferral deferral = await asked.Task;
            socket.Dispose();
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => connecting);
            Assert.Equal(WebErrorStatus.OperationCanceled, error.Status);
            Assert.Equal(0, host.ClientLoop.Counters.Connections);
        });
    }

    [Fact]
    public async Task A_socket_outside_any_loop_asks_its_handler_on_another_thread_than_the_loops()
    {
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine, Certificates.Show(Certificates.Server));
        using MessageWebSocket socket = NewSocket();
        bool? wasOnLoop = null;
        socket.ServerCustomValidationRequested += (_, _) => wasOnLoop = EventLoop.Current is not null;
        await socket.ConnectAsync(host.Uri("/echo")).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(wasOnLoop);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_136_A_client_certificate_is_shown_to_a_server_that_asks(EngineKind engine)
    {
        List<string?> shown = [];
        SslServerAuthenticationOptions options = Certificates.Show(Certificates.Server);
        options.ClientCertificateRequired = true;
        options.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            shown.Add(certificate?.Subject);
            return certificate is not null;
        };
        await using LoopHost host = await LoopHost.StartAsync(engine, options);
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket with = NewSocket();
            with.Control.ClientCertificate = Certificates.Client;
            await with.ConnectAsync(host.Uri("/echo"));
            Assert.Throws<InvalidOperationException>(() => with.Control.ClientCertificate = null);
            await with.SendAsync("through");
            Assert.Equal("through", (await with.ReceiveAsync()).ReadString());

            // TLS 1.3 lets a server refuse a client after the client's own handshake is over.
            using MessageWebSocket without = NewSocket();
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => without.ConnectAsync(host.Uri("/echo")));
            Assert.Contains(error.Status, (WebErrorStatus[])[WebErrorStatus.UnexpectedClientError, WebErrorStatus.ConnectionAborted, WebErrorStatus.ConnectionReset]);
        });
        Assert.Equal(["CN=client", null], shown);
    }

    [Fact]
    public void A_client_certificate_without_its_key_is_refused_where_it_is_set()
    {
        using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(Certificates.Client.RawData);
        using MessageWebSocket socket = new();
        Assert.Throws<ArgumentException>(() => socket.Control.ClientCertificate = bare);
    }

    private static async Task AssertRefusedAsync(MessageWebSocket socket, Uri uri, WebErrorStatus status, string detail)
    {
        WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(uri));
        Assert.Equal((status, ConnectionPhase.Tls, detail), (error.Status, error.Cause.Phase, error.Cause.Detail));
        Assert.Equal(0, EventLoop.Current!.Counters.Connections);
    }

    private static MessageWebSocket NewSocket() => new() { TrustedRoots = Certificates.Trusted };
}
