using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading.Tasks.Sources;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Sockets;

/// <summary>The client's end: TCP, the HTTP upgrade, then frames.</summary>
internal sealed class ClientChannel(EventLoop loop, IChannelOwner owner) : WebSocketChannel(loop, isClient: true), IValueTaskSource
{
    private LoopCompletion<bool> _step;
    private Upgrade? _upgrade;
    private PongTimer? _pongs;

    /// <summary>Establishes TCP with one address.</summary>
    /// <exception cref="WebSocketTransportException">Refused, unreachable, timed out, or out of descriptors or ports.</exception>
    internal ValueTask ConnectAsync(IPEndPoint remote, ConnectionOptions options, TimeSpan limit)
    {
        State = ChannelState.Connecting;
        StartLimit(limit);
        Connection = Loop.Connect(remote, options, this);
        return new ValueTask(this, _step.Begin());
    }

    /// <summary>Establishes TLS over the TCP connection.</summary>
    /// <param name="options">The server's name, and what is offered to it.</param>
    /// <param name="validation">Judges the certificate, in the handshake.</param>
    /// <param name="judgeFurther">Judges it once more, after the handshake; false refuses it.</param>
    /// <param name="limit">For all of that.</param>
    /// <exception cref="WebSocketTransportException">The certificate was refused, TLS could not be agreed on, the server went away, or it took too long.</exception>
    internal ValueTask SecureAsync(SslClientAuthenticationOptions options, ServerValidation validation, Func<Task<bool>>? judgeFurther, TimeSpan limit)
    {
        State = ChannelState.Securing;
        StartLimit(limit);
        TlsConnection secured = new(Connection!) { Handler = this };
        Connection = secured;
        ValueTask done = new(this, _step.Begin());
        Secure(secured, options, validation, judgeFurther);
        return done;
    }

    /// <summary>Sends the upgrade request and reads its answer.</summary>
    /// <exception cref="WebSocketTransportException">The server refused, answered wrongly, went away, or did not answer in time.</exception>
    internal ValueTask UpgradeAsync(UpgradeRequest request, TimeSpan limit)
    {
        State = ChannelState.Upgrading;
        StartLimit(limit);
        _upgrade = new Upgrade(request);
        ClientHandshake.CreateKey(NextRandom(), NextRandom(), _upgrade.Key);
        ValueTask done = new(this, _step.Begin());
        if (!ClientHandshake.TryWriteRequest(Loop.SendBuffer, request, _upgrade.Key, out int length))
        {
            FailConnecting(Failures.InvalidArgument("The request's path and headers are longer than 64 KB.", "uri"));
            return done;
        }

        SocketError error = Connection!.Send(Loop.SendBuffer.AsSpan(0, length));
        if (error is not (SocketError.Success or SocketError.WouldBlock))
            FailConnecting(CauseOf(ConnectionPhase.Upgrade, error));
        else if (Connection is TlsConnection secured)
            secured.StartReceiving();
        return done;
    }

    /// <summary>The subprotocol that the server chose, after <see cref="UpgradeAsync"/>.</summary>
    internal string? Subprotocol { get; private set; }

    /// <summary>True when the last <see cref="UpgradeAsync"/> met a 401 that asks for a Basic credential.</summary>
    internal bool IsAskedForBasic { get; private set; }

    /// <summary>Sends a pong at an even interval for as long as the channel is open.</summary>
    /// <param name="interval">Zero sends none.</param>
    internal void StartPongs(TimeSpan interval)
    {
        if (interval <= TimeSpan.Zero || State != ChannelState.Open)
            return;
        _pongs = new PongTimer(this, (long)interval.TotalNanoseconds);
        Loop.Arm(_pongs, Loop.Now + _pongs.Interval);
    }

    /// <summary>Ends a channel whose messages break the owner's own rules.</summary>
    internal void Refuse(FrameException violation) => Break(Failures.ProtocolViolation(violation), violation.CloseCode);

    /// <summary>Starts the closing handshake.</summary>
    internal void Close(ushort code, string reason)
    {
        StartLimit(CloseLimit);

        // The peer's Close frame is to be read even when messages were not, and soon even when they were read slowly.
        StopPacing();
        ResumeReceiving();
        SendClose(code, reason, unsent: Failures.Closed(nameof(Windows.Networking.Sockets.MessageWebSocket)));
    }

    /// <summary>True while the closing handshake is under way, and afterwards if its end was waited for.</summary>
    internal bool IsCloseAwaitable => State == ChannelState.CloseSent || ExtrasIfAny?.Closing is not null;

    /// <summary>Waits for the peer's Close frame: asked for before it came.</summary>
    /// <returns>Fails when it does not come within the limit, or the connection ends without it.</returns>
    internal Task<WebSocketCloseResult> AwaitCloseAsync() => (Extras.Closing ??= new ClosingWait(Loop.Now)).Task;

    /// <summary>Ends everything at once: TCP with a RST, a connect in progress, and whatever is awaited.</summary>
    internal void Abort()
    {
        if (_step.IsWaiting)
            FailConnecting(Failures.AbortedLocally(CurrentPhase), reset: true);
        else if (State is not (ChannelState.Idle or ChannelState.Connecting or ChannelState.Securing or ChannelState.Upgrading))
            Break(Failures.AbortedLocally(), reset: true);
    }

    /// <summary>Ends a connect in progress, which fails with <paramref name="cause"/>; what is connected by now stays so.</summary>
    internal void CancelConnecting(Exception cause)
    {
        if (_step.IsWaiting)
            FailConnecting(cause);
    }

    public void GetResult(short token) => _step.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _step.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _step.OnCompleted(continuation, state, token, Loop);

    private protected override void OnConnected()
    {
        StopLimit();
        _step.SetResult(true);
    }

    private protected override Memory<byte> OnHandshakeBytes(Memory<byte> bytes)
    {
        Upgrade upgrade = _upgrade!;
        if (!upgrade.Head.TryComplete(bytes.Span, out ReadOnlySpan<byte> head, out int consumed))
            return default;
        HandshakeResult result = ClientHandshake.Read(head, upgrade.Key, upgrade.Request.Subprotocols, upgrade.Request.Deflate);
        if (result.Outcome != HandshakeOutcome.Accepted)
        {
            IsAskedForBasic = result.Status == 401 && ClientHandshake.AsksForBasic(head);
            FailConnecting(Failures.FromHandshake(result));
            return default;
        }

        Subprotocol = result.Subprotocol;
        if (result.Deflate is { } agreed)
            UseDeflate(agreed);
        StopLimit();
        upgrade.Head.Return();
        _upgrade = null;
        State = ChannelState.Open;
        LimitReceiving();
        _step.SetResult(true);
        return bytes[consumed..];
    }

    private protected override void OnEnd()
    {
        if (_step.IsWaiting)
            FailConnecting(Failures.ConnectionAborted(CurrentPhase));
        else
            base.OnEnd();
    }

    private protected override void OnTransportFailed(SocketError error)
    {
        if (_step.IsWaiting)
            FailConnecting(CauseOf(CurrentPhase, error));
        else
            base.OnTransportFailed(error);
    }

    private protected override void OnMessage(Memory<byte> payload, Opcode opcode, long receivedAt, byte[]? rented)
    {
        if (State == ChannelState.Open)
            owner.OnMessage(payload, opcode, receivedAt, rented);
        else if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    private protected override void OnPiece(Memory<byte> piece, Opcode opcode, bool endsMessage, long receivedAt)
    {
        if (State == ChannelState.Open)
            owner.OnPiece(piece, opcode, endsMessage, receivedAt);
    }

    private protected override void OnPeerClosed(ushort code, string reason)
    {
        // The server is to end TCP first (RFC 6455, section 7.1.1), so that the lingering state is not the client's.
        StartLimit(CloseLimit);
        owner.OnPeerClosed(code, reason);
    }

    private protected override void OnBroken(Exception cause)
    {
        StopLimit();
        StopPongs();
        owner.OnBroken(cause);
    }

    private protected override void OnFinished()
    {
        StopLimit();
        StopPongs();
        owner.OnFinished();
    }

    private ConnectionPhase CurrentPhase => State switch
    {
        ChannelState.Connecting => ConnectionPhase.Tcp,
        ChannelState.Securing => ConnectionPhase.Tls,
        _ => ConnectionPhase.Upgrade,
    };

    private async void Secure(TlsConnection secured, SslClientAuthenticationOptions options, ServerValidation validation, Func<Task<bool>>? judgeFurther)
    {
        WebSocketTransportException? failure = null;
        try
        {
            await secured.AuthenticateAsync(options);
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
        StopLimit();
        if (failure is null)
            _step.SetResult(true);
        else
            FailConnecting(failure);
    }

    private void FailConnecting(Exception cause, bool reset = false)
    {
        StopLimit();
        _upgrade?.Head.Return();
        _upgrade = null;
        Connection?.Close(reset);
        State = ChannelState.Idle;
        _step.SetException(cause);
    }

    private protected override void OnLimit()
    {
        if (_step.IsWaiting)
            FailConnecting(Failures.Timeout(CurrentPhase));
        else
            Finish(reset: true);
    }

    private void StopPongs()
    {
        if (_pongs is not null)
            Loop.Disarm(_pongs);
        _pongs = null;
    }

    private ulong NextRandom() => (ulong)Loop.MaskKeys.Next() << 32 | Loop.MaskKeys.Next();

    private sealed class PongTimer(ClientChannel channel, long interval) : LoopTimer
    {
        internal long Interval => interval;

        internal override void Fire(long dueAt)
        {
            // From now on, not from when it was due: a machine that slept sends one, not one for each interval missed.
            channel.Loop.Arm(this, channel.Loop.Now + interval);
            channel.SendUnsolicitedPong();
        }
    }

    /// <summary>What is needed only until the server has answered.</summary>
    private sealed class Upgrade(UpgradeRequest request)
    {
        private readonly byte[] _key = new byte[HandshakeKey.KeyBytes];

        internal UpgradeRequest Request => request;

        internal Span<byte> Key => _key;

        internal HeadBuffer Head { get; } = new();
    }
}
