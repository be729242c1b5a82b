using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using LoadTool.Sockets;
using Windows.Security.Cryptography.Certificates;

namespace Windows.Networking.Sockets;

/// <summary>What is known about a socket of either kind; readable at any time.</summary>
public abstract class WebSocketInformationBase : IWebSocketInformation
{
    private protected WebSocketInformationBase()
    {
    }

    /// <inheritdoc/>
    public HostName? LocalAddress => LocalEndPoint is { } local ? new HostName(local.Address.ToString()) : null;

    /// <inheritdoc/>
    public BandwidthStatistics BandwidthStatistics => default;

    /// <inheritdoc/>
    public string? Protocol { get; internal set; }

    /// <summary>This end's address and port; null before the connection is made. An addition to the documented surface.</summary>
    public IPEndPoint? LocalEndPoint { get; internal set; }

    /// <summary>The server's own certificate; null before TLS is up.</summary>
    public X509Certificate2? ServerCertificate => Validation?.Certificate;

    /// <summary>The certificates that the server sent between its own and the root.</summary>
    public IReadOnlyList<X509Certificate2> ServerIntermediateCertificates => Validation?.Intermediates ?? [];

    /// <summary>Errors found in the server's certificate, the ignored ones too.</summary>
    public IReadOnlyList<ChainValidationResult> ServerCertificateErrors => Validation?.Errors ?? [];

    /// <summary>The worst of <see cref="ServerCertificateErrors"/>.</summary>
    public SocketSslErrorSeverity ServerCertificateErrorSeverity => Validation?.Severity ?? SocketSslErrorSeverity.None;

    /// <summary>The version of TLS agreed on; null without TLS. An addition to the documented surface.</summary>
    public SslProtocols? TlsProtocol { get; internal set; }

    /// <summary>The cipher suite agreed on; null without TLS. An addition to the documented surface.</summary>
    public TlsCipherSuite? TlsCipherSuite { get; internal set; }

    /// <summary>What permessage-deflate did so far; null when it was not agreed on. An addition to the documented surface.</summary>
    public CompressionFigures? Compression => Deflate?.Figures;

    internal MessageCompression? Deflate { get; set; }

    internal ServerValidation? Validation { get; set; }
}
