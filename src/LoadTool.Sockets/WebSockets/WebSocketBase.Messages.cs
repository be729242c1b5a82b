using LoadTool.Sockets;

namespace Windows.Networking.Sockets;

/// <content>What a load tester asks of single messages.</content>
public abstract partial class WebSocketBase
{
    /// <summary>
    /// Sends a ping and waits for its pong. Several may be under way; a pong that answers a later one answers the earlier ones too, as RFC 6455 allows
    /// a server. An addition to the documented surface.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait; the socket stays usable.</param>
    /// <returns>The time from handing the ping to the system, which a frame under way delays, to reading its pong.</returns>
    /// <exception cref="InvalidOperationException">Not connected, or 1,024 pings are under way.</exception>
    /// <exception cref="ObjectDisposedException">Closed or disposed here before.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="WebSocketTransportException">The connection broke, or was closed, before the pong came.</exception>
    public Task<TimeSpan> PingAsync(CancellationToken cancellationToken = default)
    {
        if (CannotSend() is { } cause)
            return Task.FromException<TimeSpan>(cause);
        return AwaitAsync(
            () => CannotSend() is { } later ? Task.FromException<TimeSpan>(later) : _channel!.PingAsync(cancellationToken),
            cancellationToken);
    }

    /// <summary>Something of the tuning changed: a socket that is connecting or connected hears of it on its loop.</summary>
    internal void Retune()
    {
        if (_connectCalled && !_disposeCalled)
            OnLoop(() => { if (_channel is { } channel) Options.TuningIfAny?.Tune(channel); });
    }
}
