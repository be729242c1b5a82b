using System.Collections.Concurrent;

namespace LoadTool.Sockets;

/// <summary>
/// Runs the event handlers of one socket on the thread pool, one after another and in order, so that a handler that blocks
/// holds back its own socket and no other.
/// </summary>
internal sealed class EventPump(EventLoop loop, WebSocketChannel channel) : IThreadPoolWorkItem
{
    /// <summary>Events that may wait for a slow handler; past it the socket stops reading.</summary>
    private const int MaxWaiting = 64;

    private readonly ConcurrentQueue<Action> _events = new();

    // Events queued or running. Whoever raises it from 0 starts the pump; the pump ends when it brings it back to 0.
    private int _waiting;
    private bool _paused;

    internal void Raise(Action raise)
    {
        _events.Enqueue(raise);
        int waiting = Interlocked.Increment(ref _waiting);
        if (waiting == 1)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        if (waiting > MaxWaiting && !_paused)
        {
            _paused = true;
            channel.PauseReceiving();
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        do
        {
            _events.TryDequeue(out Action? raise);
            raise!();
            if (Volatile.Read(ref _waiting) == MaxWaiting / 2)
                loop.Post(_ => Resume(), null);
        }
        while (Interlocked.Decrement(ref _waiting) > 0);
        loop.Post(_ => Resume(), null);
    }

    private void Resume()
    {
        if (!_paused)
            return;
        _paused = false;
        channel.ResumeReceiving();
    }
}
