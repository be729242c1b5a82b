using System.Runtime.InteropServices;

namespace LoadTool.Cli.Commands;

/// <summary>Each socket is an open file, and a process may have only so many: better said before the load than by thousands of failures in it.</summary>
internal static partial class DescriptorLimit
{
    /// <summary>What the runtime, the results and the loops keep open beside the sockets.</summary>
    private const int OtherFiles = 200;

    private const int OpenFiles = 7;

    /// <summary>Open files that this process may have, or null where the system does not say.</summary>
    internal static long? Current
    {
        get
        {
            if (!OperatingSystem.IsLinux())
                return null;
            Limits limits = default;
            return getrlimit(OpenFiles, ref limits) == 0 ? (long)Math.Min(limits.Soft, long.MaxValue) : null;
        }
    }

    /// <exception cref="UsageException">The load needs more sockets than this process may have.</exception>
    internal static void Require(IReadOnlyList<Scenario> scenarios, bool ownsTarget)
    {
        long users = scenarios.Sum(scenario => (long)scenario.Simulations.Select(simulation => simulation.Copies).DefaultIfEmpty(0).Max());
        long needed = users + OtherFiles;
        if (users == 0 || Current is not { } limit || needed <= limit)
            return;
        string both = ownsTarget ? " (the target server that the run starts needs as many)" : "";
        throw new UsageException(
            $"{users} virtual users need about {needed} open files, and this process may have {limit}{both}: raise the limit with `ulimit -n {needed}` (above the hard limit: as root, or in /etc/security/limits.conf), or use fewer users");
    }

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, ref Limits limits);

    private struct Limits
    {
        public ulong Soft;
        public ulong Hard;
    }
}
