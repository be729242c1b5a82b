using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LoadTool.Sockets;

namespace LoadTool.Benchmarks.SideBySide;

/// <summary>
/// What TLS adds to a message: the generator of ReceiveAsync over wss, beside the same over ws and beside what SslStream alone needs to encrypt and
/// decrypt the same bytes in memory.
/// </summary>
internal static class SecureBench
{
    /// <summary>Over all sessions.</summary>
    private const int Messages = 200_000;

    /// <summary>An echo server on a loop, until the process is ended; tells its port.</summary>
    public static async Task ServeAsync(bool isSecure)
    {
        using EventLoop loop = EventLoop.Create(EventLoop.DefaultEngine, TimeProvider.System, "server");
        loop.Start();
        SslServerAuthenticationOptions? tls = isSecure ? ServerOptions(Certificate()) : null;
        await loop.RunAsync(() =>
        {
            Listener listener = loop.Listen(new IPEndPoint(IPAddress.Loopback, 0), new EchoServer(tls));
            Console.WriteLine(listener.LocalEndPoint.Port);
            return Task.CompletedTask;
        });
        await new TaskCompletionSource().Task;
    }

    /// <summary>
    /// CPU of one message out and one back through an SslStream, the bytes never leaving memory. As many sessions take turns as in the load it stands
    /// beside: what one session alone costs is what a cache holds of it.
    /// </summary>
    /// <param name="sessions">How many.</param>
    /// <param name="outBytes">Of the frame that is encrypted.</param>
    /// <param name="backBytes">Of the frame that is decrypted.</param>
    /// <returns>Microseconds of processor time, user and system.</returns>
    public static async Task<double> MeasureSslStreamAsync(int sessions, int outBytes, int backBytes)
    {
        using X509Certificate2 certificate = Certificate();
        SslServerAuthenticationOptions options = ServerOptions(certificate);
        List<(SslStream Client, SslStream Server)> pairs = [];
        for (int i = 0; i < sessions; i++)
            pairs.Add(await PairAsync(options));
        byte[] request = new byte[outBytes], answer = new byte[backBytes], buffer = new byte[64 * 1024];
        await RunAsync(Messages / 10);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        await RunAsync(Messages);

        // Both ends ran here, and each encrypts once and decrypts once: half is the client's.
        return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / Messages / 2;

        async Task RunAsync(int messages)
        {
            for (int i = 0; i < messages; i++)
            {
                (SslStream client, SslStream server) = pairs[i % sessions];
                await client.WriteAsync(request);
                await server.ReadExactlyAsync(buffer.AsMemory(0, outBytes));
                await server.WriteAsync(answer);
                await client.ReadExactlyAsync(buffer.AsMemory(0, backBytes));
            }
        }
    }

    public static string Line(int connections, double plain, double alone, double secure) => string.Create(
        CultureInfo.InvariantCulture,
        $"{connections,12}{plain,9:0.00}{alone,18:0.00}{secure,9:0.00}{secure / (plain + alone),18:0.00}");

    private static async Task<(SslStream Client, SslStream Server)> PairAsync(SslServerAuthenticationOptions options)
    {
        MemoryWire up = new(), down = new();
        SslStream client = new(new MemoryWireStream(down, up)), server = new(new MemoryWireStream(up, down));
        await Task.WhenAll(
            client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "bench", RemoteCertificateValidationCallback = (_, _, _, _) => true }),
            server.AuthenticateAsServerAsync(options));
        return (client, server);
    }

    private static SslServerAuthenticationOptions ServerOptions(X509Certificate2 certificate) => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
    };

    private static X509Certificate2 Certificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=bench", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private sealed class EchoServer(SslServerAuthenticationOptions? tls) : IListenerHandler
    {
        public void OnAccepted(Connection connection)
        {
            if (tls is null)
                Serve(connection);
            else
                TlsAccept.Start(connection, tls, Serve);
        }

        public void OnAcceptFailed(SocketError error) => Console.Error.WriteLine($"error: cannot accept a connection: {error}");

        private static void Serve(Connection connection) => _ = new ServerChannel(connection, _ => ServerAnswer.Accept(EchoBehaviour.Instance));
    }
}
