namespace LoadTool.Sockets;

/// <summary>How a closing handshake ended.</summary>
/// <param name="Code">The peer's close code; 1005 when its Close frame had none.</param>
/// <param name="Reason">The peer's reason; empty when it gave none.</param>
/// <param name="Duration">From the call to the arrival of the peer's Close frame; zero when that was there before.</param>
public readonly record struct WebSocketCloseResult(ushort Code, string Reason, TimeSpan Duration);
