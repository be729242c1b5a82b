using System.Buffers.Binary;

namespace LoadTool.Metrics;

/// <summary>What stands before the counts of an encoded histogram.</summary>
/// <param name="BytesPerCount">2, 4 or 8 in versions 0 and 1; 0 in version 2, whose counts have different lengths.</param>
/// <param name="PayloadBytes">How many bytes of counts follow; null in version 0, whose counts end with the bytes.</param>
/// <param name="SignificantDigits">As given to the histogram.</param>
/// <param name="LowestDiscernibleValue">As given to the histogram.</param>
/// <param name="HighestTrackableValue">As given to the histogram.</param>
internal readonly record struct EncodedHeader(
    int BytesPerCount,
    int? PayloadBytes,
    int SignificantDigits,
    long LowestDiscernibleValue,
    long HighestTrackableValue)
{
    /// <summary>The size of a header; that of version 0 is shorter.</summary>
    public const int Bytes = 40;

    public int MaxCountBytes => BytesPerCount == 0 ? ZigZag.MaxBytes : BytesPerCount;

    /// <exception cref="FormatException">The bytes are no header, or are cut off.</exception>
    public static EncodedHeader Read(Stream stream)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        ReadPart(stream, bytes[..4]);
        int cookie = BinaryPrimitives.ReadInt32BigEndian(bytes);
        switch (EncodingCookie.Base(cookie))
        {
            case EncodingCookie.V0Base:
                ReadPart(stream, bytes[4..32]);
                return new EncodedHeader(
                    BytesPerCount: CheckedBytesPerCount(cookie),
                    PayloadBytes: null,
                    SignificantDigits: BinaryPrimitives.ReadInt32BigEndian(bytes[4..]),
                    LowestDiscernibleValue: BinaryPrimitives.ReadInt64BigEndian(bytes[8..]),
                    HighestTrackableValue: BinaryPrimitives.ReadInt64BigEndian(bytes[16..]));
            case EncodingCookie.V1Base or EncodingCookie.V2Base:
                ReadPart(stream, bytes[4..]);

                // Two fields are not looked at, because they leave the counts as they are: how a histogram shifted its array in memory, and
                // the ratio to fractions. hdr-histogram-js fills both with a 1 of its own.
                int payloadBytes = BinaryPrimitives.ReadInt32BigEndian(bytes[4..]);
                return new EncodedHeader(
                    BytesPerCount: EncodingCookie.Base(cookie) == EncodingCookie.V2Base ? 0 : CheckedBytesPerCount(cookie),
                    PayloadBytes: payloadBytes >= 0 ? payloadBytes : throw new FormatException($"an encoded histogram claims {payloadBytes} bytes of counts"),
                    SignificantDigits: BinaryPrimitives.ReadInt32BigEndian(bytes[12..]),
                    LowestDiscernibleValue: BinaryPrimitives.ReadInt64BigEndian(bytes[16..]),
                    HighestTrackableValue: BinaryPrimitives.ReadInt64BigEndian(bytes[24..]));
            default:
                throw new FormatException($"0x{cookie:x8} begins no encoded histogram");
        }
    }

    /// <exception cref="FormatException">No histogram can be laid out so.</exception>
    public Histogram CreateHistogram()
    {
        try
        {
            return new Histogram(LowestDiscernibleValue, HighestTrackableValue, SignificantDigits);
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw new FormatException($"an encoded histogram has an impossible layout: {error.Message}", error);
        }
    }

    /// <summary>Takes the next count off the bytes; a negative one stands for so many zeros.</summary>
    /// <exception cref="FormatException">The bytes end within it, or a count that may not be is negative.</exception>
    public long ReadCount(ref ReadOnlySpan<byte> payload)
    {
        if (BytesPerCount == 0)
            return ZigZag.Read(ref payload);
        if (payload.Length < BytesPerCount)
            throw new FormatException("an encoded histogram ends within a count");
        long count = BytesPerCount switch
        {
            2 => BinaryPrimitives.ReadInt16BigEndian(payload),
            4 => BinaryPrimitives.ReadInt32BigEndian(payload),
            _ => BinaryPrimitives.ReadInt64BigEndian(payload),
        };
        payload = payload[BytesPerCount..];
        return count >= 0 ? count : throw new FormatException($"an encoded histogram has the count {count}");
    }

    private static int CheckedBytesPerCount(int cookie)
    {
        int bytes = EncodingCookie.BytesPerCount(cookie);
        return bytes is 2 or 4 or 8 ? bytes : throw new FormatException($"an encoded histogram has {bytes} bytes per count");
    }

    private static void ReadPart(Stream stream, Span<byte> bytes)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new FormatException("an encoded histogram ends before its header does");
    }
}
