namespace LoadTool.Sockets;

/// <summary>Waits for the peer's Close frame. On its loop's thread.</summary>
/// <param name="startedAt">When the wait began, nanoseconds of the loop's clock.</param>
internal sealed class ClosingWait(long startedAt)
{
    private readonly TaskCompletionSource<WebSocketCloseResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task<WebSocketCloseResult> Task => _done.Task;

    internal void End(ushort code, string reason, long receivedAt) =>
        _done.TrySetResult(new WebSocketCloseResult(code, reason, LoopTime.Span(receivedAt - startedAt)));

    internal void Fail(Exception cause) => _done.TrySetException(cause);
}
