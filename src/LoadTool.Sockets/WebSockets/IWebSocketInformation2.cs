using System.Security.Cryptography.X509Certificates;
using Windows.Security.Cryptography.Certificates;

namespace Windows.Networking.Sockets;

/// <summary>Adds the server's certificate to <see cref="IWebSocketInformation"/>.</summary>
public interface IWebSocketInformation2 : IWebSocketInformation
{
    /// <summary>The server's own certificate; null before TLS is up.</summary>
    X509Certificate2? ServerCertificate { get; }

    /// <summary>The worst of <see cref="ServerCertificateErrors"/>.</summary>
    SocketSslErrorSeverity ServerCertificateErrorSeverity { get; }

    /// <summary>Errors found in the server's certificate, the ignored ones too.</summary>
    IReadOnlyList<ChainValidationResult> ServerCertificateErrors { get; }

    /// <summary>The certificates that the server sent between its own and the root.</summary>
    IReadOnlyList<X509Certificate2> ServerIntermediateCertificates { get; }
}
