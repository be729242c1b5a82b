namespace LoadTool.Sockets;

/// <summary>How the arrays of a loop grow that hold something of each of its sockets.</summary>
internal static class Growth
{
    private const int Large = 1024;

    /// <summary>Twice as many while they are few, then a quarter more: the room of a doubled array for sockets that never come would be paid by those that are there.</summary>
    internal static int Next(int count) => count < Large ? count * 2 : count + (count / 4);
}
