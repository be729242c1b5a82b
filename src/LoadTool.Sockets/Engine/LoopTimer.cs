namespace LoadTool.Sockets;

/// <summary>Something that is due at a moment on one event loop. Armed and disarmed only on the loop's thread.</summary>
internal abstract class LoopTimer
{
    /// <summary>Place in the loop's <see cref="TimerHeap"/>, or -1 when not armed.</summary>
    internal int HeapIndex = -1;

    internal bool IsArmed => HeapIndex >= 0;

    /// <summary>Called once, on the loop's thread, at or after the due moment; may arm itself again.</summary>
    /// <param name="dueAt">The moment asked for, nanoseconds of the loop's clock.</param>
    internal abstract void Fire(long dueAt);
}
