using Windows.Storage.Streams;

namespace Windows.Networking.Sockets;

/// <summary>A message that arrived, or the error that arrived in its place: then both getters throw it. Stays valid after the handler returned.</summary>
public sealed class MessageWebSocketMessageReceivedEventArgs
{
    private readonly byte[] _payload;
    private readonly Exception? _failure;

    internal MessageWebSocketMessageReceivedEventArgs(SocketMessageType messageType, byte[] payload, long receivedAt)
    {
        MessageType = messageType;
        _payload = payload;
        ReceivedAt = receivedAt;
    }

    internal MessageWebSocketMessageReceivedEventArgs(Exception failure)
        : this(SocketMessageType.Binary, [], receivedAt: 0)
    {
        _failure = failure;
    }

    /// <summary>Text or binary.</summary>
    public SocketMessageType MessageType { get; }

    /// <summary>True: messages are delivered whole.</summary>
    public bool IsMessageComplete { get; } = true;

    /// <summary>When the read that completed the message returned, in nanoseconds of the event loop's clock. An addition to the documented surface.</summary>
    public long ReceivedAt { get; }

    /// <summary>A reader over the whole message, already loaded.</summary>
    /// <returns>A new reader over the same bytes each time.</returns>
    /// <exception cref="LoadTool.Sockets.WebSocketTransportException">The connection broke, or the server broke the protocol; the socket is of no further use.</exception>
    public DataReader GetDataReader()
    {
        if (_failure is not null)
            throw _failure;
        return DataReader.FromBuffer(_payload.AsBuffer());
    }
}
