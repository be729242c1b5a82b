using System.Numerics;

namespace LoadTool;

/// <summary>One message of a broadcast as one loop's receivers see it.</summary>
/// <param name="sender">Whose it is.</param>
/// <param name="sequence">Which of the sender's.</param>
/// <param name="sentAt">The moment in its marker.</param>
/// <param name="seats">Receivers' places that there are.</param>
internal sealed class OpenBroadcast(BroadcastSender sender, long sequence, long sentAt, int seats)
{
    private const int BitsPerWord = 64;

    private readonly ulong[] _reached = new ulong[(seats + BitsPerWord - 1) / BitsPerWord];
    private long[] _latencies = new long[seats];
    private int _count;

    internal BroadcastSender Sender => sender;

    internal long Sequence => sequence;

    internal long SentAt => sentAt;

    internal bool IsClosed { get; private set; }

    /// <summary>Receivers reached before it was closed.</summary>
    internal ReadOnlyMemory<long> Latencies => _latencies.AsMemory(0, _count);

    /// <summary>A place that came later is none that it could have reached.</summary>
    internal bool HasReached(int seat) => seat / BitsPerWord < _reached.Length && (_reached[seat / BitsPerWord] >> seat & 1) != 0;

    internal void Reach(int seat, long latency)
    {
        _reached[seat / BitsPerWord] |= 1UL << seat;
        if (IsClosed)
            return;
        if (_count == _latencies.Length)
            Array.Resize(ref _latencies, Math.Max(2 * _count, 4));
        _latencies[_count++] = latency;
    }

    internal void Close() => IsClosed = true;

    /// <summary>Gives the latencies away; what comes from now on is late.</summary>
    internal void Forget() => _latencies = [];
}

/// <summary>What one loop knows of one sender of a broadcast.</summary>
/// <param name="id">Its number over all loops; the remainder by their count is the index of its own.</param>
/// <param name="checksOrder">Whether receivers' places are kept.</param>
internal sealed class BroadcastSender(uint id, bool checksOrder)
{
    private uint[] _highest = [];

    internal uint Id => id;

    /// <summary>Count of messages that are not kept any more, or were never of any interest here: all below it.</summary>
    internal long Forgotten { get; set; }

    /// <returns>False when the receiver had a later message before.</returns>
    internal bool TryAdvance(int seat, long sequence)
    {
        if (!checksOrder)
            return true;
        if (seat >= _highest.Length)
            Array.Resize(ref _highest, (int)BitOperations.RoundUpToPowerOf2((uint)seat + 1));
        uint place = unchecked((uint)sequence + 1);
        if (_highest[seat] > place)
            return false;
        _highest[seat] = place;
        return true;
    }

    /// <summary>Somebody else takes the place.</summary>
    internal void Reset(int seat)
    {
        if (seat < _highest.Length)
            _highest[seat] = 0;
    }
}
