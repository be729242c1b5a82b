namespace LoadTool.Tests.Protocol;

internal static class Allocation
{
    /// <summary>Bytes this thread allocates while the action runs, after one run that compiles it.</summary>
    public static long Of(Action action)
    {
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
