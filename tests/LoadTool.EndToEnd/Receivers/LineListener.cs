using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LoadTool.EndToEnd.Receivers;

/// <summary>Keeps the lines that come by UDP, or over one TCP connection.</summary>
internal sealed class LineListener : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;
    private readonly Task _work;
    private readonly List<string> _lines = [];
    private readonly List<int> _datagrams = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LineListener(Socket socket, Func<LineListener, Task> work)
    {
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _socket = socket;
        _work = work(this);
    }

    internal int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>Sizes in bytes.</summary>
    internal IReadOnlyList<int> Datagrams => _datagrams;

    internal static LineListener OfUdp()
    {
        // What comes at a run's end comes at once.
        Socket socket = new(SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4_000_000 };
        return new LineListener(socket, listener => listener.ReceiveAsync());
    }

    internal static LineListener OfTcp() => new(new Socket(SocketType.Stream, ProtocolType.Tcp), listener => listener.AcceptAsync());

    /// <summary>All lines, once one begins like this, or the connection has been closed.</summary>
    internal async Task<IReadOnlyList<string>> LinesAsync(string? until = null)
    {
        if (until is null)
            await _ended.Task.WaitAsync(Limit);
        long began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            lock (_lines)
            {
                if (until is null || _lines.Any(line => line.StartsWith(until, StringComparison.Ordinal)))
                    return [.. _lines];
            }

            Assert.True(TimeProvider.System.GetElapsedTime(began) < Limit, $"no line begins with {until}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _work.WaitAsync(Limit);
    }

    private async Task ReceiveAsync()
    {
        byte[] buffer = new byte[65_536];
        while (await TakeAsync(_socket, buffer) is int length and > 0)
        {
            lock (_lines)
            {
                _datagrams.Add(length);
                _lines.AddRange(Encoding.UTF8.GetString(buffer, 0, length).Split('\n', StringSplitOptions.RemoveEmptyEntries));
            }
        }
    }

    private async Task AcceptAsync()
    {
        _socket.Listen();
        using Socket socket = await _socket.AcceptAsync();
        using MemoryStream all = new();
        byte[] buffer = new byte[65_536];
        while (await TakeAsync(socket, buffer) is int length and > 0)
            all.Write(buffer, 0, length);
        lock (_lines)
            _lines.AddRange(Encoding.UTF8.GetString(all.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        _ended.SetResult();
    }

    private static async Task<int> TakeAsync(Socket socket, byte[] buffer)
    {
        try
        {
            return await socket.ReceiveAsync(buffer);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }
}
