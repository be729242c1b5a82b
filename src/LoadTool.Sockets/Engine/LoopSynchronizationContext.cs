namespace LoadTool.Sockets;

/// <summary>Brings foreign awaits (HttpClient, files, timers of the thread pool) back to the loop that started them.</summary>
internal sealed class LoopSynchronizationContext(EventLoop loop) : SynchronizationContext
{
    internal EventLoop Loop => loop;

    public override void Post(SendOrPostCallback d, object? state) => loop.Post(d, state);

    /// <summary>Runs inline on the loop; from elsewhere it would have to block, which no loop ever waits for.</summary>
    public override void Send(SendOrPostCallback d, object? state)
    {
        if (!loop.IsCurrent)
            throw new NotSupportedException("An event loop cannot be waited for; use Post.");
        d(state);
    }

    public override SynchronizationContext CreateCopy() => this;
}
