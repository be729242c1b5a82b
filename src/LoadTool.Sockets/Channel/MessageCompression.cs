using System.Buffers;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Sockets;

/// <summary>permessage-deflate of one channel, both ways, and what it brought and cost. On its loop's thread, but for <see cref="Figures"/>.</summary>
/// <remarks>A message is compressed as a whole and leaves in one frame, as browsers send it; only then is its length known.</remarks>
internal sealed class MessageCompression : IDisposable
{
    /// <summary>RSV1, on the first frame of a compressed message (RFC 7692, section 6).</summary>
    internal const int ReservedBit = 4;

    private readonly EventLoop _loop;
    private readonly DeflateOptions _agreed;
    private readonly MessageDeflater _deflater;
    private readonly MessageInflater _inflater;
    private bool _isInCompressed;
    private long _deflateNanoseconds;
    private long _inflateNanoseconds;

    /// <param name="loop">The channel's.</param>
    /// <param name="agreed">What the handshake agreed on.</param>
    /// <param name="isClient">Which of the two directions is sent.</param>
    /// <param name="maxMessageBytes">What a message may inflate to.</param>
    internal MessageCompression(EventLoop loop, in DeflateOptions agreed, bool isClient, long maxMessageBytes)
    {
        (_loop, _agreed) = (loop, agreed);
        (int Bits, bool KeepsContext) client = (agreed.ClientMaxWindowBits ?? DeflateOptions.MaxWindowBits, !agreed.ClientNoContextTakeover);
        (int Bits, bool KeepsContext) server = (agreed.ServerMaxWindowBits ?? DeflateOptions.MaxWindowBits, !agreed.ServerNoContextTakeover);
        ((int Bits, bool KeepsContext) sent, (int Bits, bool KeepsContext) received) = isClient ? (client, server) : (server, client);
        _deflater = new MessageDeflater(loop.DeflatePool, sent.Bits, sent.KeepsContext);
        _inflater = new MessageInflater(loop.DeflatePool, received.Bits, received.KeepsContext, maxMessageBytes);
    }

    /// <summary>Both directions so far. From any thread: each figure is exact at some recent moment.</summary>
    internal CompressionFigures Figures => new(
        _agreed,
        _deflater.PlainBytes,
        _deflater.CompressedBytes,
        _inflater.PlainBytes,
        _inflater.CompressedBytes,
        Volatile.Read(ref _deflateNanoseconds),
        Volatile.Read(ref _inflateNanoseconds));

    /// <summary>Decides with a message's first frame, and remembers for those that follow.</summary>
    internal bool Takes(Opcode opcode, bool wanted)
    {
        if (opcode != Opcode.Continuation)
            _isInCompressed = wanted;
        return _isInCompressed;
    }

    /// <summary>Compresses a message, or the next piece of one.</summary>
    /// <param name="plain">The piece.</param>
    /// <param name="endsMessage">True with the last piece.</param>
    /// <param name="length">Bytes written; 0 is possible before the last piece.</param>
    /// <returns>From ArrayPool.Shared, for the caller to return.</returns>
    internal byte[] Deflate(ReadOnlySpan<byte> plain, bool endsMessage, out int length)
    {
        long startedAt = _loop.Now;
        (long plainBytes, long compressedBytes) = (_deflater.PlainBytes, _deflater.CompressedBytes);
        byte[] room = ArrayPool<byte>.Shared.Rent((plain.Length / 2) + MessageDeflater.MinRoomBytes);
        length = 0;
        while (true)
        {
            length += _deflater.Deflate(ref plain, room.AsSpan(length), endsMessage, out bool isDone);
            if (isDone)
                break;
            byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, room.Length * 2L));
            room.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(room);
            room = larger;
        }

        LoopCounters counters = _loop.Counters;
        long took = _loop.Now - startedAt;
        _deflateNanoseconds += took;
        counters.DeflateNanoseconds += took;
        counters.SentPlainBytes += _deflater.PlainBytes - plainBytes;
        counters.SentCompressedBytes += _deflater.CompressedBytes - compressedBytes;
        return room;
    }

    /// <inheritdoc cref="MessageInflater.TryAppend"/>
    internal bool TryInflate(ReadOnlySpan<byte> piece, bool endsMessage, bool isText, ref byte[]? plain, ref int length)
    {
        long startedAt = _loop.Now;
        (long plainBytes, long compressedBytes) = (_inflater.PlainBytes, _inflater.CompressedBytes);
        try
        {
            return _inflater.TryAppend(piece, endsMessage, isText, ref plain, ref length);
        }
        finally
        {
            LoopCounters counters = _loop.Counters;
            long took = _loop.Now - startedAt;
            _inflateNanoseconds += took;
            counters.InflateNanoseconds += took;
            counters.ReceivedPlainBytes += _inflater.PlainBytes - plainBytes;
            counters.ReceivedCompressedBytes += _inflater.CompressedBytes - compressedBytes;
        }
    }

    /// <inheritdoc cref="MessageInflater.HandOn"/>
    internal void HandOn(int bytes) => _inflater.HandOn(bytes);

    public void Dispose()
    {
        _deflater.Dispose();
        _inflater.Dispose();
    }
}
