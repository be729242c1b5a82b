using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;

namespace Windows.Networking.Sockets;

/// <content>The ways to end that Windows has no word for.</content>
public abstract partial class WebSocketBase
{
    /// <summary>
    /// Closes, and waits for the server's Close frame: <see cref="Close"/> with its answer. Called again, and after <see cref="Close"/>, it joins the
    /// closing handshake that is under way. An addition to the documented surface.
    /// </summary>
    /// <param name="code">The close code to send; 1005 sends an empty Close frame.</param>
    /// <param name="reason">At most 123 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Ends the wait; the closing handshake goes on.</param>
    /// <returns>
    /// What the server's Close frame said, and how long it took to come. When the server closed first, what it said then.
    /// </returns>
    /// <exception cref="ArgumentException">The code must not be sent, or the reason is too long.</exception>
    /// <exception cref="InvalidOperationException">Not connected yet.</exception>
    /// <exception cref="ObjectDisposedException">Disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="WebSocketTransportException">No Close frame came: within 10 s (Timeout), or before the connection ended.</exception>
    public async Task<WebSocketCloseResult> CloseAsync(ushort code = CloseCodes.Normal, string reason = "", CancellationToken cancellationToken = default)
    {
        CloseFrame.Validate(code, reason);
        if (_disposeCalled)
            throw Failures.Closed(GetType().Name);
        if (_stage is Stage.Created or Stage.Connecting)
            throw Failures.IllegalCall("CloseAsync needs a connected socket; Dispose or Abort ends one that is not.");
        _closeCalled = true;
        return await AwaitAsync(() => CloseOnLoopAsync(code, reason ?? ""), cancellationToken);
    }

    /// <summary>
    /// Ends everything at once and without a word: TCP with a RST; what is awaited fails as closed locally, a connect in progress too. From any thread, in
    /// any state, repeatable; a socket that is not connected stays usable. An addition to the documented surface.
    /// </summary>
    public void Abort()
    {
        _abortCalled = true;
        OnLoop(() => _channel?.Abort());
    }

    private Task<WebSocketCloseResult> CloseOnLoopAsync(ushort code, string reason)
    {
        ClientChannel channel = _channel!;
        switch (_stage)
        {
            case Stage.Open:
                Task<WebSocketCloseResult> closed = channel.AwaitCloseAsync();
                CloseOnLoop(code, reason);
                return closed;
            case Stage.ClosedHere when channel.IsCloseAwaitable:
                return channel.AwaitCloseAsync();
            case Stage.ClosedByPeer:
                return Task.FromResult(new WebSocketCloseResult(_closeCode, _closeReason, TimeSpan.Zero));
            case Stage.Aborted:
                return Task.FromException<WebSocketCloseResult>(_failure!);
            default:
                return Task.FromException<WebSocketCloseResult>(Failures.Closed(GetType().Name));
        }
    }

    /// <summary>Runs something on the loop from any thread, and waits for it no longer than wanted.</summary>
    private async Task<T> AwaitAsync<T>(Func<Task<T>> start, CancellationToken cancellationToken)
    {
        Task<T>? ended = null;
        if (Loop.IsCurrent)
            ended = start();
        else
            await Loop.RunAsync(() => { ended = start(); return Task.CompletedTask; });
        try
        {
            return cancellationToken.CanBeCanceled ? await HereAsync(ended!).WaitAsync(cancellationToken) : await ended!;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw Failures.Cancelled(cancellationToken);
        }
    }

    /// <summary>A task that ends where it is awaited: on a loop its end is a turn of the loop, and does not pass through the thread pool.</summary>
    private static async Task<T> HereAsync<T>(Task<T> task) => await task;
}
