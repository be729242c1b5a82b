using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>A server without a mind of its own: the test says what bytes it answers and when. Everything is bounded to 30 s, unless told otherwise.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _limit;

    /// <param name="receiveBufferBytes">SO_RCVBUF of what is accepted; 0 leaves it to the system.</param>
    /// <param name="limit">How long the peer waits for anything, from now on.</param>
    public RawPeer(int receiveBufferBytes = 0, TimeSpan? limit = null)
    {
        _limit = new(limit ?? TimeSpan.FromSeconds(30));
        if (receiveBufferBytes > 0)
            _listener.ReceiveBufferSize = receiveBufferBytes;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    public Uri Uri => new($"ws://{EndPoint}/");

    /// <summary>True when a connection waits to be accepted.</summary>
    public bool HasWaiting => _listener.Poll(0, SelectMode.SelectRead);

    public async Task<RawConnection> AcceptAsync(CancellationToken end = default)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, end);
        return new(await _listener.AcceptAsync(either.Token), _limit.Token);
    }

    /// <summary>Accepts, reads the upgrade request and accepts it.</summary>
    public async Task<RawConnection> AcceptUpgradeAsync(byte[]? sentWithAnswer = null)
    {
        RawConnection connection = await AcceptAsync();
        string request = await connection.ReadHeadAsync();
        await connection.SendAsync(Answer(request).Concat(sentWithAnswer ?? []).ToArray());
        return connection;
    }

    public static byte[] Answer(string request) => Encoding.ASCII.GetBytes(
        $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {Accept(request)}\r\n\r\n");

    /// <summary>What RFC 6455, section 4.2.2, makes of the request's key.</summary>
    public static string Accept(string request)
    {
        string key = request.Split("Sec-WebSocket-Key: ")[1].Split("\r\n")[0];
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
    }

    /// <summary>A server's frame.</summary>
    public static byte[] Frame(int opcode, byte[] payload, bool isFinal = true)
    {
        List<byte> frame = [(byte)((isFinal ? 0x80 : 0) | opcode)];
        if (payload.Length < 126)
            frame.Add((byte)payload.Length);
        else if (payload.Length < 65_536)
            frame.AddRange([126, (byte)(payload.Length >> 8), (byte)payload.Length]);
        else
            frame.AddRange([127, 0, 0, 0, 0, (byte)(payload.Length >> 24), (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length]);
        frame.AddRange(payload);
        return [.. frame];
    }

    public static byte[] Text(string text, bool isFinal = true) => Frame(1, Encoding.UTF8.GetBytes(text), isFinal);

    public static byte[] Close(int code, string reason = "") => Frame(8, [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)]);

    public static TheoryData<EngineKind> Engines => OperatingSystem.IsLinux() ? [EngineKind.Epoll, EngineKind.Portable] : [EngineKind.Portable];

    public void Dispose()
    {
        _listener.Dispose();
        _limit.Dispose();
    }
}
