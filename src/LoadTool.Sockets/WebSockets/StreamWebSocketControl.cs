namespace Windows.Networking.Sockets;

/// <summary>Options of a <see cref="StreamWebSocket"/>; all are for before it connects.</summary>
public sealed class StreamWebSocketControl : WebSocketControlBase
{
    internal StreamWebSocketControl(StreamWebSocket socket)
        : base(socket)
    {
    }
}
