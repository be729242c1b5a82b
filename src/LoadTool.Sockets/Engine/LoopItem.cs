namespace LoadTool.Sockets;

/// <summary>Work posted to an event loop. Intrusive, so that what is posted again and again costs no allocation.</summary>
internal abstract class LoopItem
{
    /// <summary>The link of <see cref="PostQueue"/>; belongs to the queue from Push until the item runs.</summary>
    internal LoopItem? Next;

    /// <summary>Runs on the loop's thread.</summary>
    internal abstract void Run();
}

/// <summary>A delegate posted to an event loop.</summary>
internal sealed class PostedCallback(SendOrPostCallback callback, object? state) : LoopItem
{
    internal override void Run()
    {
        // Most often code of a script that awaited something foreign; whose, nobody kept.
        EventLoop loop = EventLoop.Current!;
        long before = loop.BeginActing(actor: null);
        callback(state);
        loop.EndActing(before, outer: null);
    }
}
