using LoadTool.Sockets;

namespace LoadTool.Cli.Commands;

/// <summary>Each socket is an open file, and a process may have only so many: better said before the load than by thousands of failures in it.</summary>
internal static class DescriptorLimit
{
    /// <summary>What the runtime, the results and the loops keep open beside the sockets.</summary>
    internal const int OtherFiles = 200;

    /// <param name="users">Most virtual users side by side; one socket is counted for each.</param>
    /// <param name="ownsTarget">The run starts the target server itself.</param>
    /// <exception cref="UsageException">The load needs more sockets than this process may have.</exception>
    internal static void Require(long users, bool ownsTarget)
    {
        long needed = users + OtherFiles;
        if (users == 0 || Descriptors.Limit is not { } limit || needed <= limit)
            return;
        string both = ownsTarget ? " (the target server that the run starts needs as many)" : "";
        throw new UsageException(
            $"{users} virtual users need about {needed} open files, and this process may have {limit}{both}: raise the limit with `ulimit -n {needed}` (above the hard limit: as root, or in /etc/security/limits.conf), or use fewer users");
    }
}
