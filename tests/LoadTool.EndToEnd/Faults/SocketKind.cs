namespace LoadTool.EndToEnd.Faults;

/// <summary>How the client of a fault receives.</summary>
public enum SocketKind
{
    /// <summary>A MessageWebSocket that awaits ReceiveAsync.</summary>
    Message,

    /// <summary>A MessageWebSocket with a handler of MessageReceived.</summary>
    Event,

    /// <summary>A StreamWebSocket.</summary>
    Stream,
}
