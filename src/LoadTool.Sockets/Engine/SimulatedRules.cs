namespace LoadTool.Sockets;

/// <summary>What a simulated network does to the connections with a server. Times are nanoseconds; moments count from the simulation's start.</summary>
internal sealed record SimulatedRules
{
    /// <summary>One way of a short local network. Not zero: users that never wait would then stop the time.</summary>
    internal const long DefaultDelay = 100_000;

    /// <summary>From an end to the other, for whatever is sent.</summary>
    internal long Delay { get; init; } = DefaultDelay;

    /// <summary>At most this much more, each value as likely as the others; nothing overtakes what was sent before it.</summary>
    internal long Jitter { get; init; }

    /// <summary>Each read finds at most this many bytes, or fewer, as chance has it; 0 leaves whole what was sent at once.</summary>
    internal int PieceBytes { get; init; }

    /// <summary>Whatever would arrive in one of these spans arrives at its end.</summary>
    internal IReadOnlyList<(long From, long Length)> Stalls { get; init; } = [];

    /// <summary>Attempts to connect that begin in one of these spans are refused.</summary>
    internal IReadOnlyList<(long From, long Length)> Refusals { get; init; } = [];

    /// <summary>The probability that a read finds a reset in place of its bytes.</summary>
    internal double ResetChance { get; init; }

    /// <summary>Bytes, of both ways together, after which the connection is reset.</summary>
    internal long ResetAfterBytes { get; init; } = long.MaxValue;

    /// <summary>The probability that nothing of a connection ever arrives, which the one that connects finds out by waiting.</summary>
    internal double LossChance { get; init; }

    /// <summary>From this moment on nothing that is sent arrives.</summary>
    internal long LostFrom { get; init; } = long.MaxValue;
}
