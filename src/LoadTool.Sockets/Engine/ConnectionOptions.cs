using System.Net;

namespace LoadTool.Sockets;

/// <summary>TCP options of one connection, applied before it connects.</summary>
/// <param name="NoDelay">TCP_NODELAY: true switches Nagle's algorithm off.</param>
/// <param name="SendBufferBytes">SO_SNDBUF; 0 leaves the system's automatic tuning in force.</param>
/// <param name="ReceiveBufferBytes">SO_RCVBUF; 0 leaves the system's automatic tuning in force.</param>
/// <param name="ResetsOnClose">SO_LINGER of zero: every close is a RST.</param>
/// <param name="LocalAddress">This end's address; null lets the system choose.</param>
/// <param name="LocalPorts">Where this end's port comes from; null for the system's own range.</param>
internal readonly record struct ConnectionOptions(
    bool NoDelay,
    int SendBufferBytes,
    int ReceiveBufferBytes = 0,
    bool ResetsOnClose = false,
    IPAddress? LocalAddress = null,
    PortRange? LocalPorts = null)
{
    internal static readonly ConnectionOptions Default = new(NoDelay: true, SendBufferBytes: 0);
}
