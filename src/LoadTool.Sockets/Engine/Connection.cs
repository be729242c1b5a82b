using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace LoadTool.Sockets;

/// <summary>One TCP connection on one event loop: bytes out, bytes in, nothing about frames. Used on its loop's thread only.</summary>
internal abstract class Connection
{
    private byte[]? _pending;
    private int _pendingStart;
    private int _pendingEnd;
    private bool _isCounted;

    private protected Connection(EventLoop loop) => Loop = loop;

    internal EventLoop Loop { get; }

    internal IConnectionHandler? Handler { get; set; }

    internal bool IsClosed { get; private set; }

    /// <summary>The most that one read takes, in bytes; at most <see cref="EventLoop.ReceiveBufferBytes"/>.</summary>
    internal virtual int MaxReadBytes { get; set; } = EventLoop.ReceiveBufferBytes;

    /// <summary>Bytes accepted by <see cref="Send"/> that the system has not taken yet.</summary>
    internal virtual int PendingBytes => _pendingEnd - _pendingStart;

    /// <summary>Hands bytes to the system; what it does not take at once is copied and follows by itself.</summary>
    /// <returns>
    /// <see cref="SocketError.Success"/>: all taken. <see cref="SocketError.WouldBlock"/>: some wait, and
    /// <see cref="IConnectionHandler.OnSendDrained"/> will follow. Anything else: the connection is broken.
    /// </returns>
    internal virtual SocketError Send(ReadOnlySpan<byte> bytes)
    {
        if (IsClosed)
            return SocketError.Shutdown;
        if (PendingBytes > 0)
        {
            Keep(bytes);
            return SocketError.WouldBlock;
        }

        SocketError error = TrySend(bytes, out int sent);
        Loop.Counters.BytesSent += sent;
        if (error == SocketError.Success && sent == bytes.Length)
            return SocketError.Success;
        if (error is not (SocketError.Success or SocketError.WouldBlock))
            return error;
        Keep(bytes[sent..]);
        StartSendingPending();
        return SocketError.WouldBlock;
    }

    /// <summary>No more reads until <see cref="ResumeReceiving"/>: the peer is held back by TCP's own window.</summary>
    internal abstract void PauseReceiving();

    /// <summary>Reads again.</summary>
    internal abstract void ResumeReceiving();

    /// <summary>Tells the peer that no more follows (FIN); receiving goes on.</summary>
    internal abstract void ShutdownSend();

    /// <summary>The address of this end, or null when there is none yet.</summary>
    internal abstract IPEndPoint? LocalEndPoint { get; }

    /// <summary>The address of the other end, or null when there is none.</summary>
    internal abstract IPEndPoint? RemoteEndPoint { get; }

    /// <summary>What the system knows of the TCP connection; null when it is closed, and on systems that do not tell.</summary>
    internal virtual TcpInfo? ReadTcpInfo() => null;

    /// <summary>Switches Nagle's algorithm on (false) or off (true) while the connection lives; without effect where there is no TCP.</summary>
    internal virtual void SetNoDelay(bool value)
    {
    }

    /// <summary>Ends the connection and gives its descriptor back; the handler hears nothing more. Repeatable.</summary>
    /// <param name="reset">True sends a RST (linger 0) instead of a FIN.</param>
    internal void Close(bool reset = false)
    {
        if (IsClosed)
            return;
        IsClosed = true;
        ReturnPending();
        if (_isCounted)
            Loop.Counters.Connections--;
        CloseDescriptor(reset);
    }

    /// <summary>Ends the connection and tells its handler why.</summary>
    internal void Fail(SocketError error)
    {
        if (IsClosed)
            return;
        Close(reset: error == SocketError.OperationAborted);
        Handler?.OnFailed(error);
    }

    /// <summary>One attempt to send without waiting.</summary>
    private protected abstract SocketError TrySend(ReadOnlySpan<byte> bytes, out int sent);

    /// <summary>Begins to send <see cref="Pending"/>; ends in <see cref="OnPendingSent"/>.</summary>
    private protected abstract void StartSendingPending();

    private protected abstract void CloseDescriptor(bool reset);

    private protected ReadOnlyMemory<byte> Pending => _pending.AsMemory(_pendingStart, PendingBytes);

    /// <summary>The system took some of <see cref="Pending"/>.</summary>
    private protected void OnPendingSent(int bytes)
    {
        Loop.Counters.BytesSent += bytes;
        _pendingStart += bytes;
        if (PendingBytes > 0)
        {
            StartSendingPending();
            return;
        }

        ReturnPending();
        Handler?.OnSendDrained();
    }

    /// <summary>Counts a TCP connection; what merely wraps one is not another.</summary>
    private protected void Opened()
    {
        _isCounted = true;
        Loop.Counters.Connections++;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        // A send in flight may hold the buffer, so what is pending is never moved: a full buffer is replaced by a larger one,
        // and the old one goes to the collector instead of the pool.
        if (_pending is null)
        {
            _pending = ArrayPool<byte>.Shared.Rent(bytes.Length);
            (_pendingStart, _pendingEnd) = (0, 0);
        }
        else if (_pending.Length - _pendingEnd < bytes.Length)
        {
            // Twice what waits, not twice the buffer: a peer that always lags a little never lets it run empty.
            byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, 2L * (PendingBytes + bytes.Length)));
            _pending.AsSpan(_pendingStart, PendingBytes).CopyTo(larger);
            (_pending, _pendingStart, _pendingEnd) = (larger, 0, PendingBytes);
        }

        bytes.CopyTo(_pending.AsSpan(_pendingEnd));
        _pendingEnd += bytes.Length;
    }

    private void ReturnPending()
    {
        if (_pending is not null && CanReusePending)
            ArrayPool<byte>.Shared.Return(_pending);
        (_pending, _pendingStart, _pendingEnd) = (null, 0, 0);
    }

    /// <summary>False while the system may still read the pending buffer.</summary>
    private protected virtual bool CanReusePending => true;
}
