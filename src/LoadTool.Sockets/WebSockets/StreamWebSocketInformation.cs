namespace Windows.Networking.Sockets;

/// <summary>What is known about a <see cref="StreamWebSocket"/>; readable at any time.</summary>
public sealed class StreamWebSocketInformation : WebSocketInformationBase
{
    internal StreamWebSocketInformation(StreamWebSocket socket)
        : base(socket)
    {
    }
}
