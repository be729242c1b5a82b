using System.Globalization;
using System.Net.Sockets;

namespace LoadTool.Sockets;

/// <summary>How a connection gets its own port out of a given range.</summary>
internal static class LocalPorts
{
    /// <summary>The system's own range, which the option of Linux only narrows; null where it cannot be read.</summary>
    internal static readonly PortRange? OfSystem = ReadSystemRange();

    /// <summary>How many ports the system has for connections that ask for none; null where it does not tell.</summary>
    internal static int? Count => OfSystem is { } system ? system.Last - system.First + 1 : null;

    /// <summary>
    /// True when Linux (6.3 on) can choose from the range as it connects: then one port serves as many connections as there are servers. A range
    /// that is not wholly inside the system's own it would ignore without a word.
    /// </summary>
    internal static bool CanNarrow(PortRange range) => OfSystem is { } system && system.First <= range.First && range.Last <= system.Last;

    /// <summary>The value of IP_LOCAL_PORT_RANGE.</summary>
    internal static int OptionValue(PortRange range) => range.Last << 16 | range.First;

    /// <summary>Tries the ports one after another, from a place in the range that differs from socket to socket, until one is free.</summary>
    /// <param name="range">What to choose from.</param>
    /// <param name="random">Decides where to begin.</param>
    /// <param name="bind">Tries one.</param>
    /// <returns>The last port's error when none is free, or one that another port would meet too.</returns>
    internal static SocketError BindFree(PortRange range, uint random, Func<int, SocketError> bind)
    {
        int count = range.Last - range.First + 1;
        int start = (int)(random % (uint)count);
        SocketError error = SocketError.AddressAlreadyInUse;
        for (int i = 0; i < count; i++)
        {
            error = bind(range.First + ((start + i) % count));
            if (error is not (SocketError.AddressAlreadyInUse or SocketError.AccessDenied))
                break;
        }

        return error;
    }

    /// <summary>A bind that names no port fails so for an address of another machine alone: that is a mistake, not exhaustion.</summary>
    internal static SocketError OfBind(SocketError error) => error == SocketError.AddressNotAvailable ? SocketError.InvalidArgument : error;

    private static PortRange? ReadSystemRange()
    {
        const string File = "/proc/sys/net/ipv4/ip_local_port_range";
        if (!OperatingSystem.IsLinux() || !System.IO.File.Exists(File))
            return null;
        string[] ends = System.IO.File.ReadAllText(File).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return new PortRange(int.Parse(ends[0], CultureInfo.InvariantCulture), int.Parse(ends[1], CultureInfo.InvariantCulture));
    }
}
