using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BenchmarkDotNet.Attributes;
using LoadTool.Sockets;

namespace LoadTool.Benchmarks;

/// <summary>
/// One record out and its echo back over loopback: through SslStream on a socket's own stream, through TlsConnection on an event loop,
/// and through the loop without TLS. The server is the same SslStream echo, or a plain one, on a thread of its own.
/// </summary>
[MemoryDiagnoser]
public class TlsBenchmarks
{
    private readonly CancellationTokenSource _end = new();
    private readonly EventLoop _loop = EventLoop.Create(EventLoop.DefaultEngine, TimeProvider.System, "bench");
    private byte[] _payload = [];
    private byte[] _answer = [];
    private X509Certificate2? _certificate;
    private SslStream? _stream;
    private Echoed? _secured;
    private Echoed? _plain;

    [Params(64, 16 * 1024)]
    public int PayloadBytes { get; set; }

    [GlobalSetup]
    public void Prepare() => PrepareAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void End()
    {
        _end.Cancel();
        _stream!.Dispose();
        _loop.Dispose();
        _certificate!.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Echoed.RoundTrips)]
    public void SslStreamAlone() => StreamAsync().GetAwaiter().GetResult();

    [Benchmark(OperationsPerInvoke = Echoed.RoundTrips)]
    public void TlsConnection() => _secured!.RunAsync().GetAwaiter().GetResult();

    [Benchmark(OperationsPerInvoke = Echoed.RoundTrips)]
    public void PlainConnection() => _plain!.RunAsync().GetAwaiter().GetResult();

    private async Task PrepareAsync()
    {
        (_payload, _answer) = (new byte[PayloadBytes], new byte[PayloadBytes]);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        _certificate = new CertificateRequest("CN=bench", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        IPEndPoint secure = Serve(isSecure: true);
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(secure);
        _stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await _stream.AuthenticateAsClientAsync(Options());
        _loop.Start();
        _secured = new Echoed(_loop, PayloadBytes);
        await _secured.ConnectAsync(secure, Options());
        _plain = new Echoed(_loop, PayloadBytes);
        await _plain.ConnectAsync(Serve(isSecure: false), tls: null);
    }

    private async Task StreamAsync()
    {
        for (int i = 0; i < Echoed.RoundTrips; i++)
        {
            await _stream!.WriteAsync(_payload);
            await _stream.ReadExactlyAsync(_answer);
        }
    }

    private static SslClientAuthenticationOptions Options() => new()
    {
        TargetHost = "bench",
        RemoteCertificateValidationCallback = (_, _, _, _) => true,
    };

    private IPEndPoint Serve(bool isSecure)
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        _ = Task.Run(async () =>
        {
            while (!_end.IsCancellationRequested)
            {
                Socket accepted = await listener.AcceptSocketAsync(_end.Token);
                accepted.NoDelay = true;
                _ = Task.Run(() => EchoAsync(new NetworkStream(accepted, ownsSocket: true), isSecure));
            }
        });
        return (IPEndPoint)listener.LocalEndpoint;
    }

    private async Task EchoAsync(Stream stream, bool isSecure)
    {
        if (isSecure)
        {
            SslStream secured = new(stream);
            await secured.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate });
            stream = secured;
        }

        byte[] buffer = new byte[64 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, _end.Token)) > 0;)
            await stream.WriteAsync(buffer.AsMemory(0, read), _end.Token);
    }

    /// <summary>A client on the loop that sends anew as soon as all has come back.</summary>
    private sealed class Echoed(EventLoop loop, int payloadBytes) : IConnectionHandler
    {
        internal const int RoundTrips = 1000;

        private readonly byte[] _payload = new byte[payloadBytes];
        private readonly TaskCompletionSource _connected = new();
        private TaskCompletionSource? _done;
        private Connection? _connection;
        private int _left;
        private int _received;

        public void OnConnected() => _connected.SetResult();

        public void OnReceived(Memory<byte> bytes, long receivedAt)
        {
            _received += bytes.Length;
            if (_received < payloadBytes)
                return;
            _received = 0;
            if (--_left == 0)
                _done!.SetResult();
            else
                _connection!.Send(_payload);
        }

        public void OnEnd() => _done?.TrySetException(new EndOfStreamException());

        public void OnSendDrained()
        {
            // The next round trip begins when this one has come back.
        }

        public void OnFailed(SocketError error) => _done?.TrySetException(new SocketException((int)error));

        internal Task ConnectAsync(IPEndPoint remote, SslClientAuthenticationOptions? tls) => loop.RunAsync(async () =>
        {
            _connection = loop.Connect(remote, ConnectionOptions.Default, this);
            await _connected.Task;
            if (tls is null)
                return;
            TlsConnection secured = new(_connection) { Handler = this };
            await secured.AuthenticateAsync(tls);
            secured.StartReceiving();
            _connection = secured;
        });

        internal Task RunAsync()
        {
            TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
            loop.Post(_ =>
            {
                (_done, _left) = (done, RoundTrips);
                _connection!.Send(_payload);
            }, null);
            return done.Task;
        }
    }
}
