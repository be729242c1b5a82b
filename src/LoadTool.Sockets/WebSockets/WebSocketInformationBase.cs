using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using LoadTool.Sockets;
using Windows.Security.Cryptography.Certificates;

namespace Windows.Networking.Sockets;

/// <summary>What is known about a socket of either kind; readable at any time.</summary>
public abstract class WebSocketInformationBase : IWebSocketInformation2
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

    /// <inheritdoc/>
    public X509Certificate2? ServerCertificate => Validation?.Certificate;

    /// <inheritdoc/>
    public IReadOnlyList<X509Certificate2> ServerIntermediateCertificates => Validation?.Intermediates ?? [];

    /// <inheritdoc/>
    public IReadOnlyList<ChainValidationResult> ServerCertificateErrors => Validation?.Errors ?? [];

    /// <inheritdoc/>
    public SocketSslErrorSeverity ServerCertificateErrorSeverity => Validation?.Severity ?? SocketSslErrorSeverity.None;

    /// <summary>The version of TLS agreed on; null without TLS. An addition to the documented surface.</summary>
    public SslProtocols? TlsProtocol { get; internal set; }

    /// <summary>The cipher suite agreed on; null without TLS. An addition to the documented surface.</summary>
    public TlsCipherSuite? TlsCipherSuite { get; internal set; }

    /// <summary>
    /// True when the TLS handshake resumed an earlier session with the server, false when it made a new one; null without TLS, or where it could not be told.
    /// An addition to the documented surface.
    /// </summary>
    public bool? IsTlsResumed { get; internal set; }

    /// <summary>How the last attempt to connect went, also when it failed; null before the first. An addition to the documented surface.</summary>
    public HandshakeInfo? Handshake { get; internal set; }

    internal ServerValidation? Validation { get; set; }
}
