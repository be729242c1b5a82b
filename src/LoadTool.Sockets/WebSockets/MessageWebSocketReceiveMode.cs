namespace Windows.Networking.Sockets;

/// <summary>How received messages are delivered.</summary>
public enum MessageWebSocketReceiveMode
{
    /// <summary>Each event is a whole message.</summary>
    FullMessage = 0,

    /// <summary>Each event is what has arrived of a message; a character of a text may be cut between two events.</summary>
    PartialMessage = 1,
}
