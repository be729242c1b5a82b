using System.Text;
using LoadTool.Sockets;

namespace Windows.Networking.Sockets;

/// <summary>
/// A message from <see cref="MessageWebSocket.ReceiveAsync"/>. Its bytes are the socket's: they last until the next
/// <see cref="MessageWebSocket.ReceiveAsync"/> on that socket, or its disposal; what is to outlive that is copied.
/// </summary>
public readonly struct ReceivedMessage
{
    private readonly MessageReceiver _receiver;
    private readonly int _version;

    internal ReceivedMessage(MessageReceiver receiver, int version, SocketMessageType messageType, int length, long receivedAt)
    {
        _receiver = receiver;
        _version = version;
        MessageType = messageType;
        Length = length;
        ReceivedAt = receivedAt;
    }

    /// <summary>Text or binary.</summary>
    public SocketMessageType MessageType { get; }

    /// <summary>The payload's length in bytes.</summary>
    public int Length { get; }

    /// <summary>When the read that completed the message returned, in nanoseconds of the event loop's clock.</summary>
    public long ReceivedAt { get; }

    /// <summary>The payload, where it lies. A span cannot live across an await, where the bytes may move: take it anew.</summary>
    /// <exception cref="InvalidOperationException">The socket has moved on to another message.</exception>
    public ReadOnlySpan<byte> Span => _receiver.BytesOf(_version);

    /// <summary>The payload as text.</summary>
    /// <returns>A new string.</returns>
    /// <exception cref="InvalidOperationException">The socket has moved on to another message.</exception>
    public string ReadString() => Encoding.UTF8.GetString(Span);

    /// <summary>A copy of the payload.</summary>
    /// <returns>A new array.</returns>
    /// <exception cref="InvalidOperationException">The socket has moved on to another message.</exception>
    public byte[] ToArray() => Span.ToArray();
}
