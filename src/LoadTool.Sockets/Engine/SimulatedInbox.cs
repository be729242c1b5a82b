namespace LoadTool.Sockets;

/// <summary>What is on its way to one end of a simulated connection, in order: bytes in a ring, and what they are in a queue.</summary>
internal sealed class SimulatedInbox
{
    private const int FirstBytes = 256;

    private readonly Queue<SimulatedPiece> _pieces = new();
    private byte[] _ring = [];
    private int _start;
    private int _headTaken;

    /// <summary>Bytes sent and not yet read.</summary>
    internal int Bytes { get; private set; }

    internal bool IsEmpty => _pieces.Count == 0;

    /// <summary>When the last piece arrives; the next may not be earlier.</summary>
    internal long LastDueAt { get; private set; } = long.MinValue;

    /// <summary>The next piece, or what is left of it.</summary>
    internal SimulatedPiece Head => _pieces.Peek() is var head && _headTaken > 0 ? head with { Bytes = head.Bytes - _headTaken } : head;

    internal void Add(SimulatedPieceKind kind, long dueAt)
    {
        LastDueAt = dueAt;
        _pieces.Enqueue(new SimulatedPiece(kind, dueAt, 0));
    }

    internal void Add(ReadOnlySpan<byte> bytes, long dueAt)
    {
        MakeRoom(bytes.Length);
        int at = (_start + Bytes) & (_ring.Length - 1);
        int first = Math.Min(bytes.Length, _ring.Length - at);
        bytes[..first].CopyTo(_ring.AsSpan(at));
        bytes[first..].CopyTo(_ring);
        Bytes += bytes.Length;
        LastDueAt = dueAt;
        _pieces.Enqueue(new SimulatedPiece(SimulatedPieceKind.Data, dueAt, bytes.Length));
    }

    /// <summary>Takes a piece that is no data.</summary>
    internal void Take() => _pieces.Dequeue();

    /// <summary>Takes the next bytes, at most those of the next piece.</summary>
    internal void Take(Span<byte> destination)
    {
        int first = Math.Min(destination.Length, _ring.Length - _start);
        _ring.AsSpan(_start, first).CopyTo(destination);
        _ring.AsSpan(0, destination.Length - first).CopyTo(destination[first..]);
        _start = (_start + destination.Length) & (_ring.Length - 1);
        Bytes -= destination.Length;
        _headTaken += destination.Length;
        if (_headTaken < _pieces.Peek().Bytes)
            return;
        _pieces.Dequeue();
        _headTaken = 0;
    }

    internal void Clear()
    {
        _pieces.Clear();
        (_ring, _start, Bytes, _headTaken) = ([], 0, 0, 0);
    }

    private void MakeRoom(int bytes)
    {
        if (_ring.Length - Bytes >= bytes)
            return;

        // A power of two, so that places wrap with a mask.
        byte[] larger = new byte[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(FirstBytes, Bytes + bytes))];
        int first = Math.Min(Bytes, _ring.Length - _start);
        _ring.AsSpan(_start, first).CopyTo(larger);
        _ring.AsSpan(0, Bytes - first).CopyTo(larger.AsSpan(first));
        (_ring, _start) = (larger, 0);
    }
}
