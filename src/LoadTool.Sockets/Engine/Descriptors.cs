namespace LoadTool.Sockets;

/// <summary>How many descriptors (open files) this process may have, and which of them sockets leave alone.</summary>
internal static class Descriptors
{
    /// <summary>
    /// The last ones are not for sockets. With none left the runtime itself may fail, and end the process before it has told anybody;
    /// and results have still to be written.
    /// </summary>
    internal const int Reserved = 32;

    // Where the system gives handles instead of small numbers, none is reserved.
    private static readonly long FirstReserved = Limit is { } limit ? limit - Reserved : long.MaxValue;

    /// <summary>The limit now in force (soft), or null where the system does not say.</summary>
    internal static long? Limit => OperatingSystem.IsLinux() ? Libc.OpenFilesLimit() : null;

    /// <summary>True for a descriptor that a socket must give back at once: the system gives the lowest that is free, so hardly any is left.</summary>
    internal static bool IsReserved(long descriptor) => descriptor >= FirstReserved;
}
