using System.Buffers.Binary;
using System.IO.Compression;

namespace LoadTool.Metrics;

// HdrHistogram's binary form, version 2: a header of 40 bytes, then the counts up to the largest value as ZigZag LEB128 numbers, where a
// negative number stands for that many zeros. Compressed: a cookie, a length, and the same through zlib. Big-endian throughout.
public sealed partial class Histogram
{
    /// <summary>The counts and the layout as bytes (HdrHistogram's encoding V2); timestamps and tag are not part of it.</summary>
    public byte[] Encode()
    {
        using MemoryStream stream = new();
        EncodeInto(stream);
        return stream.ToArray();
    }

    /// <summary>The counts and the layout as compressed bytes (HdrHistogram's compressed encoding V2), as a log holds them in base64.</summary>
    public byte[] EncodeCompressed()
    {
        using MemoryStream stream = new();
        stream.Write(stackalloc byte[8]);
        using (ZLibStream zlib = new(stream, CompressionLevel.Optimal, leaveOpen: true))
            EncodeInto(zlib);
        byte[] bytes = stream.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes, EncodingCookie.V2Compressed);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), bytes.Length - 8);
        return bytes;
    }

    /// <summary>Reads what <see cref="Encode"/>, <see cref="EncodeCompressed"/> or another HdrHistogram wrote, in versions 0 to 2.</summary>
    /// <param name="bytes">The encoded histogram; what follows it is ignored.</param>
    /// <exception cref="FormatException">The bytes are no such histogram, or are cut off. At most about 50 MB is allocated on the way.</exception>
    public static Histogram Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8)
            throw new FormatException("an encoded histogram ends before its header does");
        if (!EncodingCookie.IsCompressed(BinaryPrimitives.ReadInt32BigEndian(bytes)))
            return Decode(new MemoryStream(bytes.ToArray()));

        int length = BinaryPrimitives.ReadInt32BigEndian(bytes[4..]);
        if (length < 0 || length > bytes.Length - 8)
            throw new FormatException($"a compressed histogram of {length} bytes is cut off after {bytes.Length - 8}");
        try
        {
            using ZLibStream zlib = new(new MemoryStream(bytes.Slice(8, length).ToArray()), CompressionMode.Decompress);
            return Decode(zlib);
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            // zlib reports damage as either; nothing here reads a file.
            throw new FormatException($"a compressed histogram cannot be decompressed: {error.Message}", error);
        }
    }

    private void EncodeInto(Stream stream)
    {
        using MemoryStream counts = new();
        WriteCounts(counts);
        Span<byte> header = stackalloc byte[EncodedHeader.Bytes];
        BinaryPrimitives.WriteInt32BigEndian(header, EncodingCookie.V2);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], (int)counts.Length);
        BinaryPrimitives.WriteInt32BigEndian(header[8..], 0);
        BinaryPrimitives.WriteInt32BigEndian(header[12..], SignificantDigits);
        BinaryPrimitives.WriteInt64BigEndian(header[16..], LowestDiscernibleValue);
        BinaryPrimitives.WriteInt64BigEndian(header[24..], HighestTrackableValue);
        BinaryPrimitives.WriteDoubleBigEndian(header[32..], 1);
        stream.Write(header);
        counts.WriteTo(stream);
    }

    private void WriteCounts(MemoryStream stream)
    {
        int last = IndexOfMax;
        for (int index = 0; index <= last; index++)
        {
            int run = index;
            while (index < last && _counts[index] == 0 && _counts[index + 1] == 0)
                index++;
            ZigZag.Write(stream, index > run ? run - index - 1 : _counts[index]);
        }
    }

    private static Histogram Decode(Stream stream)
    {
        EncodedHeader header = EncodedHeader.Read(stream);
        Histogram histogram = header.CreateHistogram();
        int limit = histogram._counts.Length * header.MaxCountBytes;
        if (header.PayloadBytes > limit)
            throw new FormatException($"{header.PayloadBytes} bytes of counts are more than such a histogram can have");
        byte[] payload = new byte[header.PayloadBytes ?? limit];
        int length = stream.ReadAtLeast(payload, payload.Length, throwOnEndOfStream: false);
        if (header.PayloadBytes > length)
            throw new FormatException($"an encoded histogram ends after {length} of {header.PayloadBytes} bytes of counts");
        histogram.ReadCounts(header, payload.AsSpan(0, length));
        return histogram;
    }

    private void ReadCounts(EncodedHeader header, ReadOnlySpan<byte> payload)
    {
        long total = 0;
        int index = 0;
        while (!payload.IsEmpty)
        {
            long count = header.ReadCount(ref payload);
            long skipped = count < 0 ? -count : 1;
            if (skipped < 0 || skipped > _counts.Length - index)
                throw new FormatException("an encoded histogram has counts beyond its range");
            if (count > 0)
                _counts[index] = count;
            index += (int)skipped;
            total += Math.Max(count, 0);
            if (total < 0)
                throw new FormatException("the counts of an encoded histogram pass 2^63 - 1 together");
        }

        Recount();
    }
}
