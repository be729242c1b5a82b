namespace LoadTool;

/// <summary>What is timed of connecting.</summary>
internal enum ConnectPart
{
    /// <summary>From the call to the open socket, whatever lies between.</summary>
    Whole,
    Dns,
    Tcp,
    Proxy,

    /// <summary>Every TLS handshake; the two that follow are parts of it.</summary>
    Tls,
    TlsFull,
    TlsResumed,
    Upgrade,

    /// <summary>From the open socket to its first message.</summary>
    FirstMessage,
}
