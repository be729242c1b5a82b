using System.Net;
using System.Net.Sockets;

namespace LoadTool.Sockets;

/// <summary>A listening socket on System.Net.Sockets.</summary>
internal sealed class PortableListener : Listener, IDisposable
{
    private readonly PortableLoop _loop;
    private readonly IListenerHandler _handler;
    private readonly Socket _socket;
    private readonly SocketAsyncEventArgs _accept = new(true);
    private readonly AcceptEnded _ended;
    private readonly Retry _retry;
    private bool _closed;

    internal PortableListener(PortableLoop loop, IPEndPoint local, IListenerHandler handler)
    {
        _loop = loop;
        _handler = handler;
        _ended = new AcceptEnded(this);
        _retry = new Retry(this);
        _socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _socket.Bind(local);
            _socket.Listen(Backlog);
        }
        catch (SocketException)
        {
            _socket.Dispose();
            throw;
        }

        LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        loop.Add(this);
        _accept.Completed += (_, _) => loop.Post(_ended);
        AcceptNext();
    }

    internal override IPEndPoint LocalEndPoint { get; }

    public void Dispose() => Close();

    internal override void Close()
    {
        if (_closed)
            return;
        _closed = true;
        _loop.Disarm(_retry);
        _loop.Remove(this);
        _socket.Dispose();

        // One that is still in flight is disposed by its own completion.
        _accept.Dispose();
    }

    private void AcceptNext()
    {
        if (_closed)
            return;
        _accept.AcceptSocket = null;
        if (!_socket.AcceptAsync(_accept))
            _loop.Post(_ended);
    }

    private void OnAcceptEnded()
    {
        if (_closed)
        {
            _accept.AcceptSocket?.Dispose();
        }
        else if (_accept.SocketError == SocketError.Success && Descriptors.IsReserved(_accept.AcceptSocket!.Handle))
        {
            _accept.AcceptSocket.Dispose();
            Rest(SocketError.TooManyOpenSockets);
        }
        else if (_accept.SocketError == SocketError.Success)
        {
            PortableConnection connection = new(_loop, _accept.AcceptSocket!);

            // Before the handler: whatever it does, the listener goes on.
            AcceptNext();
            connection.StartAccepted();
            _handler.OnAccepted(connection);
        }
        else if (_accept.SocketError is SocketError.ConnectionAborted or SocketError.ConnectionReset)
        {
            AcceptNext();
        }
        else
        {
            Rest(_accept.SocketError);
        }
    }

    /// <summary>Most likely no descriptor is left, and the next try would fail like this one.</summary>
    private void Rest(SocketError error)
    {
        _loop.Arm(_retry, _loop.Now + RetryNanoseconds);
        _handler.OnAcceptFailed(error);
    }

    private sealed class AcceptEnded(PortableListener listener) : LoopItem
    {
        internal override void Run() => listener.OnAcceptEnded();
    }

    private sealed class Retry(PortableListener listener) : LoopTimer
    {
        internal override void Fire(long dueAt) => listener.AcceptNext();
    }
}
