using System.Buffers;
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
        byte[] buffer = [];
        int length = EncodeInto(ref buffer);
        return buffer[..length];
    }

    /// <summary>The counts and the layout as compressed bytes (HdrHistogram's compressed encoding V2), as a log holds them in base64.</summary>
    public byte[] EncodeCompressed()
    {
        byte[] plain = [];
        int length = EncodeInto(ref plain);
        using MemoryStream stream = new();
        stream.Write(stackalloc byte[8]);
        using (ZLibStream zlib = new(stream, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(plain, 0, length);
        byte[] bytes = stream.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes, EncodingCookie.V2Compressed);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), bytes.Length - 8);
        return bytes;
    }

    /// <summary>Reads what <see cref="Encode"/>, <see cref="EncodeCompressed"/> or another HdrHistogram wrote, in versions 0 to 2.</summary>
    /// <param name="bytes">The encoded histogram; what follows it is ignored.</param>
    /// <exception cref="FormatException">The bytes are no such histogram, or are cut off. At most about 50 MB is allocated on the way.</exception>
    public static Histogram Decode(ReadOnlySpan<byte> bytes) => Read(bytes, stream =>
    {
        EncodedHeader header = EncodedHeader.Read(stream);
        Histogram histogram = header.CreateHistogram();
        histogram.ReadCounts(header, stream);
        return histogram;
    });

    /// <summary>Makes this histogram count what an encoded one of the same digits and lowest value does, in memory that it has already. Timestamps and tag go.</summary>
    /// <param name="bytes">As for <see cref="Decode"/>.</param>
    /// <exception cref="FormatException">The bytes are no such histogram, or are cut off. This one is empty then.</exception>
    public void DecodeInto(ReadOnlySpan<byte> bytes)
    {
        Reset();
        Read(bytes, stream =>
        {
            EncodedHeader header = EncodedHeader.Read(stream);
            if (header.LowestDiscernibleValue != LowestDiscernibleValue || header.SignificantDigits != SignificantDigits)
                throw new FormatException("an encoded histogram has another layout than the one it is to be read into");
            if (header.HighestTrackableValue > HighestTrackableValue)
                (_counts, HighestTrackableValue) = (header.CreateHistogram()._counts, header.HighestTrackableValue);
            ReadCounts(header, stream);
            return this;
        });
    }

    /// <summary>Writes header and counts to the beginning of a buffer, and makes it larger where it must be.</summary>
    /// <returns>How many bytes.</returns>
    internal int EncodeInto(ref byte[] buffer)
    {
        int length = EncodedHeader.Bytes;
        int last = IndexOfMax;
        for (int index = 0; index <= last; index++)
        {
            if (buffer.Length < length + (2 * ZigZag.MaxBytes))
                Array.Resize(ref buffer, Math.Max(2 * buffer.Length, 1024));
            int counted = NextCounted(index);
            int zeros = (counted < 0 ? last + 1 : counted) - index;
            if (zeros > 0)
                length += ZigZag.Write(buffer.AsSpan(length), zeros == 1 ? 0 : -zeros);
            index += zeros;
            if (counted >= 0)
                length += ZigZag.Write(buffer.AsSpan(length), _counts[counted]);
        }

        Span<byte> header = buffer;
        BinaryPrimitives.WriteInt32BigEndian(header, EncodingCookie.V2);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], length - EncodedHeader.Bytes);
        BinaryPrimitives.WriteInt32BigEndian(header[8..], 0);
        BinaryPrimitives.WriteInt32BigEndian(header[12..], SignificantDigits);
        BinaryPrimitives.WriteInt64BigEndian(header[16..], LowestDiscernibleValue);
        BinaryPrimitives.WriteInt64BigEndian(header[24..], HighestTrackableValue);
        BinaryPrimitives.WriteDoubleBigEndian(header[32..], 1);
        return length;
    }

    /// <summary>Opens an encoded histogram, compressed or not.</summary>
    private static Histogram Read(ReadOnlySpan<byte> bytes, Func<Stream, Histogram> read)
    {
        if (bytes.Length < 8)
            throw new FormatException("an encoded histogram ends before its header does");
        if (!EncodingCookie.IsCompressed(BinaryPrimitives.ReadInt32BigEndian(bytes)))
            return read(new MemoryStream(bytes.ToArray()));

        int length = BinaryPrimitives.ReadInt32BigEndian(bytes[4..]);
        if (length < 0 || length > bytes.Length - 8)
            throw new FormatException($"a compressed histogram of {length} bytes is cut off after {bytes.Length - 8}");
        if (StoredBlock.TryRead(bytes.Slice(8, length), out ReadOnlySpan<byte> stored))
            return read(new MemoryStream(stored.ToArray()));
        try
        {
            using ZLibStream zlib = new(new MemoryStream(bytes.Slice(8, length).ToArray()), CompressionMode.Decompress);
            return read(zlib);
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            // zlib reports damage as either; nothing here reads a file.
            throw new FormatException($"a compressed histogram cannot be decompressed: {error.Message}", error);
        }
    }

    private void ReadCounts(in EncodedHeader header, Stream stream)
    {
        int limit = _counts.Length * header.MaxCountBytes;
        if (header.PayloadBytes > limit)
            throw new FormatException($"{header.PayloadBytes} bytes of counts are more than such a histogram can have");
        byte[] payload = ArrayPool<byte>.Shared.Rent(header.PayloadBytes ?? limit);
        try
        {
            Span<byte> wanted = payload.AsSpan(0, header.PayloadBytes ?? limit);
            int length = stream.ReadAtLeast(wanted, wanted.Length, throwOnEndOfStream: false);
            if (header.PayloadBytes > length)
                throw new FormatException($"an encoded histogram ends after {length} of {header.PayloadBytes} bytes of counts");
            ReadCounts(header, wanted[..length]);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(payload);
        }
    }

    private void ReadCounts(in EncodedHeader header, ReadOnlySpan<byte> payload)
    {
        Tallies tallies = Tallies.None;
        int index = 0, first = 0, last = 0;
        while (!payload.IsEmpty)
        {
            long count = header.ReadCount(ref payload);
            long skipped = count < 0 ? -count : 1;
            if (skipped < 0 || skipped > _counts.Length - index)
                throw Refused("an encoded histogram has counts beyond its range");
            if (count > 0)
            {
                _counts[index] = count;
                (first, last) = (first == 0 ? index : first, index);
            }

            index += (int)skipped;
            tallies.TotalCount += Math.Max(count, 0);
            if (tallies.TotalCount < 0)
                throw Refused("the counts of an encoded histogram pass 2^63 - 1 together");
        }

        if (last > 0)
            (tallies.Max, tallies.MinNonZero) = (_layout.ValueAt(last), _layout.ValueAt(first));
        _tallies = tallies;
    }

    /// <summary>Leaves nothing of what was read.</summary>
    private FormatException Refused(string message)
    {
        Array.Clear(_counts);
        return new FormatException(message);
    }
}
