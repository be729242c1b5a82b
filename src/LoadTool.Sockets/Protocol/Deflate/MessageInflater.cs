using System.Buffers;

namespace LoadTool.Sockets.Protocol;

/// <summary>
/// Decompresses the messages one end receives (RFC 7692, section 7.2.2), piece by piece as <see cref="FrameReader"/> hands them out, into a pooled
/// buffer that the caller owns. Holds a native stream from the first message on when the peer keeps its context, else only while a message
/// is under way; <see cref="ZlibStream"/> states the bytes. Lives on its loop's thread, as its pool does.
/// </summary>
/// <remarks>
/// Data that is no DEFLATE, or whose last block does not end where the tail does, fails the connection with 1007: the frames kept RFC 6455, it is
/// the message's data that is "not consistent with the type of the message"; RFC 7692 names no code. A block with BFINAL ends a stream
/// but not the message (section 7.2.3.4): what follows is a new stream, which refers to nothing before, as every sender's that really ended its own.
/// After an exception, or after the limit was hit, the inflater is of no further use but to be disposed.
/// </remarks>
/// <param name="pool">The loop's.</param>
/// <param name="windowBits">8 to 15, as agreed for this direction.</param>
/// <param name="keepsContext">False when this direction's no_context_takeover was agreed.</param>
/// <param name="maxMessageBytes">What a message may inflate to; nothing is inflated beyond, but for one byte that proves it is more.</param>
internal sealed class MessageInflater(DeflatePool pool, int windowBits, bool keepsContext, long maxMessageBytes) : IDisposable
{
    /// <summary>A first buffer; JSON messages compress to a quarter or so.</summary>
    private const int FirstBytes = 4096;
    private const int LikelyRatio = 4;

    /// <summary>A message lies in one array.</summary>
    private readonly int _maxBytes = (int)Math.Min(maxMessageBytes, Array.MaxLength);

    private ZlibStream? _stream;
    private Utf8Validator _text;
    private int _handedOn;

    /// <summary>The tail that the sender left out, and one byte that a decompressor waiting for a new block does not touch.</summary>
    private static ReadOnlySpan<byte> TailAndProbe => [0x00, 0x00, 0xFF, 0xFF, 0x00];

    /// <summary>Bytes taken, over all messages.</summary>
    public long CompressedBytes { get; private set; }

    /// <summary>Bytes inflated, over all messages.</summary>
    public long PlainBytes { get; private set; }

    /// <summary>Inflates the next piece of a message, and appends what it gives.</summary>
    /// <param name="piece">The piece as it arrived, unmasked.</param>
    /// <param name="endsMessage">True with the message's last piece; the next begins a new message.</param>
    /// <param name="isText">True for a text message, which must be UTF-8; refused in the very piece that no continuation can make valid.</param>
    /// <param name="plain">From ArrayPool.Shared; null at first; replaced by a larger one as needed, the smaller is returned then.</param>
    /// <param name="length">Bytes of the message in <paramref name="plain"/>; 0 at first.</param>
    /// <returns>False when the message is longer than the limit.</returns>
    /// <exception cref="FrameException">The data cannot be decompressed, or its text is not UTF-8 (1007).</exception>
    public bool TryAppend(ReadOnlySpan<byte> piece, bool endsMessage, bool isText, ref byte[]? plain, ref int length)
    {
        _stream ??= pool.RentInflater(windowBits);
        CompressedBytes += piece.Length;
        if (!TryInflate(piece, isText, ref plain, ref length))
            return false;
        if (endsMessage)
            EndMessage();
        return true;
    }

    /// <summary>
    /// What the pieces so far gave was handed on, and its room is used again; the message's limit still counts it. After the last piece there is
    /// nothing to say.
    /// </summary>
    public void HandOn(int bytes) => _handedOn += bytes;

    public void Dispose()
    {
        if (_stream is not null)
            pool.ReturnInflater(_stream);
        _stream = null;
    }

    private bool TryInflate(ReadOnlySpan<byte> piece, bool isText, ref byte[]? plain, ref int length)
    {
        // Every piece ends with room left: what is still to come waits in no stream.
        bool isRoomLeft = piece.IsEmpty;
        int mostHere = _maxBytes - _handedOn;
        if (plain is null && !piece.IsEmpty)
            Grow(ref plain, length, piece.Length);
        while (!piece.IsEmpty || !isRoomLeft)
        {
            int end = Math.Min(plain?.Length ?? 0, mostHere);
            if (length < end)
            {
                Span<byte> room = plain.AsSpan(length, end - length);
                int written = Step(ref piece, room);
                isRoomLeft = written < room.Length;
                Take(room[..written], isText);
                length += written;
                continue;
            }

            // No larger buffer before it is known that something must go into it: a message often fits exactly.
            byte overflow = 0;
            if (Step(ref piece, new Span<byte>(ref overflow)) == 0)
            {
                isRoomLeft = true;
                continue;
            }

            if (length == mostHere)
                return false;
            Grow(ref plain, length, piece.Length);
            plain![length] = overflow;
            Take(plain.AsSpan(length++, 1), isText);
        }

        return true;
    }

    /// <summary>One step of zlib, whose every step either moves or says that it cannot.</summary>
    private int Step(ref ReadOnlySpan<byte> piece, scoped Span<byte> room)
    {
        int code = _stream!.Run(ref piece, room, ZlibStream.SyncFlush, out int written);
        if (code == ZlibStream.StreamEnd)
            _stream.ResetInflater(windowBits);
        else if (code is not (ZlibStream.Ok or ZlibStream.NoProgress))
            throw new FrameException(CloseCodes.InvalidData, "A compressed message is no valid DEFLATE data.");
        return written;
    }

    private void Take(ReadOnlySpan<byte> inflated, bool isText)
    {
        PlainBytes += inflated.Length;
        if (isText && !_text.TryAppend(inflated))
            throw FrameException.InvalidUtf8("A compressed text message is not UTF-8.");
    }

    private void Grow(ref byte[]? plain, int length, int pieceBytes)
    {
        long wanted = Math.Max(FirstBytes, Math.Max(length * 2L, pieceBytes * (long)LikelyRatio));
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(wanted, Math.Max(_maxBytes, 1)));
        plain.AsSpan(0, length).CopyTo(larger);
        if (plain is not null)
            ArrayPool<byte>.Shared.Return(plain);
        plain = larger;
    }

    /// <summary>
    /// Takes the tail as what it must be, the length of an empty stored block whose header the message ended with: zlib then stops after four bytes and
    /// never touches the fifth. Anything else is a message cut off inside a block, but for the rare dynamic block that by chance ends in
    /// the tail's last byte; the next message finds that out, where there is a context.
    /// </summary>
    private void EndMessage()
    {
        if (!_text.IsComplete)
            throw FrameException.InvalidUtf8("A compressed text message ends inside a character.");

        Span<byte> room = stackalloc byte[1];
        ReadOnlySpan<byte> tail = TailAndProbe;
        int code = _stream!.Run(ref tail, room, ZlibStream.StopAtBlock, out int written);
        if (tail.Length != 1 || written != 0 || code != ZlibStream.Ok)
            throw new FrameException(CloseCodes.InvalidData, "A compressed message ends inside a block.");
        _handedOn = 0;
        if (!keepsContext)
            Dispose();
    }
}
