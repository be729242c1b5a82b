using System.Net.WebSockets;
using LoadTool.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool.Compatibility;

/// <summary>
/// A <see cref="MessageWebSocket"/> with the methods of NBomber's WebSocket, so that scenarios written for that keep their lines. Each message is copied once, and costs an
/// allocation; in new scenarios <see cref="MessageWebSocket"/> itself does without.
/// </summary>
public sealed class WebSocketClient : IDisposable
{
    /// <summary>The socket behind it, with all its options.</summary>
    public MessageWebSocket Socket { get; } = new();

    /// <inheritdoc cref="Connect(Uri, CancellationToken)"/>
    /// <exception cref="UriFormatException"><paramref name="url"/> is no URL.</exception>
    public Task Connect(string url, CancellationToken cancellationToken = default) => Connect(new Uri(url), cancellationToken);

    /// <summary>Connects, once.</summary>
    /// <param name="url">Where to: ws or wss.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Ends with the handshake.</returns>
    /// <exception cref="WebSocketTransportException">The connection did not come to be.</exception>
    public Task Connect(Uri url, CancellationToken cancellationToken = default) => Socket.ConnectAsync(url, cancellationToken);

    /// <summary>Sends a text message.</summary>
    /// <param name="text">Encoded as UTF-8.</param>
    /// <param name="cancellationToken">Heard before the message begins.</param>
    /// <returns>Ends when the system has taken the message.</returns>
    /// <exception cref="WebSocketTransportException">The connection broke.</exception>
    public ValueTask Send(string text, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Socket.SendAsync(text);
    }

    /// <summary>Sends a binary message.</summary>
    /// <param name="payload">Left unchanged until the task ends.</param>
    /// <param name="cancellationToken">Heard before the message begins.</param>
    /// <returns>Ends when the system has taken the message.</returns>
    /// <exception cref="WebSocketTransportException">The connection broke.</exception>
    public ValueTask Send(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Socket.SendAsync(payload);
    }

    /// <summary>Receives one message.</summary>
    /// <param name="cancellationToken">Ends the wait; the socket stays usable.</param>
    /// <returns>The message; the caller disposes of it.</returns>
    /// <exception cref="WebSocketTransportException">The connection broke, or the server closed it.</exception>
    public async ValueTask<WebSocketResponse> Receive(CancellationToken cancellationToken = default) =>
        new((await Socket.ReceiveAsync(cancellationToken)).Span);

    /// <summary>Closes the connection in order.</summary>
    /// <param name="closeStatus">The close code.</param>
    /// <param name="cancellationToken">Ends the wait for the server's answer.</param>
    /// <returns>Ends with the closing handshake.</returns>
    /// <exception cref="WebSocketTransportException">The connection broke before.</exception>
    public Task Close(WebSocketCloseStatus closeStatus = WebSocketCloseStatus.NormalClosure, CancellationToken cancellationToken = default) =>
        Socket.CloseAsync((ushort)closeStatus, cancellationToken: cancellationToken);

    /// <summary>Closes the socket, without waiting for the server.</summary>
    public void Dispose() => Socket.Dispose();
}
