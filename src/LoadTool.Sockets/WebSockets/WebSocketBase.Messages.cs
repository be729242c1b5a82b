using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;

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

    /// <summary>
    /// Sends one thing that breaks the protocol, to see what the server makes of it; <see cref="WebSocketFault"/> tells what it should. It waits its turn
    /// behind messages; nothing else about the socket changes. An addition to the documented surface.
    /// </summary>
    /// <param name="fault">What to send.</param>
    /// <param name="cancellationToken">Heard before the bytes are queued; half a frame cannot be taken back.</param>
    /// <returns>Ends when the system has taken the bytes.</returns>
    /// <exception cref="ArgumentException">Not a value of the enumeration.</exception>
    /// <exception cref="InvalidOperationException">Not connected.</exception>
    /// <exception cref="ObjectDisposedException">Closed or disposed here.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="WebSocketTransportException">The connection broke, or the peer took nothing for as long as <see cref="WebSocketTuning.StallLimit"/>.</exception>
    public async Task SendFaultAsync(WebSocketFault fault, CancellationToken cancellationToken = default)
    {
        byte[] bytes = FaultBytes.Of(fault);
        if (cancellationToken.IsCancellationRequested)
            throw Failures.Cancelled(cancellationToken);
        if (CannotSend() is { } cause)
            throw cause;
        if (Loop.IsCurrent)
            await _channel!.SendRawAsync(bytes);
        else
            await Loop.RunAsync(() => CannotSend() is { } later ? Task.FromException(later) : _channel!.SendRawAsync(bytes).AsTask());
    }

    /// <summary>Something of the tuning changed: a socket that is connecting or connected hears of it on its loop.</summary>
    internal void Retune()
    {
        if (_connectCalled && !_disposeCalled)
            OnLoop(() => { if (_channel is { } channel) Options.TuningIfAny?.Tune(channel); });
    }
}
