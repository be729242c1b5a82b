namespace Windows.Networking.Sockets;

/// <summary>How bad the worst error of a server's certificate is.</summary>
public enum SocketSslErrorSeverity
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>Only errors that may be ignored: expired, another name, an issuer that is not trusted.</summary>
    Ignorable = 1,

    /// <summary>An error that nothing should ignore: revoked, a wrong signature, broken content.</summary>
    Fatal = 2,
}
