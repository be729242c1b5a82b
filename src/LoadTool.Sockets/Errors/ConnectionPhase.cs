namespace LoadTool.Sockets;

/// <summary>How far a connection had come.</summary>
public enum ConnectionPhase
{
    /// <summary>Not connecting: a mistake in the call itself.</summary>
    None,

    /// <summary>Looking up the host's addresses.</summary>
    Dns,

    /// <summary>Opening the TCP connection.</summary>
    Tcp,

    /// <summary>Asking an HTTP proxy for a tunnel to the server.</summary>
    Proxy,

    /// <summary>The TLS handshake.</summary>
    Tls,

    /// <summary>The HTTP upgrade (RFC 6455, section 4).</summary>
    Upgrade,

    /// <summary>Exchanging messages.</summary>
    Open,

    /// <summary>From the first Close frame on.</summary>
    Close,
}
