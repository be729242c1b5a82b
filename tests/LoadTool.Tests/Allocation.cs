namespace LoadTool.Tests;

internal static class Allocation
{
    private const int Runs = 5;

    /// <summary>How often <see cref="Of"/> calls its action.</summary>
    public const int Calls = 1 + Runs;

    /// <summary>
    /// Bytes this thread allocates while the action runs, after one run that compiles it: the least of several runs, for a collection that another
    /// thread starts in the middle adds what is left of this thread's allocation context.
    /// </summary>
    public static long Of(Action action)
    {
        action();
        long least = long.MaxValue;
        for (int run = 0; run < Runs; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
