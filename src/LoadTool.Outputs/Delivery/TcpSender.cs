using System.Net.Sockets;

namespace LoadTool.Outputs.Delivery;

/// <summary>
/// Sends lines of text over one TCP connection, made when it is needed. Receivers of this kind answer nothing: what they did with what TCP took is known only at the end, when they close
/// the connection because this side did. A connection that breaks may cost what was on its way, which the end says; a piece that is sent again may arrive in part twice.
/// </summary>
/// <param name="host">Name or address.</param>
/// <param name="port">Port.</param>
internal sealed class TcpSender(string host, int port) : IDisposable
{
    private readonly byte[] _answer = new byte[256];
    private Socket? _socket;

    /// <summary>A reset took along what had been sent and not read.</summary>
    private bool _isBroken;

    internal async Task SendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation)
    {
        try
        {
            if (piece.IsEmpty)
            {
                await CloseAsync(cancellation);
                return;
            }

            // A receiver that has gone away in between shows as the end of what it sends, with an error where it had not read all.
            if (_socket is not null && HasEnded(_socket))
            {
                _isBroken |= HasError(_socket);
                Dispose();
            }

            _socket ??= await ConnectAsync(cancellation);
            for (ReadOnlyMemory<byte> rest = piece; rest.Length > 0;)
                rest = rest[await _socket.SendAsync(rest, cancellation)..];
        }
        catch (Exception error)
        {
            _isBroken |= error is SocketException && _socket is not null;
            Dispose();
            throw;
        }
    }

    /// <summary>Ends the connection.</summary>
    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    /// <summary>What an empty piece stands for: the receiver reads all, and then closes as well.</summary>
    private async Task CloseAsync(CancellationToken cancellation)
    {
        bool isForsaken = false;
        if (_socket is not null)
        {
            isForsaken = HasEnded(_socket);
            _isBroken |= HasError(_socket);
            if (!isForsaken)
                await DrainAsync(_socket, cancellation);
            Dispose();
        }

        if (_isBroken)
            throw new RefusedException("the receiver broke the connection: what it had not read yet is lost");
        if (isForsaken)
            throw new RefusedException("the receiver closed the connection before the end: it may not have read everything");
    }

    private async Task DrainAsync(Socket socket, CancellationToken cancellation)
    {
        socket.Shutdown(SocketShutdown.Send);
        try
        {
            while (await socket.ReceiveAsync(_answer, cancellation) > 0)
            {
            }
        }
        catch (OperationCanceledException)
        {
            throw new RefusedException("the receiver did not close the connection in time: it may not have read everything");
        }
    }

    private static bool HasEnded(Socket socket) => socket.Poll(TimeSpan.Zero, SelectMode.SelectRead) && socket.Available == 0;

    private static bool HasError(Socket socket) => socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is not 0;

    private async Task<Socket> ConnectAsync(CancellationToken cancellation)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(host, port, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
