using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using LoadTool.EndToEnd.Sockets;

namespace LoadTool.EndToEnd.Run;

/// <summary>A proxy, and behind it in the same connection the server it leads to, that let the clock pass in one phase of connecting.</summary>
internal sealed class DelayingServer : IAsyncDisposable
{
    private readonly Func<string, int, TimeSpan> _delayOf;
    private readonly ManualClock _clock;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));
    private readonly List<Socket> _fillers = [];
    private readonly SemaphoreSlim _messages = new(0);
    private Task _serving = Task.CompletedTask;

    /// <param name="clock">That of the run.</param>
    /// <param name="delayOf">How long a phase is to take in a connection, by the connection's index.</param>
    public DelayingServer(ManualClock clock, Func<string, int, TimeSpan> delayOf)
    {
        (_clock, _delayOf) = (clock, delayOf);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Takes connections, on threads of its own: who starts it may be an event loop, which ends before it.</summary>
    public void Start()
    {
        _listener.Listen(16);
        _serving = Task.Run(ServeAsync);
    }

    /// <summary>Holds TCP back: with one connection waiting to be accepted the system drops what comes, and the client's system tries again a second later.</summary>
    public async Task FillAsync()
    {
        _listener.Listen(0);
        Socket filler = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _fillers.Add(filler);
        await filler.ConnectAsync(_listener.LocalEndPoint!, _limit.Token);
    }

    public void Delay(string phase, int connection) => _clock.Advance(_delayOf(phase, connection));

    /// <summary>Lets the first message of the next connection go.</summary>
    public void SendMessage() => _messages.Release();

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        foreach (Socket filler in _fillers)
            filler.Dispose();
        await _serving;
        _limit.Dispose();
        _messages.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            foreach (Socket _ in _fillers)
                (await _listener.AcceptAsync(_limit.Token)).Dispose();
            for (int index = 0; ; index++)
                await ServeAsync(new RawConnection(await _listener.AcceptAsync(_limit.Token), _limit.Token), index);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    private async Task ServeAsync(RawConnection connection, int index)
    {
        using RawConnection _ = connection;
        await connection.ReadHeadAsync();
        Delay("connect.proxy", index);
        await connection.SendAsync("HTTP/1.1 200 Connected\r\n\r\n"u8.ToArray());
        await connection.Socket.ReceiveAsync(new byte[1], SocketFlags.Peek, _limit.Token);
        Delay("connect.tls", index);
        using SslStream stream = new(new NetworkStream(connection.Socket));
        await stream.AuthenticateAsServerAsync(TestCertificates.Instance.Show(TestCertificates.Instance.Server), _limit.Token);
        string head = await ReadHeadAsync(stream);
        Delay("connect.upgrade", index);
        await stream.WriteAsync(RawPeer.Answer(head), _limit.Token);
        await _messages.WaitAsync(_limit.Token);
        await stream.WriteAsync(RawPeer.Text("first"), _limit.Token);

        // The client's Close frame, which the end of TCP answers well enough.
        await stream.ReadAtLeastAsync(new byte[1], minimumBytes: 1, cancellationToken: _limit.Token);
    }

    private async Task<string> ReadHeadAsync(SslStream stream)
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, _limit.Token);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
