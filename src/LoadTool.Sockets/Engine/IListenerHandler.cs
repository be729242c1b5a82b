using System.Net.Sockets;

namespace LoadTool.Sockets;

/// <summary>What a <see cref="Listener"/> tells its owner, on the loop's thread.</summary>
internal interface IListenerHandler
{
    /// <summary>A connection was accepted; its handler is to be set before this returns.</summary>
    void OnAccepted(Connection connection);

    /// <summary>Accepting failed for now (too many open files, for one); the listener tries again by itself.</summary>
    void OnAcceptFailed(SocketError error);
}
