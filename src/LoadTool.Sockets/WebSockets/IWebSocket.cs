using Windows.Foundation;
using Windows.Storage.Streams;

namespace Windows.Networking.Sockets;

/// <summary>What message and stream sockets have in common.</summary>
public interface IWebSocket : IDisposable
{
    /// <summary>Raised once: the server's Close frame arrived, or the socket was closed here.</summary>
    event TypedEventHandler<IWebSocket, WebSocketClosedEventArgs>? Closed;

    /// <summary>The stream that messages are written to; the same instance each time.</summary>
    IOutputStream OutputStream { get; }

    /// <summary>Connects: DNS, TCP, TLS, HTTP upgrade.</summary>
    /// <param name="uri">An absolute ws or wss URI.</param>
    /// <param name="cancellationToken">Ends the attempt; harmless afterwards.</param>
    Task ConnectAsync(Uri uri, CancellationToken cancellationToken = default);

    /// <summary>Adds a header to the upgrade request; only before <see cref="ConnectAsync"/>.</summary>
    /// <param name="headerName">The header's name.</param>
    /// <param name="headerValue">Its value, sent as it stands.</param>
    void SetRequestHeader(string headerName, string headerValue);

    /// <summary>Starts the closing handshake and returns at once.</summary>
    /// <param name="code">The close code; 1005 with an empty reason sends an empty Close frame.</param>
    /// <param name="reason">At most 123 bytes of UTF-8.</param>
    void Close(ushort code, string reason);
}
