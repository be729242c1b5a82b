using System.Net.Security;
using System.Security.Authentication;

namespace LoadTool.Sockets;

/// <summary>What is known of one TLS handshake; apart, because a socket without TLS keeps none of it.</summary>
/// <param name="Validation">The judgement of the server's certificate.</param>
internal sealed record TlsFacts(ServerValidation Validation)
{
    internal SslProtocols? Protocol { get; init; }

    internal TlsCipherSuite? CipherSuite { get; init; }

    internal bool? IsResumed { get; init; }
}
