using System.Buffers;
using System.Text;
using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;
using Windows.Foundation;
using Windows.Storage.Streams;

namespace Windows.Networking.Sockets;

/// <summary>
/// A client WebSocket that sends and receives whole messages. Usable from any thread; made on an <see cref="EventLoop"/> it lives on
/// that loop, and its awaits resume there without leaving the thread; made elsewhere it lives on <see cref="EventLoop.Shared"/>.
/// </summary>
/// <remarks>
/// Messages are received either through <see cref="MessageReceived"/>, registered before <see cref="ConnectAsync"/>, or by awaiting
/// <see cref="ReceiveAsync"/>. Failures are <see cref="WebSocketTransportException"/>s with a WebErrorStatus and a cause.
/// </remarks>
public sealed partial class MessageWebSocket : IWebSocket, IChannelOwner
{
    private readonly EventLoop _loop;
    private ClientChannel? _channel;
    private MessageReceiver? _receiver;
    private EventPump? _pump;
    private TypedEventHandler<MessageWebSocket, MessageWebSocketMessageReceivedEventArgs>? _messageReceived;
    private TypedEventHandler<MessageWebSocket, WebSocketServerCustomValidationRequestedEventArgs>? _customValidation;
    private List<KeyValuePair<string, string>>? _headers;
    private Exception? _failure;
    private Stage _stage;
    private bool _connectCalled;

    // Set by the caller's thread at once, while _stage follows on the loop: what is called next finds the socket closed.
    private volatile bool _closeCalled;
    private volatile bool _disposeCalled;
    private bool _isClosedRaised;
    private ushort _closeCode;
    private string _closeReason = "";

    /// <summary>Makes a socket on the current event loop, or on the shared one.</summary>
    public MessageWebSocket()
    {
        _loop = EventLoop.Current ?? EventLoop.Shared;
        Control = new MessageWebSocketControl(this);
        Information = new MessageWebSocketInformation();
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

    /// <summary>A message arrived, or the connection broke: then the getters of its arguments throw. Registered before <see cref="ConnectAsync"/>.</summary>
    /// <exception cref="InvalidOperationException"><see cref="ConnectAsync"/> was called already.</exception>
    public event TypedEventHandler<MessageWebSocket, MessageWebSocketMessageReceivedEventArgs>? MessageReceived
    {
        add
        {
            RequireConnectNotCalled(nameof(MessageReceived));
            _messageReceived += value;
        }
        remove
        {
            RequireConnectNotCalled(nameof(MessageReceived));
            _messageReceived -= value;
        }
    }

    /// <summary>
    /// A server's certificate (wss) passed the default validation and may be judged further, before the upgrade: a handler that calls
    /// <see cref="WebSocketServerCustomValidationRequestedEventArgs.Reject"/>, or throws, refuses it. Registered before <see cref="ConnectAsync"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="ConnectAsync"/> was called already.</exception>
    public event TypedEventHandler<MessageWebSocket, WebSocketServerCustomValidationRequestedEventArgs>? ServerCustomValidationRequested
    {
        add
        {
            RequireConnectNotCalled(nameof(ServerCustomValidationRequested));
            _customValidation += value;
        }
        remove
        {
            RequireConnectNotCalled(nameof(ServerCustomValidationRequested));
            _customValidation -= value;
        }
    }

    /// <summary>Options.</summary>
    public MessageWebSocketControl Control { get; }

    /// <summary>What is known about the connection.</summary>
    public MessageWebSocketInformation Information { get; }

    /// <inheritdoc/>
    public IOutputStream OutputStream => field ??= new MessageOutputStream(this);

    internal bool IsCreated => _stage == Stage.Created;

    /// <inheritdoc/>
    public void SetRequestHeader(string headerName, string headerValue)
    {
        if (_disposeCalled)
            throw Failures.Closed(nameof(MessageWebSocket));
        RequireConnectNotCalled(nameof(SetRequestHeader));
        ClientHandshake.ValidateHeader(headerName, headerValue);
        (_headers ??= []).Add(new(headerName, headerValue));
    }

    /// <summary>Sends one message of type <see cref="MessageWebSocketControl.MessageType"/>.</summary>
    /// <param name="payload">Left unchanged until the task ends.</param>
    /// <returns>Ends when the system has taken the whole message: usually at once, without an allocation.</returns>
    /// <exception cref="InvalidOperationException">Not connected.</exception>
    /// <exception cref="ObjectDisposedException">Closed or disposed here.</exception>
    /// <exception cref="WebSocketTransportException">The connection broke, or the peer took nothing for 30 s.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> payload) =>
        SendAsync(Control.MessageType == SocketMessageType.Utf8 ? Opcode.Text : Opcode.Binary, payload);

    /// <summary>Sends one text message.</summary>
    /// <param name="text">Encoded as UTF-8.</param>
    /// <returns>Ends when the system has taken the whole message.</returns>
    /// <exception cref="InvalidOperationException">Not connected.</exception>
    /// <exception cref="ObjectDisposedException">Closed or disposed here.</exception>
    /// <exception cref="WebSocketTransportException">The connection broke, or the peer took nothing for 30 s.</exception>
    public async ValueTask SendAsync(string text)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            int length = Encoding.UTF8.GetBytes(text, rented);
            await SendAsync(Opcode.Text, rented.AsMemory(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Receives one message.</summary>
    /// <param name="cancellationToken">Ends the wait; the socket stays usable.</param>
    /// <returns>The message; its bytes last until the next call.</returns>
    /// <exception cref="InvalidOperationException">Not connected, already waiting, or <see cref="MessageReceived"/> has a handler.</exception>
    /// <exception cref="WebSocketTransportException">
    /// The connection broke, the server broke the protocol, or it closed: then <see cref="FailureCause.CloseCode"/> tells the code.
    /// </exception>
    public ValueTask<ReceivedMessage> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        if (_disposeCalled)
            return ValueTask.FromException<ReceivedMessage>(Failures.Closed(nameof(MessageWebSocket)));
        if (_stage is Stage.Created or Stage.Connecting)
            return ValueTask.FromException<ReceivedMessage>(Failures.IllegalCall("ReceiveAsync needs a connected socket: await ConnectAsync first."));
        if (_messageReceived is not null)
            return ValueTask.FromException<ReceivedMessage>(Failures.IllegalCall("Messages go to MessageReceived: use either the event or ReceiveAsync."));
        return _receiver!.ReceiveAsync(_channel, cancellationToken);
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
        if (_loop.IsCurrent)
            DisposeOnLoop();
        else
            _loop.Post(static state => ((MessageWebSocket)state!).DisposeOnLoop(), this);
    }

    internal void RequireNotConnected(string member)
    {
        if (_disposeCalled)
            throw Failures.Closed(nameof(MessageWebSocket));
        if (_stage != Stage.Created)
            throw Failures.IllegalCall($"{member} is to be set before ConnectAsync.");
    }

    private ValueTask SendAsync(Opcode opcode, ReadOnlyMemory<byte> payload)
    {
        if (_stage == Stage.Open && _loop.IsCurrent)
            return _channel!.SendAsync(opcode, isFinal: true, payload);
        if (CannotSend() is { } cause)
            return ValueTask.FromException(cause);
        return SendFromOutsideAsync(opcode, payload);
    }

    /// <summary>Apart, because its closure would be allocated for sends on the loop too.</summary>
    private ValueTask SendFromOutsideAsync(Opcode opcode, ReadOnlyMemory<byte> payload) =>
        new(_loop.RunAsync(() => SendAsync(opcode, payload).AsTask()));

    /// <summary>Why nothing can be sent now (the state table of the Windows documents), or null.</summary>
    internal Exception? CannotSend() => _stage switch
    {
        _ when _disposeCalled => Failures.Closed(nameof(MessageWebSocket)),
        Stage.Open when _closeCalled => Failures.Closed(nameof(MessageWebSocket)),
        Stage.Created or Stage.Connecting => Failures.IllegalCall("Sending needs a connected socket: await ConnectAsync first."),
        Stage.ClosedHere or Stage.Disposed => Failures.Closed(nameof(MessageWebSocket)),
        Stage.ClosedByPeer => Failures.ConnectionAborted(ConnectionPhase.Open, _closeCode),
        Stage.Aborted => _failure,
        _ => null,
    };

    private void CloseOnLoop(ushort code, string reason)
    {
        if (_stage != Stage.Open)
            return;
        _stage = Stage.ClosedHere;
        (_closeCode, _closeReason) = (code, reason);
        _channel!.Close(code, reason);
        _receiver?.Fail(Failures.AbortedLocally());
    }

    private void DisposeOnLoop()
    {
        Stage before = _stage;
        if (before == Stage.Open)
            CloseOnLoop(CloseCodes.Empty, "");
        _stage = Stage.Disposed;
        if (before == Stage.Connecting)
            _channel?.CancelConnecting(Failures.AbortedLocally());
        _receiver?.Fail(Failures.AbortedLocally());
        _receiver?.Clear();
    }

    private void OnLoop(Action action)
    {
        if (_loop.IsCurrent)
            action();
        else
            _loop.Post(static state => ((Action)state!)(), action);
    }

    private void RequireConnectNotCalled(string member)
    {
        if (_connectCalled || _disposeCalled)
            throw Failures.IllegalCall($"{member} is for before ConnectAsync.");
    }
}
