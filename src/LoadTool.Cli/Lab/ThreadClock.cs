using System.Runtime.InteropServices;

namespace LoadTool.Cli.Lab;

/// <summary>The processor time of the calling thread.</summary>
internal static unsafe partial class ThreadClock
{
    private const int ThreadProcessorTime = 3;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Nanoseconds that the thread has run, in its own code and in the system; null where it is not Linux that tells.</summary>
    internal static long? Nanoseconds
    {
        get
        {
            long* time = stackalloc long[2];
            return OperatingSystem.IsLinux() && clock_gettime(ThreadProcessorTime, time) == 0 ? time[0] * NanosecondsPerSecond + time[1] : null;
        }
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, long* time);
}
