using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Sockets;

/// <summary>The client's end: TCP, the HTTP upgrade, then frames.</summary>
internal sealed class ClientChannel : WebSocketChannel
{
    private const long NoFirstMessage = long.MinValue;

    // Weak, so that a socket that nobody refers to any more can be found out; strong while somebody awaits it, or it is closing.
    private WeakGCHandle<IChannelOwner> _owner;
    private IChannelOwner? _heldOwner;
    private int _holds;

    // When it opened, nanoseconds of the loop's clock; NoFirstMessage once a message has come, and where nobody asks.
    private long _openedAt = NoFirstMessage;

    /// <param name="loop">Where the channel lives.</param>
    /// <param name="owner">Whom it serves; not kept from the collector unless held.</param>
    internal ClientChannel(EventLoop loop, IChannelOwner owner)
        : base(loop, isClient: true) => _owner = new(owner);

    /// <summary>Null when the collector has found it forgotten; then <see cref="Abandon"/> is on its way.</summary>
    private IChannelOwner? Owner => _heldOwner ?? (_owner.IsAllocated && _owner.TryGetTarget(out IChannelOwner? owner) ? owner : null);

    /// <summary>What is being attempted; set before each of the steps that follow, and dropped once open.</summary>
    internal ConnectAttempt? Attempt { get; set; }

    /// <summary>Resolves the server's name into the attempt's addresses. Ends with the attempt, whether the resolver has answered or not.</summary>
    /// <exception cref="WebSocketTransportException">The name has no address, or its resolver took too long.</exception>
    internal ValueTask ResolveAsync(string host)
    {
        ValueTask done = Begin(ChannelState.Connecting, ConnectionPhase.Dns);
        Resolve(host, Attempt!);
        return done;
    }

    /// <summary>Establishes TCP with one address.</summary>
    /// <exception cref="WebSocketTransportException">Refused, unreachable, timed out, or out of descriptors or ports.</exception>
    internal ValueTask ConnectAsync(IPEndPoint remote, ConnectionOptions options)
    {
        ValueTask done = Begin(ChannelState.Connecting, ConnectionPhase.Tcp);
        Attempt!.Info.Try(Loop.OneOf(remote));
        Connection = Loop.Connect(remote, options, this);
        return done;
    }

    /// <summary>Asks the proxy at the other end for a tunnel to the server.</summary>
    /// <param name="host">The server's name or address.</param>
    /// <param name="port">The server's port.</param>
    /// <param name="credential">The value of Proxy-Authorization, or null.</param>
    /// <exception cref="WebSocketTransportException">The proxy refused, answered wrongly, went away, or did not answer in time.</exception>
    internal ValueTask TunnelAsync(string host, int port, string? credential)
    {
        ValueTask done = Begin(ChannelState.Upgrading, ConnectionPhase.Proxy);
        Attempt!.Head = new HeadBuffer();
        if (!ProxyTunnel.TryWriteRequest(Loop.SendBuffer, host, port, credential, out int length))
        {
            FailConnecting(Failures.InvalidArgument("The proxy's credential is longer than 64 KB.", "uri"));
            return done;
        }

        SocketError error = Connection!.Send(Loop.SendBuffer.AsSpan(0, length));
        if (error is not (SocketError.Success or SocketError.WouldBlock))
            FailConnecting(CauseOf(ConnectionPhase.Proxy, error));
        return done;
    }

    /// <summary>Establishes TLS over the TCP connection.</summary>
    /// <param name="options">The server's name, and what is offered to it.</param>
    /// <param name="validation">Judges the certificate, in the handshake.</param>
    /// <param name="judgeFurther">Judges it once more, after the handshake; false refuses it.</param>
    /// <exception cref="WebSocketTransportException">The certificate was refused, TLS could not be agreed on, the server went away, or it took too long.</exception>
    internal ValueTask SecureAsync(SslClientAuthenticationOptions options, ServerValidation validation, Func<Task<bool>>? judgeFurther)
    {
        ValueTask done = Begin(ChannelState.Securing, ConnectionPhase.Tls);
        TlsConnection secured = new(Connection!) { Handler = this };
        Connection = secured;
        Secure(secured, options, validation, judgeFurther);
        if (TakeEarlyBytes() is { } early)
            ((IConnectionHandler)secured).OnReceived(early, Loop.Now);
        return done;
    }

    /// <summary>Sends the upgrade request and reads its answer.</summary>
    /// <exception cref="WebSocketTransportException">The server refused, answered wrongly, went away, or did not answer in time.</exception>
    internal ValueTask UpgradeAsync(UpgradeRequest request)
    {
        ValueTask done = Begin(ChannelState.Upgrading, ConnectionPhase.Upgrade);
        (Attempt!.Request, Attempt.Head) = (request, new HeadBuffer());
        ClientHandshake.CreateKey(NextRandom(), NextRandom(), Attempt.Key);
        if (!ClientHandshake.TryWriteRequest(Loop.SendBuffer, request, Attempt.Key, out int length))
        {
            FailConnecting(Failures.InvalidArgument("The request's path and headers are longer than 64 KB.", "uri"));
            return done;
        }

        Attempt.Info.BytesSent = length;
        SocketError error = Connection!.Send(Loop.SendBuffer.AsSpan(0, length));
        if (error is not (SocketError.Success or SocketError.WouldBlock))
            FailConnecting(CauseOf(ConnectionPhase.Upgrade, error));
        else if (Connection is TlsConnection secured)
            secured.StartReceiving();
        else if (TakeEarlyBytes() is { } early)
            ReceiveLater(early);
        return done;
    }

    /// <summary>Sends a pong at an even interval for as long as the channel is open.</summary>
    /// <param name="interval">Zero sends none.</param>
    internal void StartPongs(TimeSpan interval)
    {
        if (interval <= TimeSpan.Zero || State != ChannelState.Open)
            return;
        Extras.PongInterval = (long)interval.TotalNanoseconds;
        Loop.Arm(this, Loop.Now + Extras.PongInterval);
    }

    /// <summary>Ends a channel whose messages break the owner's own rules.</summary>
    internal void Refuse(FrameException violation) => Break(Failures.ProtocolViolation(violation), violation.CloseCode);

    /// <summary>Starts the closing handshake.</summary>
    internal void Close(ushort code, string reason)
    {
        // Who closes a socket may forget it at once and still be told its end.
        Hold();
        StartLimit(CloseLimit);

        // The peer's Close frame is to be read even when messages were not, and soon even when they were read slowly.
        StopPacing();
        ResumeReceiving();
        SendClose(code, reason, unsent: Failures.Closed(nameof(Windows.Networking.Sockets.MessageWebSocket)));
    }

    /// <summary>Ends what a forgotten socket left behind, as its Dispose would have.</summary>
    internal void Abandon()
    {
        if (State == ChannelState.Open)
            Close(CloseCodes.Empty, "");
    }

    /// <summary>Nothing is told to the owner any more.</summary>
    internal void Forget()
    {
        _heldOwner = null;
        if (_owner.IsAllocated)
            _owner.Dispose();
    }

    internal override void Hold()
    {
        if (_holds++ == 0)
            _heldOwner = Owner;
    }

    internal override void LetGo()
    {
        if (--_holds == 0)
            _heldOwner = null;
    }

    /// <summary>True while the closing handshake is under way, and afterwards if its end was waited for.</summary>
    internal bool IsCloseAwaitable => State == ChannelState.CloseSent || ExtrasIfAny?.Closing is not null;

    /// <summary>Waits for the peer's Close frame: asked for before it came.</summary>
    /// <returns>Fails when it does not come within the limit, or the connection ends without it.</returns>
    internal Task<WebSocketCloseResult> AwaitCloseAsync() => (Extras.Closing ??= new ClosingWait(Loop.Now)).Task;

    /// <summary>Ends everything at once: TCP with a RST, a connect in progress, and whatever is awaited.</summary>
    internal void Abort()
    {
        if (IsConnecting)
            FailConnecting(Failures.AbortedLocally(CurrentPhase), reset: true);
        else if (State is not (ChannelState.Idle or ChannelState.Connecting or ChannelState.Securing or ChannelState.Upgrading))
            Break(Failures.AbortedLocally(), reset: true);
    }

    /// <summary>Ends a connect in progress, which fails with <paramref name="cause"/>; what is connected by now stays so.</summary>
    internal void CancelConnecting(Exception cause)
    {
        if (IsConnecting)
            FailConnecting(cause);
    }

    private protected override void OnConnected()
    {
        Attempt!.Info.IsConnected = true;
        Succeed();
    }

    private protected override Memory<byte> OnHandshakeBytes(Memory<byte> bytes)
    {
        ConnectAttempt attempt = Attempt!;
        if (attempt.Phase == ConnectionPhase.Proxy)
        {
            OnProxyBytes(attempt, bytes);
            return default;
        }

        UpgradeRequest request = attempt.Request!;
        bool isWhole = attempt.Head!.TryComplete(bytes.Span, out ReadOnlySpan<byte> head, out int consumed);
        attempt.Info.BytesReceived += consumed;
        if (!isWhole)
            return default;
        HandshakeResult result = ClientHandshake.Read(head, attempt.Key, request.Subprotocols, request.Deflate);
        attempt.Info.Answer(head, result.Outcome == HandshakeOutcome.Accepted);
        if (result.Outcome != HandshakeOutcome.Accepted)
        {
            attempt.IsAskedForBasic = result.Status == 401 && ClientHandshake.AsksForBasic(head, "WWW-Authenticate"u8);
            FailConnecting(Failures.FromHandshake(result));
            return default;
        }

        if (result.Deflate is { } agreed)
            UseDeflate(agreed);
        State = ChannelState.Open;
        if (Loop.ConnectionObserver is not null)
            _openedAt = Loop.Now;
        LimitReceiving();
        Succeed();
        return bytes[consumed..];
    }

    private void OnProxyBytes(ConnectAttempt attempt, Memory<byte> bytes)
    {
        if (!attempt.Head!.TryComplete(bytes.Span, out ReadOnlySpan<byte> head, out int consumed))
            return;
        if (ProxyTunnel.Read(head, out int status) is { } problem)
        {
            FailConnecting(Failures.InvalidProxyResponse(problem));
        }
        else if (status is < 200 or >= 300)
        {
            attempt.IsAskedForBasic = status == 407 && ClientHandshake.AsksForBasic(head, "Proxy-Authenticate"u8);
            FailConnecting(Failures.ProxyStatus(status));
        }
        else
        {
            attempt.EarlyBytes = consumed < bytes.Length ? bytes[consumed..].ToArray() : null;
            Succeed();
        }
    }

    private byte[]? TakeEarlyBytes()
    {
        byte[]? early = Attempt?.EarlyBytes;
        if (early is not null)
            Attempt!.EarlyBytes = null;
        return early;
    }

    /// <summary>From the loop's next turn, which is before its next read: a message among the bytes is for a socket that knows itself to be open.</summary>
    private void ReceiveLater(byte[] early)
    {
        ConnectAttempt attempt = Attempt!;
        Loop.Post(_ =>
        {
            if (Attempt == attempt && State == ChannelState.Upgrading)
                ((IConnectionHandler)this).OnReceived(early, Loop.Now);
        }, null);
    }

    private protected override void OnEnd()
    {
        if (IsConnecting)
            FailConnecting(Failures.ConnectionAborted(CurrentPhase));
        else
            base.OnEnd();
    }

    private protected override void OnTransportFailed(SocketError error)
    {
        if (IsConnecting)
            FailConnecting(CauseOf(CurrentPhase, error));
        else
            base.OnTransportFailed(error);
    }

    private protected override void OnMessage(Memory<byte> payload, Opcode opcode, long receivedAt, byte[]? rented)
    {
        if (_openedAt != NoFirstMessage)
            TellFirstMessage(receivedAt);
        if (State == ChannelState.Open && Owner is { } owner)
            owner.OnMessage(payload, opcode, receivedAt, rented);
        else if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    private protected override void OnPiece(Memory<byte> piece, Opcode opcode, bool endsMessage, long receivedAt)
    {
        if (_openedAt != NoFirstMessage && endsMessage)
            TellFirstMessage(receivedAt);
        if (State == ChannelState.Open)
            Owner?.OnPiece(piece, opcode, endsMessage, receivedAt);
    }

    private protected override void OnPeerClosed(ushort code, string reason)
    {
        // The server is to end TCP first (RFC 6455, section 7.1.1), so that the lingering state is not the client's.
        StartLimit(CloseLimit);
        if (IsUnawaited)
            Loop.ConnectionObserver?.OnLost(Failures.ConnectionAborted(ConnectionPhase.Open, code).Of(SocketId));
        Owner?.OnPeerClosed(code, reason);
    }

    private protected override void OnBroken(Exception cause)
    {
        StopLimit();
        if (cause is WebSocketTransportException failure)
        {
            failure.Of(SocketId);
            if (IsUnawaited && failure.HResult != HResults.OperationAborted)
                Loop.ConnectionObserver?.OnLost(failure);
        }

        Owner?.OnBroken(cause);
        Forget();
    }

    private protected override void OnFinished()
    {
        StopLimit();
        Owner?.OnFinished();
        Forget();
    }

    private protected override uint SocketId => Owner?.SocketId ?? 0;

    private void TellFirstMessage(long receivedAt)
    {
        Loop.ConnectionObserver?.OnFirstMessage(receivedAt - _openedAt);
        _openedAt = NoFirstMessage;
    }

    /// <summary>True while nobody awaits anything that the connection's end would fail.</summary>
    private bool IsUnawaited => _holds == 0 && ExtrasIfAny?.Pings is not { IsEmpty: false };

    /// <summary>True while a step of connecting is under way.</summary>
    private bool IsConnecting => Attempt is { IsWaiting: true };

    private ConnectionPhase CurrentPhase => Attempt!.Phase;

    /// <summary>The next step, within the limit of its phase.</summary>
    private ValueTask Begin(ChannelState state, ConnectionPhase phase)
    {
        State = state;
        ValueTask done = Attempt!.Begin(phase);
        if (Attempt.Limit is var limit && limit != Timeout.InfiniteTimeSpan)
            StartLimit(limit);
        return done;
    }

    private void Succeed()
    {
        StopLimit();
        ConnectAttempt attempt = Attempt!;
        if (State == ChannelState.Open)
            Attempt = null;
        attempt.Succeed();
    }

    private async void Resolve(string host, ConnectAttempt attempt)
    {
        SocketError error = await attempt.ResolveAsync(host);

        // Too late when the attempt has ended meanwhile, or is another one.
        if (Attempt != attempt || attempt.Phase != ConnectionPhase.Dns || !attempt.IsWaiting)
            return;
        if (error == SocketError.Success)
            Succeed();
        else
            FailConnecting(Failures.FromSocketError(ConnectionPhase.Dns, error));
    }

    /// <summary>Without the loop's context a continuation runs as the handshake ends, and not a turn later.</summary>
    private static async Task StampedAsync(Task handshake, ConnectAttempt attempt)
    {
        try
        {
            await handshake.ConfigureAwait(false);
        }
        finally
        {
            attempt.End();
        }
    }

    private async void Secure(TlsConnection secured, SslClientAuthenticationOptions options, ServerValidation validation, Func<Task<bool>>? judgeFurther)
    {
        WebSocketTransportException? failure = null;
        try
        {
            await StampedAsync(secured.AuthenticateAsync(options), Attempt!);
            if (!secured.IsClosed && judgeFurther is not null && !await judgeFurther())
                failure = Failures.CertificateRejected();
        }
        catch (AuthenticationException)
        {
            failure = validation.Refusal ?? Failures.TlsFailed();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            failure = secured.InnerFailure is { } cause ? Failures.FromSocketError(ConnectionPhase.Tls, cause) : Failures.ConnectionAborted(ConnectionPhase.Tls);
        }

        // Closed by whoever ended the attempt, and told why.
        if (secured.IsClosed)
            return;
        if (failure is null)
            Succeed();
        else
            FailConnecting(failure);
    }

    private void FailConnecting(Exception cause, bool reset = false)
    {
        StopLimit();
        Connection?.Close(reset);
        State = ChannelState.Idle;
        Attempt!.Fail(cause);
    }

    private protected override void OnLimit()
    {
        if (IsConnecting)
            FailConnecting(Failures.Timeout(CurrentPhase));
        else
            Finish(reset: true);
    }

    private protected override void OnHeartbeat()
    {
        // From now on, not from when it was due: a machine that slept sends one, not one for each interval missed.
        Loop.Arm(this, Loop.Now + Extras.PongInterval);
        SendUnsolicitedPong();
    }

    private ulong NextRandom() => (ulong)Loop.MaskKeys.Next() << 32 | Loop.MaskKeys.Next();
}
