using Windows.Storage.Streams;

namespace Windows.Networking.Sockets;

/// <summary>A message that arrived, or the error that arrived in its place: then both getters throw it. Stays valid after the handler returned.</summary>
public sealed class MessageWebSocketMessageReceivedEventArgs
{
    private readonly byte[] _payload;
    private readonly Exception? _failure;

    internal MessageWebSocketMessageReceivedEventArgs(SocketMessageType messageType, byte[] payload, bool isComplete, long receivedAt)
    {
        MessageType = messageType;
        IsMessageComplete = isComplete;
        _payload = payload;
        ReceivedAt = receivedAt;
    }

    internal MessageWebSocketMessageReceivedEventArgs(Exception failure)
        : this(SocketMessageType.Binary, [], isComplete: true, receivedAt: 0)
    {
        _failure = failure;
    }

    /// <summary>Text or binary.</summary>
    public SocketMessageType MessageType { get; }

    /// <summary>True, except for the pieces of a message before its last (<see cref="MessageWebSocketReceiveMode.PartialMessage"/>).</summary>
    public bool IsMessageComplete { get; }

    /// <summary>When the read that completed the message returned, in nanoseconds of the event loop's clock. An addition to the documented surface.</summary>
    public long ReceivedAt { get; }

    /// <summary>A reader over what arrived, already loaded.</summary>
    /// <returns>A new reader over the same bytes each time.</returns>
    /// <exception cref="LoadTool.Sockets.WebSocketTransportException">The connection broke, or the server broke the protocol; the socket is of no further use.</exception>
    public DataReader GetDataReader()
    {
        ThrowFailure();
        return DataReader.FromBytes(_payload);
    }

    /// <summary>What arrived, as a stream.</summary>
    /// <returns>A new stream over the same bytes each time.</returns>
    /// <exception cref="LoadTool.Sockets.WebSocketTransportException">The connection broke, or the server broke the protocol; the socket is of no further use.</exception>
    public IInputStream GetDataStream()
    {
        ThrowFailure();
        return new MemoryInputStream(_payload);
    }

    private void ThrowFailure()
    {
        if (_failure is not null)
            throw _failure;
    }
}
