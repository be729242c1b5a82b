using Windows.Security.Cryptography.Certificates;

namespace Windows.Networking.Sockets;

/// <summary>Adds the server's certificate to <see cref="IWebSocketControl"/>.</summary>
public interface IWebSocketControl2 : IWebSocketControl
{
    /// <summary>
    /// Errors of the server's certificate that do not fail the connection; none by default. Errors that are
    /// <see cref="SocketSslErrorSeverity.Fatal"/> fail it all the same. Changes after the socket is connected have no effect.
    /// </summary>
    IList<ChainValidationResult> IgnorableServerCertificateErrors { get; }
}
