using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;
using Windows.Foundation;
using Windows.Storage.Streams;

namespace Windows.Networking.Sockets;

/// <summary>A client WebSocket that sends and receives messages, text or binary.</summary>
/// <remarks>
/// A socket that nobody refers to and that has no handlers is closed when the collector finds it; handlers that were there when it connected keep it.
/// Messages are received either through <see cref="MessageReceived"/>, registered before <see cref="WebSocketBase.ConnectAsync"/>, or by
/// awaiting <see cref="ReceiveAsync"/>. Failures are <see cref="WebSocketTransportException"/>s with a WebErrorStatus and a cause.
/// </remarks>
public sealed class MessageWebSocket : WebSocketBase
{
    /// <summary>What a socket goes by that nobody has set anything of.</summary>
    private static readonly MessageWebSocketControl Untouched = new(null!);

    private MessageReceiver? _receiver;
    private MessageWebSocketControl? _control;
    private Handlers? _handlers;

    /// <summary>Makes a socket on the current event loop, or on the shared one.</summary>
    public MessageWebSocket() => Information = new MessageWebSocketInformation();

    /// <summary>
    /// A message arrived, or the connection broke: then the getters of its arguments throw. Registered before
    /// <see cref="WebSocketBase.ConnectAsync"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="WebSocketBase.ConnectAsync"/> was called already.</exception>
    public event TypedEventHandler<MessageWebSocket, MessageWebSocketMessageReceivedEventArgs>? MessageReceived
    {
        add
        {
            RequireConnectNotCalled(nameof(MessageReceived));
            (_handlers ??= new Handlers()).MessageReceived += value;
        }
        remove
        {
            RequireConnectNotCalled(nameof(MessageReceived));
            (_handlers ??= new Handlers()).MessageReceived -= value;
        }
    }

    /// <summary>
    /// A server's certificate (wss) passed the default validation and may be judged further, before the upgrade: a handler that calls
    /// <see cref="WebSocketServerCustomValidationRequestedEventArgs.Reject"/>, or throws, refuses it. Registered before
    /// <see cref="WebSocketBase.ConnectAsync"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="WebSocketBase.ConnectAsync"/> was called already.</exception>
    public event TypedEventHandler<MessageWebSocket, WebSocketServerCustomValidationRequestedEventArgs>? ServerCustomValidationRequested
    {
        add
        {
            RequireConnectNotCalled(nameof(ServerCustomValidationRequested));
            (_handlers ??= new Handlers()).CustomValidation += value;
        }
        remove
        {
            RequireConnectNotCalled(nameof(ServerCustomValidationRequested));
            (_handlers ??= new Handlers()).CustomValidation -= value;
        }
    }

    /// <summary>Options; made when first asked for.</summary>
    public MessageWebSocketControl Control =>
        _control ?? Interlocked.CompareExchange(ref _control, new MessageWebSocketControl(this), null) ?? _control;

    /// <summary>What is known about the connection.</summary>
    public MessageWebSocketInformation Information { get; }

    private protected override bool HasHandlers => MessageHandlers is not null || base.HasHandlers;

    private protected override WebSocketControlBase Options => _control ?? Untouched;

    private protected override WebSocketControlBase OwnOptions => Control;

    private protected override WebSocketInformationBase Facts => Information;

    private protected override Action<WebSocketServerCustomValidationRequestedEventArgs>? CustomValidation =>
        _handlers?.CustomValidation is { } handlers ? args => Invoke(handlers, this, args) : null;

    /// <summary>Made when first needed, which may be on two threads at once.</summary>
    private MessageReceiver Receiver => _receiver ?? Interlocked.CompareExchange(ref _receiver, new MessageReceiver(this), null) ?? _receiver;

    private TypedEventHandler<MessageWebSocket, MessageWebSocketMessageReceivedEventArgs>? MessageHandlers => _handlers?.MessageReceived;

    private Opcode OutgoingOpcode => _control?.MessageType == SocketMessageType.Utf8 ? Opcode.Text : Opcode.Binary;

    /// <summary>Sends one message of type <see cref="MessageWebSocketControl.MessageType"/>.</summary>
    /// <param name="payload">Left unchanged until the task ends.</param>
    /// <returns>Ends when the system has taken the whole message: usually at once, without an allocation.</returns>
    /// <exception cref="InvalidOperationException">Not connected, or a message that is sent in frames has not ended.</exception>
    /// <exception cref="ObjectDisposedException">Closed or disposed here.</exception>
    /// <exception cref="WebSocketTransportException">The connection broke, or the peer took nothing for as long as <see cref="WebSocketTuning.StallLimit"/>.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> payload) => SendAsync(OutgoingOpcode, payload);

    /// <summary>As <see cref="SendAsync(ReadOnlyMemory{byte})"/>, and tells when. An addition to the documented surface.</summary>
    /// <param name="payload">Left unchanged until the task ends.</param>
    /// <returns>The moments of this call and of the system's taking the message's last byte.</returns>
    /// <exception cref="InvalidOperationException">Not connected, or a message that is sent in frames has not ended.</exception>
    /// <exception cref="ObjectDisposedException">Closed or disposed here.</exception>
    /// <exception cref="WebSocketTransportException">The connection broke, or the peer took nothing for as long as <see cref="WebSocketTuning.StallLimit"/>.</exception>
    public ValueTask<SentMessage> SendTimedAsync(ReadOnlyMemory<byte> payload)
    {
        long queuedAt = Loop.Now;
        if (!Loop.IsCurrent)
            return SendTimedFromOutsideAsync(payload, queuedAt);
        ValueTask sending = SendAsync(OutgoingOpcode, payload);
        if (!sending.IsCompletedSuccessfully)
            return EndTimedAsync(sending, queuedAt);
        sending.GetAwaiter().GetResult();
        return new ValueTask<SentMessage>(new SentMessage(queuedAt, Loop.Now));
    }

    /// <summary>Sends one text message.</summary>
    /// <param name="text">Encoded as UTF-8.</param>
    /// <returns>Ends when the system has taken the whole message.</returns>
    /// <exception cref="InvalidOperationException">Not connected, or a message that is sent in frames has not ended.</exception>
    /// <exception cref="ObjectDisposedException">Closed or disposed here.</exception>
    /// <exception cref="WebSocketTransportException">The connection broke, or the peer took nothing for as long as <see cref="WebSocketTuning.StallLimit"/>.</exception>
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

    /// <summary>Sends one frame that ends its message: the last of those begun by <see cref="SendNonfinalFrameAsync"/>, or a message of one frame.</summary>
    /// <param name="data">Left unchanged until the task ends. Null is E_INVALIDARG.</param>
    /// <param name="cancellationToken">Heard before the frame begins; half a frame cannot be taken back.</param>
    /// <returns>The bytes of <paramref name="data"/>.</returns>
    /// <exception cref="InvalidOperationException">Not connected.</exception>
    /// <exception cref="ObjectDisposedException">Closed or disposed here.</exception>
    /// <exception cref="WebSocketTransportException">The connection broke, or the peer took nothing for as long as <see cref="WebSocketTuning.StallLimit"/>.</exception>
    public Task<uint> SendFinalFrameAsync(IBuffer data, CancellationToken cancellationToken = default) =>
        SendFrameAsync(data, isFinal: true, cancellationToken);

    /// <summary>
    /// Sends one frame of a message that goes on. The first takes <see cref="MessageWebSocketControl.MessageType"/> as it then is;
    /// until <see cref="SendFinalFrameAsync"/> whole messages are refused.
    /// </summary>
    /// <param name="data">Left unchanged until the task ends. Null is E_INVALIDARG.</param>
    /// <param name="cancellationToken">Heard before the frame begins; half a frame cannot be taken back.</param>
    /// <returns>The bytes of <paramref name="data"/>.</returns>
    /// <exception cref="InvalidOperationException">Not connected.</exception>
    /// <exception cref="ObjectDisposedException">Closed or disposed here.</exception>
    /// <exception cref="WebSocketTransportException">The connection broke, or the peer took nothing for as long as <see cref="WebSocketTuning.StallLimit"/>.</exception>
    public Task<uint> SendNonfinalFrameAsync(IBuffer data, CancellationToken cancellationToken = default) =>
        SendFrameAsync(data, isFinal: false, cancellationToken);

    /// <summary>Receives one message, whole whatever <see cref="MessageWebSocketControl.ReceiveMode"/> says.</summary>
    /// <param name="cancellationToken">Ends the wait; the socket stays usable.</param>
    /// <returns>The message; its bytes last until the next call.</returns>
    /// <exception cref="InvalidOperationException">Not connected, already waiting, or <see cref="MessageReceived"/> has a handler.</exception>
    /// <exception cref="WebSocketTransportException">
    /// The connection broke, the server broke the protocol, or it closed: then <see cref="FailureCause.CloseCode"/> tells the code.
    /// </exception>
    public ValueTask<ReceivedMessage> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        if (CannotReceive() is { } cause)
            return ValueTask.FromException<ReceivedMessage>(cause);
        if (MessageHandlers is not null)
            return ValueTask.FromException<ReceivedMessage>(Failures.IllegalCall("Messages go to MessageReceived: use either the event or ReceiveAsync."));
        ValueTask<ReceivedMessage> received = Receiver.ReceiveAsync(cancellationToken);
        GC.KeepAlive(this);
        return received;
    }

    internal override ValueTask WriteAsync(ReadOnlyMemory<byte> payload) => SendAsync(payload);

    /// <summary>Ends the <see cref="ReceiveAsync"/> that waits, if one does; the socket stays usable. On the loop only.</summary>
    internal void CancelReceive() => _receiver?.Fail(new OperationCanceledException());

    private protected override void OnConnecting(ClientChannel channel)
    {
        channel.MaxMessageBytes = (_control ?? Untouched).MaxMessageSize;
        channel.DeliversPieces = MessageHandlers is not null && _control?.ReceiveMode == MessageWebSocketReceiveMode.PartialMessage;
    }

    private protected override void OnMessage(Memory<byte> payload, Opcode opcode, long receivedAt, byte[]? rented)
    {
        if (MessageHandlers is null)
        {
            Receiver.Deliver(payload, TypeOf(opcode), receivedAt, rented);
            return;
        }

        MessageWebSocketMessageReceivedEventArgs message = new(TypeOf(opcode), payload.ToArray(), isComplete: true, receivedAt);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        Raise(message);
    }

    private protected override void OnPiece(Memory<byte> piece, Opcode opcode, bool endsMessage, long receivedAt) =>
        Raise(new MessageWebSocketMessageReceivedEventArgs(TypeOf(opcode), piece.ToArray(), endsMessage, receivedAt));

    private protected override void OnClosedByPeer() => FailReceiver();

    private protected override void OnAborted(Exception cause)
    {
        if (MessageHandlers is not null)
            Raise(new MessageWebSocketMessageReceivedEventArgs(cause));
        else
            FailReceiver();
    }

    private protected override void OnClosedHere() => FailReceiver();

    private protected override void OnDisposed() => _receiver?.Clear();

    private void FailReceiver()
    {
        if (_receiver is not null && WhyNoMessageComes() is { } failure)
            _receiver.Fail(failure);
    }

    private static SocketMessageType TypeOf(Opcode opcode) => opcode == Opcode.Text ? SocketMessageType.Utf8 : SocketMessageType.Binary;

    private void Raise(MessageWebSocketMessageReceivedEventArgs message) => Raise(() =>
    {
        // A socket closed or disposed here delivers no more messages, those neither that wait for a slow handler.
        if (!IsClosing)
            Invoke(MessageHandlers!, this, message);
    });

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SentMessage> EndTimedAsync(ValueTask sending, long queuedAt)
    {
        await sending;
        return new SentMessage(queuedAt, Loop.Now);
    }

    /// <summary>The moment is taken on the loop, not when the caller's thread hears of it.</summary>
    private async ValueTask<SentMessage> SendTimedFromOutsideAsync(ReadOnlyMemory<byte> payload, long queuedAt)
    {
        SentMessage sent = default;
        await Loop.RunAsync(async () => sent = await EndTimedAsync(SendAsync(OutgoingOpcode, payload), queuedAt));
        return sent;
    }

    private async Task<uint> SendFrameAsync(IBuffer data, bool isFinal, CancellationToken cancellationToken)
    {
        Memory<byte> payload = data.UsedBytes();
        if (cancellationToken.IsCancellationRequested)
            throw Failures.Cancelled(cancellationToken);
        if (CannotSend() is { } cause)
            throw cause;
        if (Loop.IsCurrent)
            await SendFrameOnLoopAsync(payload, isFinal);
        else
            await Loop.RunAsync(() => SendFrameOnLoopAsync(payload, isFinal).AsTask());
        return (uint)payload.Length;
    }

    private ValueTask SendFrameOnLoopAsync(ReadOnlyMemory<byte> payload, bool isFinal)
    {
        if (CannotSend() is { } cause)
            return ValueTask.FromException(cause);
        Opcode opcode = IsInsideMessage ? Opcode.Continuation : OutgoingOpcode;
        IsInsideMessage = !isFinal;
        ValueTask sent = Channel!.SendAsync(opcode, isFinal, payload);
        GC.KeepAlive(this);
        return sent;
    }

    /// <summary>The events that few sockets use: a socket that awaits its messages keeps none of it.</summary>
    private sealed class Handlers
    {
        internal TypedEventHandler<MessageWebSocket, MessageWebSocketMessageReceivedEventArgs>? MessageReceived { get; set; }

        internal TypedEventHandler<MessageWebSocket, WebSocketServerCustomValidationRequestedEventArgs>? CustomValidation { get; set; }
    }
}
