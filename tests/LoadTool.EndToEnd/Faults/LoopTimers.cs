using System.Runtime.CompilerServices;
using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Faults;

/// <summary>What is still armed on a loop: a timer that outlives its socket holds the socket.</summary>
internal static class LoopTimers
{
    /// <summary>On the loop's thread.</summary>
    public static int Count(EventLoop loop) => Heap(loop).Count;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_timers")]
    private static extern ref readonly TimerHeap Heap(EventLoop loop);
}
