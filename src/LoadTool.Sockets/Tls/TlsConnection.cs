using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace LoadTool.Sockets;

/// <summary>
/// A connection inside TLS: plain bytes above, an <see cref="SslStream"/> on the loop, an established connection below. SslStream's reads resume
/// inline because the stream under it does, and its writes never wait because a connection keeps what the system does not take.
/// </summary>
internal sealed class TlsConnection : Connection, IConnectionHandler
{
    private readonly Connection _inner;
    private readonly CipherStream _cipher;
    private long _receivedAt;
    private bool _isStarted;
    private bool _isPaused;
    private bool _isReading;
    private bool _hasToldEnd;

    /// <param name="inner">An established connection; its events come here from now on, and it closes with this one.</param>
    internal TlsConnection(Connection inner)
        : base(inner.Loop)
    {
        _inner = inner;
        _cipher = new CipherStream(inner);
        Session = new SslStream(_cipher, leaveInnerStreamOpen: false);
        inner.Handler = this;
    }

    /// <summary>Protocol and cipher, once negotiated.</summary>
    internal SslStream Session { get; }

    /// <summary>Why the connection below broke, if it did.</summary>
    internal SocketError? InnerFailure => _cipher.Failure;

    /// <summary>True when TLS itself failed after the handshake: an alert (a server may refuse a client's certificate as late as this), or broken records.</summary>
    internal bool IsBroken { get; private set; }

    internal override IPEndPoint? LocalEndPoint => _inner.LocalEndPoint;

    internal override IPEndPoint? RemoteEndPoint => _inner.RemoteEndPoint;

    internal override TcpInfo? ReadTcpInfo() => _inner.ReadTcpInfo();

    internal override void SetNoDelay(bool value) => _inner.SetNoDelay(value);

    internal override int PendingBytes => _inner.PendingBytes;

    /// <summary>The client's handshake.</summary>
    /// <exception cref="AuthenticationException">The peer was refused, or refused us.</exception>
    /// <exception cref="IOException">The connection ended meanwhile; <see cref="InnerFailure"/> may tell how.</exception>
    internal Task AuthenticateAsync(SslClientAuthenticationOptions options)
    {
        _cipher.Watch = new ResumptionWatch();
        return WithoutContext(() => Session.AuthenticateAsClientAsync(options));
    }

    /// <summary>Whether the client's handshake, now over, resumed an earlier session; null when it could not be told. Asked once.</summary>
    internal bool? TakeIsResumed()
    {
        bool? isResumed = _cipher.Watch?.IsResumed;
        _cipher.Watch = null;
        return isResumed;
    }

    /// <summary>The server's handshake.</summary>
    /// <exception cref="AuthenticationException">The peer was refused, or refused us.</exception>
    /// <exception cref="IOException">The connection ended meanwhile.</exception>
    internal Task AuthenticateAsync(SslServerAuthenticationOptions options) => WithoutContext(() => Session.AuthenticateAsServerAsync(options));

    /// <summary>Begins to tell the handler what arrives, from the loop's next turn; once, after the handshake.</summary>
    internal void StartReceiving()
    {
        _isStarted = true;
        Loop.Post(_ => ReadOn(), null);
    }

    internal override SocketError Send(ReadOnlySpan<byte> bytes)
    {
        if (IsClosed)
            return SocketError.Shutdown;
        if (_cipher.Failure is { } broken)
            return broken;
        try
        {
            Session.Write(bytes);
        }
        catch (Exception error) when (IsOfTls(error))
        {
            IsBroken = true;
            return SocketError.ConnectionAborted;
        }

        return _cipher.Failure ?? (_inner.PendingBytes > 0 ? SocketError.WouldBlock : SocketError.Success);
    }

    /// <summary>Of what lies encrypted below; a record is decrypted whole.</summary>
    internal override int MaxReadBytes { get => _inner.MaxReadBytes; set => _inner.MaxReadBytes = value; }

    internal override void PauseReceiving()
    {
        _isPaused = true;
        _inner.PauseReceiving();
    }

    internal override void ResumeReceiving()
    {
        if (!_isPaused)
            return;
        _isPaused = false;

        // What waits decrypted is told first, from the loop's next turn: a handler is not called from inside its owner's call.
        Loop.Post(_ =>
        {
            ReadOn();
            if (!_isPaused && !IsClosed)
                _inner.ResumeReceiving();
        }, null);
    }

    internal override void ShutdownSend()
    {
        SendCloseNotify();
        _inner.ShutdownSend();
    }

    void IConnectionHandler.OnConnected()
    {
        // Was so before TLS began.
    }

    void IConnectionHandler.OnReceived(Memory<byte> bytes, long receivedAt)
    {
        _receivedAt = receivedAt;
        _cipher.Feed(bytes);
    }

    void IConnectionHandler.OnEnd() => _cipher.End();

    void IConnectionHandler.OnSendDrained()
    {
        if (_isStarted)
            Handler?.OnSendDrained();
    }

    void IConnectionHandler.OnFailed(SocketError error)
    {
        _cipher.End(error);

        // Whoever reads has told by now: the handshake, or ReadOn. A paused connection has no reader.
        if (_isStarted && !_isReading)
            Fail(error);
    }

    private protected override SocketError TrySend(ReadOnlySpan<byte> bytes, out int sent) => throw new NotSupportedException("TLS sends as a whole.");

    private protected override void StartSendingPending() => throw new NotSupportedException("What waits, waits in the connection below.");

    private protected override void CloseDescriptor(bool reset)
    {
        if (!reset)
            SendCloseNotify();
        _inner.Close(reset);
        _cipher.End(SocketError.OperationAborted);
        Session.Dispose();
    }

    private static bool IsOfTls(Exception error) =>
        error is IOException or AuthenticationException or InvalidOperationException or System.ComponentModel.Win32Exception;

    private static Task WithoutContext(Func<Task> start)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return start();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>Without it the peer could not tell an end from a cut.</summary>
    private void SendCloseNotify()
    {
        if (_hasToldEnd || !Session.IsAuthenticated || _inner.IsClosed || _cipher.Failure is not null || IsBroken)
            return;

        _hasToldEnd = true;

        // Ends at once: the stream below takes everything. Its failure would only say that the connection is broken already.
        _ = Session.ShutdownAsync();
    }

    private async void ReadOn()
    {
        if (_isReading)
            return;
        _isReading = true;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            while (!_isPaused && !IsClosed)
            {
                int read;
                try
                {
                    // First of zero bytes: thousands of idle sessions then hold no buffer for what may come. The second ends at once.
                    await Session.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
                    read = await Session.ReadAsync(Loop.PlainBuffer).ConfigureAwait(false);
                }
                catch (Exception error) when (IsOfTls(error))
                {
                    OnReadFailed();
                    return;
                }

                if (IsClosed)
                    return;
                Tell(read);
                if (read == 0)
                    return;
            }
        }
        finally
        {
            _isReading = false;
        }
    }

    /// <summary>The handler's awaiting code is to stay on the loop.</summary>
    private void Tell(int read)
    {
        SynchronizationContext.SetSynchronizationContext(Loop.Context);
        try
        {
            if (read == 0)
                Handler?.OnEnd();
            else
                Handler?.OnReceived(Loop.PlainBuffer.AsMemory(0, read), _receivedAt);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }

    private void OnReadFailed()
    {
        SynchronizationContext.SetSynchronizationContext(Loop.Context);
        if (IsClosed)
            return;
        if (_cipher.Failure is { } broken)
        {
            Fail(broken);
        }
        else if (_cipher.HasEnded)
        {
            // Cut off inside a record.
            Handler?.OnEnd();
        }
        else
        {
            IsBroken = true;
            Fail(SocketError.ConnectionAborted);
        }
    }
}
