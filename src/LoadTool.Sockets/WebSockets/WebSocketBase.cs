using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;
using Windows.Foundation;
using Windows.Storage.Streams;

namespace Windows.Networking.Sockets;

/// <summary>
/// What <see cref="MessageWebSocket"/> and <see cref="StreamWebSocket"/> have in common: connecting, closing, and the rules of what may be
/// called when. Usable from any thread; made on an <see cref="EventLoop"/> a socket lives on that loop, and its awaits resume there
/// without leaving the thread; made elsewhere it lives on <see cref="EventLoop.Shared"/>.
/// </summary>
public abstract partial class WebSocketBase : IWebSocket, IChannelOwner
{
    private ClientChannel? _channel;
    private EventPump? _pump;
    private SocketOutputStream? _output;
    private List<KeyValuePair<string, string>>? _headers;
    private Exception? _failure;
    private string _closeReason = "";
    private ushort _closeCode;
    private Stage _stage;
    private bool _connectCalled;

    // Set by the caller's thread at once, while _stage follows on the loop: what is called next finds the socket closed.
    private volatile bool _closeCalled;
    private volatile bool _disposeCalled;
    private volatile bool _abortCalled;
    private bool _isClosedRaised;

    private protected WebSocketBase() => Loop = EventLoop.Current ?? EventLoop.Shared;

    /// <summary>A socket that was forgotten gives its connection back, with an empty Close frame as if it had been disposed.</summary>
    ~WebSocketBase()
    {
        if (_channel is { } channel && Loop.EndsForgottenSockets)
            Loop.Post(static state => ((ClientChannel)state!).Abandon(), channel);
    }

    private enum Stage : byte
    {
        Created,
        Connecting,
        Open,
        ClosedHere,
        ClosedByPeer,
        Aborted,
        Disposed,
    }

    /// <inheritdoc/>
    public event TypedEventHandler<IWebSocket, WebSocketClosedEventArgs>? Closed;

    /// <inheritdoc/>
    public IOutputStream OutputStream =>
        _output ?? Interlocked.CompareExchange(ref _output, new SocketOutputStream(this), null) ?? _output;

    internal bool IsCreated => _stage == Stage.Created;

    /// <summary>True from the first connection on.</summary>
    internal bool WasConnected => _stage is not (Stage.Created or Stage.Connecting) && _channel is not null;

    internal EventLoop Loop { get; }

    /// <inheritdoc cref="WebSocketInformationBase.SocketId"/>
    internal uint SocketId => Facts.SocketId;

    internal ClientChannel? Channel => _channel;

    /// <summary>True after a Close or Dispose from here: nothing more is delivered.</summary>
    private protected bool IsClosing => _closeCalled || _disposeCalled;

    /// <summary>True while frames of an unfinished message have been sent. On the loop only.</summary>
    private protected bool IsInsideMessage { get; set; }

    /// <summary>True when somebody is to be told what happens.</summary>
    private protected virtual bool HasHandlers => Closed is not null;

    /// <summary>To be read only: those that all sockets share until somebody asks for this one's.</summary>
    private protected abstract WebSocketControlBase Options { get; }

    /// <summary>This socket's own.</summary>
    private protected abstract WebSocketControlBase OwnOptions { get; }

    private protected abstract WebSocketInformationBase Facts { get; }

    /// <summary>Runs the handlers that judge a server's certificate; null when there are none.</summary>
    private protected abstract Action<WebSocketServerCustomValidationRequestedEventArgs>? CustomValidation { get; }

    /// <inheritdoc/>
    public void SetRequestHeader(string headerName, string headerValue)
    {
        RequireConnectNotCalledNorDisposed(nameof(SetRequestHeader));
        ClientHandshake.ValidateHeader(headerName, headerValue);
        (_headers ??= []).Add(new(headerName, headerValue));
    }

    /// <inheritdoc/>
    public void Close(ushort code, string reason)
    {
        try
        {
            CloseFrame.Validate(code, reason);
        }
        catch (ArgumentException error)
        {
            throw Failures.InvalidArgument(error.Message, error.ParamName!);
        }

        if (_disposeCalled)
            return;
        if (_stage is Stage.Created or Stage.Connecting)
            throw Failures.IllegalCall("Close needs a connected socket; Dispose ends one that is not.");
        _closeCalled = true;
        OnLoop(() => CloseOnLoop(code, reason ?? ""));
    }

    /// <summary>Closes with an empty Close frame if the socket is open, ends a connect in progress, and releases everything. Repeatable.</summary>
    public void Dispose()
    {
        if (_disposeCalled)
            return;
        _disposeCalled = true;
        GC.SuppressFinalize(this);
        if (Loop.IsCurrent)
            DisposeOnLoop();
        else
            Loop.Post(static state => ((WebSocketBase)state!).DisposeOnLoop(), this);
    }

    /// <summary>One message out of one write to <see cref="OutputStream"/>.</summary>
    internal abstract ValueTask WriteAsync(ReadOnlyMemory<byte> payload);

    internal void RequireNotConnected(string member)
    {
        if (_disposeCalled)
            throw Failures.Closed(GetType().Name);
        if (_stage != Stage.Created)
            throw Failures.IllegalCall($"{member} is to be set before ConnectAsync.");
    }

    /// <summary>As <see cref="RequireNotConnected"/>, also after an attempt that failed.</summary>
    internal void RequireConnectNotCalledNorDisposed(string member)
    {
        if (_disposeCalled)
            throw Failures.Closed(GetType().Name);
        RequireConnectNotCalled(member);
    }

    /// <summary>Why nothing can be sent now (the state table of the Windows documents), or null.</summary>
    internal Exception? CannotSend() => _stage switch
    {
        _ when _disposeCalled => Failures.Closed(GetType().Name),
        Stage.Open when _closeCalled => Failures.Closed(GetType().Name),
        Stage.Created or Stage.Connecting => Failures.IllegalCall("Sending needs a connected socket: await ConnectAsync first."),
        Stage.ClosedHere or Stage.Disposed => Failures.Closed(GetType().Name),
        Stage.ClosedByPeer => Failures.ConnectionAborted(ConnectionPhase.Open, _closeCode).Of(SocketId),
        Stage.Aborted => _failure,
        _ => null,
    };

    /// <summary>Why nothing can be received, whatever arrived before; or null.</summary>
    internal Exception? CannotReceive() => _stage switch
    {
        _ when _disposeCalled => Failures.Closed(GetType().Name),
        Stage.Created or Stage.Connecting => Failures.IllegalCall("Receiving needs a connected socket: await ConnectAsync first."),
        _ => null,
    };

    /// <summary>Why nothing arrives any more, whatever can still be taken of what did; or null. On the loop only.</summary>
    internal Exception? WhyNoMessageComes() => _stage switch
    {
        Stage.ClosedByPeer => Failures.ConnectionAborted(ConnectionPhase.Open, _closeCode).Of(SocketId),
        Stage.Aborted => _failure,
        Stage.ClosedHere or Stage.Disposed => Failures.AbortedLocally().Of(SocketId),
        _ => null,
    };

    private protected void RequireConnectNotCalled(string member)
    {
        if (_connectCalled || _disposeCalled)
            throw Failures.IllegalCall($"{member} is for before ConnectAsync.");
    }

    /// <summary>Sends one whole message; on the loop without an allocation.</summary>
    private protected ValueTask SendAsync(Opcode opcode, ReadOnlyMemory<byte> payload)
    {
        if (_stage == Stage.Open && Loop.IsCurrent && !IsInsideMessage)
        {
            ValueTask sent = _channel!.SendAsync(opcode, isFinal: true, payload);
            GC.KeepAlive(this);
            return sent;
        }

        if (CannotSend() is { } cause)
            return ValueTask.FromException(cause);
        return Loop.IsCurrent
            ? ValueTask.FromException(Failures.IllegalCall("A message that is sent in frames has not ended: SendFinalFrameAsync ends it."))
            : SendFromOutsideAsync(opcode, payload);
    }

    // What a kind of socket adds, on the loop's thread

    /// <summary>A new attempt begins, with a channel of its own.</summary>
    private protected abstract void OnConnecting(ClientChannel channel);

    /// <inheritdoc cref="IChannelOwner.OnMessage"/>
    private protected abstract void OnMessage(Memory<byte> payload, Opcode opcode, long receivedAt, byte[]? rented);

    /// <inheritdoc cref="IChannelOwner.OnPiece"/>
    private protected abstract void OnPiece(Memory<byte> piece, Opcode opcode, bool endsMessage, long receivedAt);

    /// <summary>The peer's Close frame arrived; nothing more is received.</summary>
    private protected abstract void OnClosedByPeer();

    /// <summary>The open connection broke.</summary>
    private protected abstract void OnAborted(Exception cause);

    /// <summary>Close or Dispose from here; nothing more is received.</summary>
    private protected abstract void OnClosedHere();

    /// <summary>Buffers are to be given back.</summary>
    private protected abstract void OnDisposed();

    /// <summary>Apart, because its closure would be allocated for sends on the loop too.</summary>
    private ValueTask SendFromOutsideAsync(Opcode opcode, ReadOnlyMemory<byte> payload) =>
        new(Loop.RunAsync(() => SendAsync(opcode, payload).AsTask()));

    private void CloseOnLoop(ushort code, string reason)
    {
        if (_stage != Stage.Open)
            return;
        _stage = Stage.ClosedHere;
        (_closeCode, _closeReason) = (code, reason);
        _channel!.Close(code, reason);
        OnClosedHere();
    }

    private void DisposeOnLoop()
    {
        Stage before = _stage;
        if (before == Stage.Open)
            CloseOnLoop(CloseCodes.Empty, "");
        _stage = Stage.Disposed;
        if (before == Stage.Connecting)
            _channel?.CancelConnecting(Failures.AbortedLocally());
        OnClosedHere();
        OnDisposed();
    }

    private void OnLoop(Action action)
    {
        if (Loop.IsCurrent)
            action();
        else
            Loop.Post(static state => ((Action)state!)(), action);
    }
}
