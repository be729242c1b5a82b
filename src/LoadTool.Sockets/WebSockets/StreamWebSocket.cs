using System.Buffers;
using System.Net.Sockets;
using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;
using Windows.Foundation;
using Windows.Storage.Streams;

namespace Windows.Networking.Sockets;

/// <summary>
/// A client WebSocket for long binary transfers: bytes are read in whatever portions suit, also before their message has ended. Each write
/// is one binary message; a text message that arrives ends the socket (close code 1003). Forgotten without handlers, it is closed as a <see cref="MessageWebSocket"/> is.
/// </summary>
public sealed class StreamWebSocket : WebSocketBase
{
    private readonly SocketInputStream _input;
    private TypedEventHandler<StreamWebSocket, WebSocketServerCustomValidationRequestedEventArgs>? _customValidation;

    /// <summary>Makes a socket on the current event loop, or on the shared one.</summary>
    public StreamWebSocket()
    {
        Control = new StreamWebSocketControl(this);
        Information = new StreamWebSocketInformation();
        _input = new SocketInputStream(this, Loop);
    }

    /// <summary>
    /// A server's certificate (wss) passed the default validation and may be judged further, before the upgrade: a handler that calls
    /// <see cref="WebSocketServerCustomValidationRequestedEventArgs.Reject"/>, or throws, refuses it. Registered before
    /// <see cref="WebSocketBase.ConnectAsync"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="WebSocketBase.ConnectAsync"/> was called already.</exception>
    public event TypedEventHandler<StreamWebSocket, WebSocketServerCustomValidationRequestedEventArgs>? ServerCustomValidationRequested
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
    public StreamWebSocketControl Control { get; }

    /// <summary>What is known about the connection.</summary>
    public StreamWebSocketInformation Information { get; }

    /// <summary>
    /// The bytes of all messages, one after another; the same instance each time. Its end is the server's Close frame. A read fails as cancelled
    /// (GetStatus: OperationCanceled) when the socket is closed here, and with the connection's failure when that breaks.
    /// </summary>
    public IInputStream InputStream => _input;

    private protected override WebSocketControlBase Options => Control;

    private protected override WebSocketControlBase OwnOptions => Control;

    private protected override WebSocketInformationBase Facts => Information;

    private protected override Action<WebSocketServerCustomValidationRequestedEventArgs>? CustomValidation =>
        _customValidation is { } handlers ? args => Invoke(handlers, this, args) : null;

    internal override ValueTask WriteAsync(ReadOnlyMemory<byte> payload) => SendAsync(Opcode.Binary, payload);

    internal void PauseReceiving() => Channel?.PauseReceiving();

    internal void ResumeReceiving() => Channel?.ResumeReceiving();

    private protected override void OnConnecting(ClientChannel channel) => channel.DeliversPieces = true;

    private protected override void OnMessage(Memory<byte> payload, Opcode opcode, long receivedAt, byte[]? rented)
    {
        OnPiece(payload, opcode, endsMessage: true, receivedAt);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    private protected override void OnPiece(Memory<byte> piece, Opcode opcode, bool endsMessage, long receivedAt)
    {
        if (opcode == Opcode.Text)
            Channel!.Refuse(new FrameException(CloseCodes.UnacceptableData, "A text message came to a stream socket."));
        else
            _input.Append(piece.Span);
    }

    private protected override void OnClosedByPeer() => _input.End();

    /// <summary>A stream's read tells a reset as such, where messages report it as aborted.</summary>
    private protected override void OnAborted(Exception cause) => _input.Fail(
        cause is WebSocketTransportException { Cause.SocketError: SocketError.ConnectionReset } ? Failures.ConnectionReset(ConnectionPhase.Open) : cause);

    private protected override void OnClosedHere() => _input.Abort();

    private protected override void OnDisposed()
    {
        // Abort has given the buffer back already.
    }
}
