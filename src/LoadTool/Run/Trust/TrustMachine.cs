using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;

namespace LoadTool;

/// <summary>What a run asks its machine about itself.</summary>
internal static class TrustMachine
{
    /// <summary>Processor time of the whole machine since it started, in ticks of the kernel; null where the system does not tell.</summary>
    internal static (long Busy, long Stolen, long All)? ReadProcessors()
    {
        const string File = "/proc/stat";
        if (!System.IO.File.Exists(File))
            return null;

        // cpu user nice system idle iowait irq softirq steal; what follows is contained in user and nice.
        long[] ticks = [.. System.IO.File.ReadLines(File).First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9].Select(text => long.Parse(text, CultureInfo.InvariantCulture))];
        return (ticks.Sum() - ticks[3] - ticks[4] - ticks[7], ticks[7], ticks.Sum());
    }

    /// <summary>Descriptors that this process has open now; 0 where the system does not tell.</summary>
    internal static long CountDescriptors() => Directory.Exists("/proc/self/fd") ? Directory.EnumerateFileSystemEntries("/proc/self/fd").LongCount() : 0;

    /// <summary>True when a target is on this machine, by what its address says: names other than localhost are not resolved.</summary>
    internal static bool IsLocal(Uri target) =>
        target.IsLoopback
        || (IPAddress.TryParse(target.DnsSafeHost, out IPAddress? address)
            && NetworkInterface.GetAllNetworkInterfaces().Any(network => network.GetIPProperties().UnicastAddresses.Any(own => own.Address.Equals(address))));
}
