namespace Windows.Networking.Sockets;

/// <summary>What is known about a <see cref="MessageWebSocket"/>; readable at any time.</summary>
public sealed class MessageWebSocketInformation : WebSocketInformationBase
{
    internal MessageWebSocketInformation(MessageWebSocket socket)
        : base(socket)
    {
    }
}
