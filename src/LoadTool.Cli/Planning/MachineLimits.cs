using System.Globalization;
using LoadTool.Sockets;

namespace LoadTool.Cli.Planning;

/// <summary>What this machine and this process may have; null where the system does not say.</summary>
/// <param name="OpenFiles">Descriptors of this process.</param>
/// <param name="Ports">Local ports that the system gives to connections.</param>
/// <param name="MemoryBytes">Memory that is free, or would be if asked for.</param>
internal sealed record MachineLimits(long? OpenFiles, PortRange? Ports, long? MemoryBytes)
{
    internal static MachineLimits Read() => new(Descriptors.Limit, LocalPorts.OfSystem, FreeMemory());

    /// <summary>What the machine has free, within what a container allows.</summary>
    private static long FreeMemory()
    {
        long allowed = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet;
        const string File = "/proc/meminfo", Name = "MemAvailable:";
        string? line = OperatingSystem.IsLinux() && System.IO.File.Exists(File)
            ? System.IO.File.ReadLines(File).FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal))
            : null;
        return line is not null && long.TryParse(line[Name.Length..].Replace("kB", "").Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes)
            ? Math.Min(allowed, kilobytes * 1024)
            : allowed;
    }
}
