namespace LoadTool.Sockets;

/// <summary>Whom a loop tells how its clients' connections came to be and how they were lost; on the loop's thread, once per connection and never per message.</summary>
internal interface IConnectionObserver
{
    /// <summary>A socket is open.</summary>
    /// <param name="handshake">The phases of its last attempt.</param>
    /// <param name="isTlsResumed">Whether TLS resumed a session; null without TLS, or where that cannot be told.</param>
    /// <param name="nanoseconds">The whole time, all attempts included.</param>
    void OnConnected(HandshakeInfo handshake, bool? isTlsResumed, long nanoseconds);

    /// <summary>A socket could not be opened.</summary>
    /// <param name="error">What its caller is told.</param>
    /// <param name="socketId">The socket, because not every error knows it.</param>
    void OnConnectFailed(Exception error, uint socketId);

    /// <summary>The first message came to a socket.</summary>
    /// <param name="nanoseconds">The time since it was open; negative for one that came in the same read as the upgrade's answer.</param>
    void OnFirstMessage(long nanoseconds);

    /// <summary>An open connection was ended by the other side, or broke, while nobody awaited anything of it: its user may never come to know.</summary>
    /// <param name="cause">What whoever uses the socket next is told; it knows the socket.</param>
    void OnLost(WebSocketTransportException cause);
}
