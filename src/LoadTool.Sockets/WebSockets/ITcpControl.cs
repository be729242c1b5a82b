namespace Windows.Networking.Sockets;

/// <summary>TCP options. An addition to the documented surface, where only stream sockets have them.</summary>
public interface ITcpControl
{
    /// <summary>TCP_NODELAY: true, the default, switches Nagle's algorithm off.</summary>
    /// <exception cref="InvalidOperationException">The socket was connected already.</exception>
    bool NoDelay { get; set; }
}
