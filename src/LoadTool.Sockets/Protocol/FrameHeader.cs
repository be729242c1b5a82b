using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace LoadTool.Sockets.Protocol;

/// <summary>The bytes before a frame's payload (RFC 6455, section 5.2).</summary>
/// <param name="IsFinal">FIN: this frame ends its message.</param>
/// <param name="ReservedBits">RSV1 is 4, RSV2 is 2, RSV3 is 1.</param>
/// <param name="Opcode">As it stands on the wire, unknown values included.</param>
/// <param name="IsMasked">True when a mask key is present.</param>
/// <param name="MaskKey">The key's four bytes as they stand in memory; 0 when unmasked.</param>
/// <param name="PayloadLength">In bytes.</param>
/// <param name="HeaderBytes">Length of this header, 2 to <see cref="MaxHeaderBytes"/>.</param>
internal readonly record struct FrameHeader(
    bool IsFinal, int ReservedBits, Opcode Opcode, bool IsMasked, uint MaskKey, long PayloadLength, int HeaderBytes)
{
    /// <summary>2 bytes, 8 of extended length, 4 of mask key.</summary>
    public const int MaxHeaderBytes = 14;

    /// <summary>Control frames have no extended length (RFC 6455, section 5.5).</summary>
    public const int MaxControlPayloadBytes = 125;

    internal const int Length16 = 126;
    internal const int Length64 = 127;

    /// <summary>Reads a header at the front of <paramref name="source"/>.</summary>
    /// <returns>False when <paramref name="source"/> ends before the header does.</returns>
    /// <exception cref="FrameException">The length is not in its shortest form, or has its highest bit set.</exception>
    public static bool TryRead(ReadOnlySpan<byte> source, out FrameHeader header)
    {
        header = default;
        if (source.Length < 2)
            return false;

        int first = source[0];
        int second = source[1];
        if (!TryReadLength(source, second & 0x7F, out long payloadLength, out int headerBytes))
            return false;

        bool isMasked = (second & 0x80) != 0;
        uint maskKey = 0;
        if (isMasked)
        {
            if (!MemoryMarshal.TryRead(source[headerBytes..], out maskKey))
                return false;
            headerBytes += sizeof(uint);
        }

        header = new(
            IsFinal: (first & 0x80) != 0,
            ReservedBits: (first >> 4) & 7,
            Opcode: (Opcode)(first & 0xF),
            isMasked,
            maskKey,
            payloadLength,
            headerBytes);
        return true;
    }

    /// <summary>
    /// Writes a header in its shortest form; <see cref="MaxHeaderBytes"/> is always room enough. A null mask key leaves the frame unmasked.
    /// </summary>
    /// <returns>The bytes written.</returns>
    public static int Write(Span<byte> destination, bool isFinal, int reservedBits, Opcode opcode, uint? maskKey, long payloadLength)
    {
        int masked = maskKey.HasValue ? 0x80 : 0;
        destination[0] = (byte)((isFinal ? 0x80 : 0) | (reservedBits << 4) | (int)opcode);
        int headerBytes;
        if (payloadLength < Length16)
        {
            destination[1] = (byte)(masked | (int)payloadLength);
            headerBytes = 2;
        }
        else if (payloadLength <= ushort.MaxValue)
        {
            destination[1] = (byte)(masked | Length16);
            BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)payloadLength);
            headerBytes = 4;
        }
        else
        {
            destination[1] = (byte)(masked | Length64);
            BinaryPrimitives.WriteInt64BigEndian(destination[2..], payloadLength);
            headerBytes = 10;
        }

        if (maskKey is not uint key)
            return headerBytes;
        MemoryMarshal.Write(destination[headerBytes..], key);
        return headerBytes + sizeof(uint);
    }

    private static bool TryReadLength(ReadOnlySpan<byte> source, int shortLength, out long payloadLength, out int headerBytes)
    {
        payloadLength = shortLength;
        headerBytes = 2;
        if (shortLength < Length16)
            return true;

        bool isLong = shortLength == Length64;
        headerBytes = isLong ? 10 : 4;
        if (source.Length < headerBytes)
            return false;

        payloadLength = isLong ? BinaryPrimitives.ReadInt64BigEndian(source[2..]) : BinaryPrimitives.ReadUInt16BigEndian(source[2..]);
        if (payloadLength < 0)
            throw FrameException.ProtocolError("A frame's length has its highest bit set.");
        if (payloadLength < (isLong ? ushort.MaxValue + 1 : Length16))
            throw FrameException.ProtocolError("A frame's length is not in its shortest form.");
        return true;
    }
}
