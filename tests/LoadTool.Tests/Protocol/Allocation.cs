namespace LoadTool.Tests.Protocol;

internal static class Allocation
{
    /// <summary>
    /// Bytes this thread allocates while the action runs, after one run that compiles it: the least of up to three runs, for a collection that another
    /// test causes may trim the array pool in the middle of one.
    /// </summary>
    public static long Of(Action action)
    {
        action();
        long least = long.MaxValue;
        for (int run = 0; run < 3 && least > 0; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
