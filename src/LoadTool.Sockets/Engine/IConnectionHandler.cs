using System.Net.Sockets;

namespace LoadTool.Sockets;

/// <summary>What a <see cref="Connection"/> tells its owner. Every call is made on the loop's thread, never from inside a call of the owner's.</summary>
internal interface IConnectionHandler
{
    /// <summary>TCP is established.</summary>
    void OnConnected();

    /// <summary>Bytes arrived.</summary>
    /// <param name="bytes">Valid, and writable, until this call returns: it is the loop's own buffer.</param>
    /// <param name="receivedAt">When the read returned, nanoseconds of the loop's clock.</param>
    void OnReceived(Memory<byte> bytes, long receivedAt);

    /// <summary>The peer sends no more (FIN); sending is still possible.</summary>
    void OnEnd();

    /// <summary>All that was accepted by <see cref="Connection.Send"/> is now in the system's hands.</summary>
    void OnSendDrained();

    /// <summary>The connection could not be made, or broke. Nothing else follows.</summary>
    void OnFailed(SocketError error);
}
