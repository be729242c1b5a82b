using System.Buffers.Binary;
using System.IO.Compression;

namespace LoadTool.Metrics;

/// <summary>
/// Encodes one histogram after another (HdrHistogram's compressed encoding V2) in buffers that are used again: for logs of many short intervals. Short ones are put
/// into the format without compression, others at the fastest level.
/// </summary>
public sealed class HistogramEncoder
{
    /// <summary>Up to here it costs a microsecond; a compressor costs ten to begin with, and saves a third.</summary>
    private const int MaxStoredBytes = 1024;

    private readonly MemoryStream _compressed = new();
    private byte[] _plain = [];
    private byte[] _stored = [];

    /// <summary>Encodes a histogram; timestamps and tag are not part of it.</summary>
    /// <param name="histogram">What to encode.</param>
    /// <returns>The bytes, good until the next call.</returns>
    public ReadOnlySpan<byte> Encode(Histogram histogram)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        int length = histogram.EncodeInto(ref _plain);
        return length <= MaxStoredBytes ? Stored(length) : Deflated(length);
    }

    private Span<byte> Stored(int length)
    {
        if (_stored.Length == 0)
            _stored = new byte[8 + MaxStoredBytes + StoredBlock.Overhead];
        StoredBlock.Write(_plain.AsSpan(0, length), _stored.AsSpan(8));
        return Framed(_stored.AsSpan(0, 8 + length + StoredBlock.Overhead));
    }

    private Span<byte> Deflated(int length)
    {
        _compressed.SetLength(0);
        _compressed.Write(stackalloc byte[8]);
        using (ZLibStream zlib = new(_compressed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(_plain, 0, length);
        return Framed(_compressed.GetBuffer().AsSpan(0, (int)_compressed.Length));
    }

    private static Span<byte> Framed(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(bytes, EncodingCookie.V2Compressed);
        BinaryPrimitives.WriteInt32BigEndian(bytes[4..], bytes.Length - 8);
        return bytes;
    }
}
