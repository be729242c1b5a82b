namespace LoadTool.Sockets;

/// <summary>What befalls one simulated connection: its network's rules, with chance of its own, so that no connection changes another's.</summary>
/// <param name="rules">The rules.</param>
/// <param name="chance">For this connection alone.</param>
/// <param name="startedAt">When the simulation began, nanoseconds of its clock.</param>
internal sealed class SimulatedLink(SimulatedRules rules, SimulatedChance chance, long startedAt)
{
    private readonly bool _isLost = chance.Happens(rules.LossChance);
    private long _arrivedBytes;

    /// <summary>When what is sent at a moment arrives.</summary>
    /// <param name="sentAt">The moment.</param>
    /// <param name="notBefore">When what was sent before it arrives.</param>
    internal long ArrivalOf(long sentAt, long notBefore)
    {
        long arrival = Math.Max(notBefore, sentAt + rules.Delay + chance.UpTo(rules.Jitter));
        foreach ((long from, long length) in rules.Stalls)
        {
            if (arrival - startedAt >= from && arrival - startedAt < from + length)
                arrival = startedAt + from + length;
        }

        return arrival;
    }

    internal bool Loses(long sentAt) => _isLost || sentAt - startedAt >= rules.LostFrom;

    /// <summary>How many of the next bytes are one piece.</summary>
    internal int NextPiece(int bytes) => rules.PieceBytes == 0 ? bytes : Math.Min(bytes, 1 + (int)chance.UpTo(rules.PieceBytes - 1));

    /// <summary>Counts bytes that arrive.</summary>
    /// <returns>How many do before the connection is reset; fewer than <paramref name="bytes"/> when it is now.</returns>
    internal int Admit(int bytes)
    {
        if (chance.Happens(rules.ResetChance))
            return 0;
        int admitted = (int)Math.Min(bytes, rules.ResetAfterBytes - _arrivedBytes);
        _arrivedBytes += admitted;
        return admitted;
    }
}
