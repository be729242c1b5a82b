namespace LoadTool.Sockets;

/// <summary>TCP options of one connection, applied before it connects.</summary>
/// <param name="NoDelay">TCP_NODELAY: true switches Nagle's algorithm off.</param>
/// <param name="SendBufferBytes">SO_SNDBUF; 0 leaves the system's automatic tuning in force.</param>
internal readonly record struct ConnectionOptions(bool NoDelay, int SendBufferBytes)
{
    internal static readonly ConnectionOptions Default = new(NoDelay: true, SendBufferBytes: 0);
}
