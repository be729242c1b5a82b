namespace LoadTool.Sockets;

/// <summary>Which implementation of the event loop carries the sockets.</summary>
public enum EngineKind
{
    /// <summary>Linux <c>epoll</c> through libc, the cheapest per message. Linux only.</summary>
    Epoll,

    /// <summary><c>System.Net.Sockets</c>: macOS, Windows, and Linux for comparison.</summary>
    Portable,
}
