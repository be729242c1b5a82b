using System.Buffers;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Sockets;

/// <summary>Finds the end of an HTTP head in what the network delivers; holds a buffer only when the head was cut.</summary>
internal sealed class HeadBuffer
{
    private const int FirstBytes = 1024;

    private byte[]? _gathered;
    private int _length;
    private int _scanned;

    /// <summary>Takes newly arrived bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="head">The whole head; valid until <see cref="Return"/> and no longer than <paramref name="bytes"/>.</param>
    /// <param name="consumed">How many of <paramref name="bytes"/> belong to it.</param>
    /// <returns>True when the head is complete, or beyond repair, which reading it will tell.</returns>
    internal bool TryComplete(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> head, out int consumed)
    {
        int before = _length;
        ReadOnlySpan<byte> all = before == 0 ? bytes : Gather(bytes);
        if (HttpHead.TryFindEnd(all, ref _scanned, out int headBytes))
        {
            head = all[..headBytes];
            consumed = headBytes - before;
            return true;
        }

        if (before == 0)
            Gather(bytes);
        head = default;
        consumed = bytes.Length;
        return false;
    }

    /// <summary>Gives the buffer back. Repeatable.</summary>
    internal void Return()
    {
        if (_gathered is not null)
            ArrayPool<byte>.Shared.Return(_gathered);
        _gathered = null;
    }

    /// <summary>A head above its limit counts as found, so this grows to that limit and one read at most.</summary>
    private ReadOnlySpan<byte> Gather(ReadOnlySpan<byte> bytes)
    {
        if (_gathered is null || _gathered.Length < _length + bytes.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBytes, _length + bytes.Length));
            _gathered.AsSpan(0, _length).CopyTo(larger);
            Return();
            _gathered = larger;
        }

        bytes.CopyTo(_gathered.AsSpan(_length));
        _length += bytes.Length;
        return _gathered.AsSpan(0, _length);
    }
}
