using System.Net;

namespace Windows.Networking.Sockets;

/// <summary>What is known about a <see cref="MessageWebSocket"/>; readable at any time.</summary>
public sealed class MessageWebSocketInformation
{
    internal MessageWebSocketInformation()
    {
    }

    /// <summary>The subprotocol that the server chose; null before the connection is made, and when it chose none.</summary>
    public string? Protocol { get; internal set; }

    /// <summary>This end's address and port; null before the connection is made.</summary>
    public IPEndPoint? LocalEndPoint { get; internal set; }
}
