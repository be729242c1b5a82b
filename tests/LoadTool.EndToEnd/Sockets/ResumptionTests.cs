using System.Diagnostics;
using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using LoadTool.EndToEnd.Programs;
using LoadTool.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>Whether TLS resumed an earlier session, as the wire tells it.</summary>
public sealed class ResumptionTests
{
    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    private static TestCertificates Certificates => TestCertificates.Instance;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_second_connect_resumes_the_session_of_the_first_unless_that_is_switched_off(EngineKind engine)
    {
        foreach (SslProtocols version in (SslProtocols[])[SslProtocols.Tls12, SslProtocols.Tls13])
        {
            await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.Server));
            Uri uri = new($"wss://localhost:{host.EndPoint.Port}/echo");
            await host.OnClientAsync(async () =>
            {
                // The first may meet a session of another test: it is kept for the server's name, and the servers of one process share their keys.
                foreach ((bool allows, bool? isResumed) in ((bool, bool?)[])[(true, null), (true, true), (true, true), (false, false), (false, false)])
                {
                    using MessageWebSocket socket = NewSocket(version);
                    socket.Control.AllowTlsResume = allows;
                    Assert.Null(socket.Information.IsTlsResumed);
                    await socket.ConnectAsync(uri);
                    Assert.Equal(version, socket.Information.TlsProtocol);
                    Assert.NotNull(socket.Information.IsTlsResumed);
                    Assert.True((isResumed ?? socket.Information.IsTlsResumed) == socket.Information.IsTlsResumed, $"{version} {allows} {isResumed}");

                    // TLS 1.3 gives its ticket after the handshake.
                    await socket.SendAsync("x");
                    await socket.ReceiveAsync();
                }

                LoopCounters counters = host.ClientLoop.Counters;
                Assert.Equal(5, counters.TlsFull + counters.TlsResumed);
                Assert.InRange(counters.TlsFull, 2, 3);
            });
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task In_clear_nothing_is_resumed(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine);
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(host.Uri("/echo"));
            Assert.Null(socket.Information.IsTlsResumed);
            Assert.Equal((0, 0), (host.ClientLoop.Counters.TlsFull, host.ClientLoop.Counters.TlsResumed));
        });
    }

    [FactWith(nameof(Programs.Program.OpenSsl))]
    public async Task OpenSSL_s_own_server_resumes_what_is_told_to_be_resumed()
    {
        foreach ((SslProtocols version, string[] options) in ((SslProtocols, string[])[])[
            (SslProtocols.Tls12, []), (SslProtocols.Tls12, ["-no_ticket"]), (SslProtocols.Tls13, []), (SslProtocols.Tls13, ["-groups", "P-521"])])
        {
            string folder = Directory.CreateTempSubdirectory("loadtool").FullName;
            string certificate = Path.Combine(folder, "server.pem");
            await File.WriteAllTextAsync(certificate, string.Join(
                '\n', Certificates.Server.ExportCertificatePem(), Certificates.Server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()));
            using Process server = Process.Start(new ProcessStartInfo(
                Programs.Program.OpenSsl.Path("openssl"), ["s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", certificate, "-www", .. options])
            { RedirectStandardOutput = true })!;
            try
            {
                int port = await ReadPortAsync(server.StandardOutput);
                using ClientHost host = new(EventLoop.DefaultEngine);
                await host.RunAsync(async () =>
                {
                    foreach (bool isResumed in (bool[])[false, true, true])
                    {
                        using MessageWebSocket socket = NewSocket(version);
                        WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(
                            () => socket.ConnectAsync(new Uri($"wss://localhost:{port}/")));
                        Assert.Equal((ConnectionPhase.Upgrade, 200), (error.Cause.Phase, error.Cause.HttpStatus));
                        Assert.Equal(version, socket.Information.TlsProtocol);
                        Assert.True(isResumed == socket.Information.IsTlsResumed, $"{version} {string.Join(' ', options)}: {socket.Information.IsTlsResumed}");
                    }
                });
            }
            finally
            {
                server.Kill();
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <summary>From <c>ACCEPT 127.0.0.1:port</c>.</summary>
    private static async Task<int> ReadPortAsync(StreamReader output)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        while (await output.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith("ACCEPT ", StringComparison.Ordinal))
                return IPEndPoint.Parse(line["ACCEPT ".Length..]).Port;
        }

        throw new EndOfStreamException("openssl s_server did not listen.");
    }

    private static MessageWebSocket NewSocket(SslProtocols version)
    {
        MessageWebSocket socket = new() { Addresses = [IPAddress.Loopback], TrustedRoots = [Certificates.Root, Certificates.Intermediate] };
        socket.Control.Tuning.TlsProtocols = version;
        return socket;
    }
}
