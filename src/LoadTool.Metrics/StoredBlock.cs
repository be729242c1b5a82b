using System.Buffers.Binary;

namespace LoadTool.Metrics;

/// <summary>
/// A zlib stream (RFC 1950) of one stored block (RFC 1951, section 3.2.4): bytes as they are, in a frame that every inflater reads. Setting up a compressor costs
/// more than a short histogram has to gain from it.
/// </summary>
internal static class StoredBlock
{
    /// <summary>What stands around the bytes: two bytes of zlib's head, five of the block's, a checksum of four.</summary>
    public const int Overhead = HeadBytes + 4;

    /// <summary>The longest block.</summary>
    public const int MaxBytes = ushort.MaxValue;

    private const int HeadBytes = 7;

    /// <summary>The modulus of Adler-32.</summary>
    private const uint AdlerBase = 65_521;

    /// <summary>Additions of a byte that the checksum's sums bear before they must be reduced.</summary>
    private const int AdlerStretch = 5_552;

    /// <summary>Writes the stream.</summary>
    /// <param name="plain">At most <see cref="MaxBytes"/>.</param>
    /// <param name="target">Room for them and <see cref="Overhead"/>.</param>
    public static void Write(ReadOnlySpan<byte> plain, Span<byte> target)
    {
        // Window of 32 KiB, fastest level; then "last block, stored", its length and the length's complement.
        (target[0], target[1], target[2]) = (0x78, 0x01, 0x01);
        BinaryPrimitives.WriteUInt16LittleEndian(target[3..], (ushort)plain.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(target[5..], (ushort)~plain.Length);
        plain.CopyTo(target[HeadBytes..]);
        BinaryPrimitives.WriteUInt32BigEndian(target[(HeadBytes + plain.Length)..], Adler32(plain));
    }

    /// <summary>The bytes in a stream of one stored block.</summary>
    /// <returns>False when it is none, or is damaged.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out ReadOnlySpan<byte> plain)
    {
        plain = default;
        if (source.Length < Overhead || source[0] != 0x78 || source[2] != 0x01)
            return false;
        int length = BinaryPrimitives.ReadUInt16LittleEndian(source[3..]);
        if ((ushort)~length != BinaryPrimitives.ReadUInt16LittleEndian(source[5..]) || source.Length != length + Overhead)
            return false;
        plain = source.Slice(HeadBytes, length);
        return Adler32(plain) == BinaryPrimitives.ReadUInt32BigEndian(source[(HeadBytes + length)..]);
    }

    private static uint Adler32(ReadOnlySpan<byte> bytes)
    {
        uint low = 1, high = 0;
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> stretch = bytes[..Math.Min(bytes.Length, AdlerStretch)];
            foreach (byte next in stretch)
                high += low += next;
            (low, high) = (low % AdlerBase, high % AdlerBase);
            bytes = bytes[stretch.Length..];
        }

        return (high << 16) | low;
    }
}
