using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace LoadTool.Sockets.Protocol;

/// <summary>The payload of a Close frame: two bytes of code, then a reason in UTF-8 (RFC 6455, section 5.5.1).</summary>
internal static class CloseFrame
{
    /// <summary>What a control frame holds beside the code.</summary>
    public const int MaxReasonBytes = FrameHeader.MaxControlPayloadBytes - sizeof(ushort);

    /// <summary>Reads a received payload; an empty one is reported as 1005 with no reason.</summary>
    /// <exception cref="FrameException">One byte, a code that must not be sent (1002), or a reason that is not UTF-8 (1007).</exception>
    public static (ushort Code, string Reason) Read(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
            return (CloseCodes.Empty, "");
        if (!BinaryPrimitives.TryReadUInt16BigEndian(payload, out ushort code))
            throw FrameException.ProtocolError("A Close frame carries half a code.");
        if (!CloseCodes.MayBeOnTheWire(code))
            throw FrameException.ProtocolError("A Close frame carries a code that must not be sent.");

        ReadOnlySpan<byte> reason = payload[sizeof(ushort)..];
        if (!Utf8.IsValid(reason))
            throw FrameException.InvalidUtf8("A Close frame's reason is not UTF-8.");
        return (code, Encoding.UTF8.GetString(reason));
    }

    /// <summary>Writes the payload of values that <see cref="Validate"/> accepts; 1005 stands for an empty one.</summary>
    /// <returns>The bytes written, at most 125.</returns>
    public static int Write(Span<byte> destination, ushort code, ReadOnlySpan<char> reason)
    {
        if (code == CloseCodes.Empty)
            return 0;
        BinaryPrimitives.WriteUInt16BigEndian(destination, code);
        return sizeof(ushort) + Encoding.UTF8.GetBytes(reason, destination[sizeof(ushort)..]);
    }

    /// <summary>Checks what a caller wants to close with; a null reason counts as none.</summary>
    /// <exception cref="ArgumentException">The code must not be sent, 1005 has a reason, or the reason is longer than 123 bytes of UTF-8.</exception>
    public static void Validate(ushort code, string? reason)
    {
        if (code != CloseCodes.Empty && !CloseCodes.MayBeOnTheWire(code))
            throw Failures.InvalidArgument($"Close code {code} must not be sent: 1000-1003, 1007-1014, 3000-4999 may, and 1005 sends an empty frame.", nameof(code));
        if (string.IsNullOrEmpty(reason))
            return;
        if (code == CloseCodes.Empty)
            throw Failures.InvalidArgument("Close code 1005 sends an empty frame, which has no room for a reason.", nameof(reason));
        if (Encoding.UTF8.GetByteCount(reason) > MaxReasonBytes)
            throw Failures.InvalidArgument($"A close reason is at most {MaxReasonBytes} bytes of UTF-8.", nameof(reason));
    }
}
