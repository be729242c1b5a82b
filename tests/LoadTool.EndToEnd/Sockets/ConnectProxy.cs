using System.Net;
using System.Net.Sockets;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>A small HTTP proxy that knows CONNECT alone, and remembers what it was asked.</summary>
internal sealed class ConnectProxy : IDisposable
{
    private readonly RawPeer _listener = new();
    private readonly string? _credential;

    /// <param name="credential">What Proxy-Authorization must read, or null.</param>
    public ConnectProxy(string? credential = null)
    {
        _credential = credential;
        _ = Task.Run(AcceptAsync);
    }

    public List<string> Requests { get; } = [];

    public IPEndPoint EndPoint => _listener.EndPoint;

    public Uri Uri => new($"http://{_listener.EndPoint}");

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptAsync());
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The test has ended.
        }
    }

    private async Task ServeAsync(RawConnection client)
    {
        using RawConnection _ = client;
        string request = await client.ReadHeadAsync();
        lock (Requests)
            Requests.Add(request);
        if (_credential is not null && !request.Contains($"\r\nProxy-Authorization: {_credential}\r\n"))
        {
            await client.SendAsync("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
            return;
        }

        IPEndPoint target = IPEndPoint.Parse(request.Split(' ')[1].Replace("localhost", "127.0.0.1"));
        using Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await server.ConnectAsync(target);
        await client.SendAsync("HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n"u8.ToArray());
        await Task.WhenAny(RelayAsync(client.Socket, server), RelayAsync(server, client.Socket));
    }

    private static async Task RelayAsync(Socket from, Socket to)
    {
        byte[] bytes = new byte[16_384];
        try
        {
            for (int read; (read = await from.ReceiveAsync(bytes)) > 0;)
            {
                for (int sent = 0; sent < read;)
                    sent += await to.SendAsync(bytes.AsMemory(sent, read - sent));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // One side is gone: so is the tunnel.
        }
    }
}
