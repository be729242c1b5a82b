namespace Windows.Networking.Sockets;

/// <summary>Why a WebSocket was closed.</summary>
public sealed class WebSocketClosedEventArgs
{
    internal WebSocketClosedEventArgs(ushort code, string reason) => (Code, Reason) = (code, reason);

    /// <summary>The close code (RFC 6455, section 7.4); 1005 when the Close frame was empty.</summary>
    public ushort Code { get; }

    /// <summary>The reason given, or an empty string.</summary>
    public string Reason { get; }
}
