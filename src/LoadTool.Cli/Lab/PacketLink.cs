namespace LoadTool.Cli.Lab;

/// <summary>One direction of a link, without I/O: packets in at one moment, out at a later one in the same order, or never.</summary>
internal sealed class PacketLink(LinkOptions options, long seed)
{
    /// <summary>The largest packet.</summary>
    internal const int MaxPacketBytes = 1_500;

    /// <summary>How many packets may be on their way: more are dropped at the entrance, as in any router.</summary>
    internal const int Capacity = 4_096;

    private readonly SeededRandom _random = new(seed);
    private readonly Packet[] _ring = new Packet[Capacity];
    private readonly long _delay = (long)options.Delay.TotalNanoseconds;
    private long _offered, _lost, _dropped;
    private int _first, _waiting;
    private long _entranceFreeAt = long.MinValue;

    /// <summary>What became of all packets so far.</summary>
    internal LinkCounts Counts => new(_offered, _lost, _dropped, _waiting);

    /// <summary>When the next packet comes out, in nanoseconds; <see cref="long.MaxValue"/> when none is on its way.</summary>
    internal long NextDueAt => _waiting == 0 ? long.MaxValue : _ring[_first].DueAt;

    /// <summary>Takes a packet in.</summary>
    /// <param name="bytes">Copied; at most <see cref="MaxPacketBytes"/>.</param>
    /// <param name="now">Nanoseconds; never less than before.</param>
    internal void Offer(ReadOnlySpan<byte> bytes, long now)
    {
        _offered++;
        if (options.Loss > 0 && _random.NextDouble() < options.Loss)
        {
            _lost++;
            return;
        }

        if (_waiting == Capacity)
        {
            _dropped++;
            return;
        }

        // A packet begins to enter when the one before it has: that is what a rate does to a burst.
        long entersAt = Math.Max(now, _entranceFreeAt);
        _entranceFreeAt = options.BytesPerSecond > 0 ? entersAt + (long)(bytes.Length * 1e9 / options.BytesPerSecond) : entersAt;
        ref Packet packet = ref _ring[(_first + _waiting++) % Capacity];
        packet.Bytes ??= new byte[MaxPacketBytes];
        (packet.Length, packet.DueAt) = (bytes.Length, _entranceFreeAt + _delay);
        bytes.CopyTo(packet.Bytes);
    }

    /// <summary>Takes the next packet out, if it is due.</summary>
    /// <param name="now">Nanoseconds.</param>
    /// <param name="bytes">Valid until the next call of <see cref="Offer"/>.</param>
    internal bool TryTake(long now, out ReadOnlySpan<byte> bytes)
    {
        if (NextDueAt > now)
        {
            bytes = default;
            return false;
        }

        ref Packet packet = ref _ring[_first];
        bytes = packet.Bytes.AsSpan(0, packet.Length);
        _first = (_first + 1) % Capacity;
        _waiting--;
        return true;
    }

    private struct Packet
    {
        internal byte[]? Bytes;
        internal int Length;
        internal long DueAt;
    }
}
