using System.Diagnostics;

namespace LoadTool;

/// <summary>What the generator itself cost, as the system counts it for the process.</summary>
/// <param name="CpuUser">Processor time in user code.</param>
/// <param name="CpuSystem">Processor time in the kernel.</param>
/// <param name="AllocatedBytes">Managed bytes allocated, by scripts too.</param>
/// <param name="GcPause">Time that garbage collection held all threads.</param>
/// <param name="MaxRssBytes">Largest resident memory so far.</param>
public readonly record struct GeneratorCost(TimeSpan CpuUser, TimeSpan CpuSystem, long AllocatedBytes, TimeSpan GcPause, long MaxRssBytes)
{
    /// <summary>The cost from process start until now.</summary>
    /// <returns>The reading.</returns>
    public static GeneratorCost Read()
    {
        Environment.ProcessCpuUsage cpu = Environment.CpuUsage;
        using Process process = Process.GetCurrentProcess();
        return new GeneratorCost(cpu.UserTime, cpu.PrivilegedTime, GC.GetTotalAllocatedBytes(precise: false), GC.GetTotalPauseDuration(), process.PeakWorkingSet64);
    }

    /// <summary>The cost between two readings; the largest memory is the later one's.</summary>
    /// <param name="later">The later reading.</param>
    /// <param name="earlier">The earlier reading.</param>
    public static GeneratorCost operator -(GeneratorCost later, GeneratorCost earlier) => new(
        later.CpuUser - earlier.CpuUser,
        later.CpuSystem - earlier.CpuSystem,
        later.AllocatedBytes - earlier.AllocatedBytes,
        later.GcPause - earlier.GcPause,
        later.MaxRssBytes);
}
