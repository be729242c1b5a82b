using System.Net;

namespace Windows.Networking.Sockets;

/// <summary>Options that message and stream sockets have in common.</summary>
public interface IWebSocketControl
{
    /// <summary>SO_SNDBUF in bytes; 0, the default, leaves the system's own tuning in force. Without effect once connected.</summary>
    uint OutboundBufferSizeInBytes { get; set; }

    /// <summary>Given once to a server that refuses with 401 and asks for Basic; null by default. A user name is needed, else E_INVALIDARG.</summary>
    /// <exception cref="InvalidOperationException">ConnectAsync was called already.</exception>
    NetworkCredential? ServerCredential { get; set; }

    /// <summary>Given once to a proxy that refuses with 407 and asks for Basic; null by default. A user name is needed, else E_INVALIDARG.</summary>
    /// <exception cref="InvalidOperationException">ConnectAsync was called already.</exception>
    NetworkCredential? ProxyCredential { get; set; }

    /// <summary>Subprotocols to offer, in order of preference; changes after the socket is connected have no effect.</summary>
    IList<string> SupportedProtocols { get; }
}
