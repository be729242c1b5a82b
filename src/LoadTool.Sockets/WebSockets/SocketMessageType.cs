namespace Windows.Networking.Sockets;

/// <summary>The type of a message.</summary>
public enum SocketMessageType
{
    /// <summary>Bytes.</summary>
    Binary = 0,

    /// <summary>Text in UTF-8.</summary>
    Utf8 = 1,
}
