using System.Runtime.InteropServices;

namespace LoadTool.Sockets.Protocol;

/// <summary>
/// Compresses the messages one end sends (RFC 7692, section 7.2.1), piece by piece into room that the caller gives. Holds a native stream from the first
/// message on when it keeps the context, else only while a message is under way; <see cref="ZlibStream"/> states the bytes.
/// Lives on its loop's thread, as its pool does.
/// </summary>
/// <param name="pool">The loop's.</param>
/// <param name="windowBits">8 to 15, as agreed for this direction.</param>
/// <param name="keepsContext">False when this direction's no_context_takeover was agreed; allowed at any time, for a sender may always forget.</param>
internal sealed class MessageDeflater(DeflatePool pool, int windowBits, bool keepsContext) : IDisposable
{
    /// <summary>Less room could end in the middle of a flush again and again.</summary>
    public const int MinRoomBytes = 32;

    /// <summary>What ends a flush and is not sent: LEN and NLEN of an empty stored block.</summary>
    internal const int TailBytes = 4;

    private ZlibStream? _stream;

    /// <summary>The output's last bytes, held back for they may be the tail; first written lowest.</summary>
    private uint _held;

    private int _heldBytes;
    private bool _isInMessage;

    /// <summary>Bytes taken, over all messages.</summary>
    public long PlainBytes { get; private set; }

    /// <summary>Bytes written, over all messages.</summary>
    public long CompressedBytes { get; private set; }

    /// <summary>
    /// Compresses the next piece of a message, as far as the room reaches. Until <paramref name="isDone"/>, the same call is made again
    /// with more room and what is left of <paramref name="source"/>.
    /// </summary>
    /// <param name="source">The piece; advanced past what was taken. May be empty.</param>
    /// <param name="room">Where to write, <see cref="MinRoomBytes"/> or more.</param>
    /// <param name="endsMessage">True with the message's last piece; the next begins a new message.</param>
    /// <param name="isDone">True when the piece was taken whole and, at a message's end, the whole message was written.</param>
    /// <returns>Bytes written.</returns>
    public int Deflate(ref ReadOnlySpan<byte> source, scoped Span<byte> room, bool endsMessage, out bool isDone)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(room.Length, MinRoomBytes);
        isDone = true;
        if (source.IsEmpty && !endsMessage)
            return 0;
        int written;
        if (source.IsEmpty && !_isInMessage)
        {
            // An empty message is an empty stored block without its tail (section 7.2.3.6); zlib has nothing to flush.
            room[0] = 0;
            written = 1;
        }
        else
        {
            written = Run(ref source, room, endsMessage, out isDone);
        }

        CompressedBytes += written;
        return written;
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _stream = null;
    }

    private int Run(ref ReadOnlySpan<byte> source, scoped Span<byte> room, bool endsMessage, out bool isDone)
    {
        _stream ??= pool.RentDeflater(windowBits);
        _isInMessage = true;
        MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in _held))[.._heldBytes].CopyTo(room);
        int flush = !endsMessage ? ZlibStream.NoFlush : keepsContext ? ZlibStream.SyncFlush : ZlibStream.FullFlush;
        int before = source.Length;
        _stream.Run(ref source, room[_heldBytes..], flush, out int written);
        PlainBytes += before - source.Length;
        int total = _heldBytes + written;
        isDone = total < room.Length;
        if (isDone && endsMessage)
        {
            EndMessage();
            return total - TailBytes;
        }

        _heldBytes = Math.Min(TailBytes, total);
        room.Slice(total - _heldBytes, _heldBytes).CopyTo(MemoryMarshal.AsBytes(new Span<uint>(ref _held)));
        return total - _heldBytes;
    }

    private void EndMessage()
    {
        _heldBytes = 0;
        _isInMessage = false;
        if (keepsContext)
            return;
        pool.ReturnDeflater(_stream!, windowBits);
        _stream = null;
    }
}
