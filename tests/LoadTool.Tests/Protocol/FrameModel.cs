namespace LoadTool.Tests.Protocol;

/// <summary>
/// RFC 6455, sections 5 and 8.1, byte by byte over a whole stream: obvious, and quick enough for millions of streams. What happened is written down as
/// bytes: each ended message and control frame with its opcode and length, then the message still open and the close code of a refusal.
/// </summary>
internal sealed class FrameModel(bool expectMasked, bool allowsRsv1)
{
    private readonly List<byte> _message = [];
    private int _messageOpcode;
    private bool _isTransformed;

    public static byte[] Trace(byte[] stream, bool expectMasked, bool allowsRsv1)
    {
        FrameModel model = new(expectMasked, allowsRsv1);
        List<byte> trace = [];
        int code = model.Read(stream, trace);
        Close(trace, code == 0 ? model._message : [], code);
        return [.. trace];
    }

    public static void Add(List<byte> trace, int opcode, ReadOnlySpan<byte> payload)
    {
        trace.AddRange([(byte)opcode, (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length]);
        trace.AddRange(payload);
    }

    public static void Close(List<byte> trace, List<byte> open, int code)
    {
        trace.AddRange([0xFF, (byte)(code >> 8), (byte)code]);
        trace.AddRange(open);
    }

    /// <returns>The close code of a refusal, or 0.</returns>
    private int Read(byte[] stream, List<byte> trace)
    {
        for (int at = 0; at + 2 <= stream.Length;)
        {
            int first = stream[at], second = stream[at + 1];
            int lengthBytes = (second & 127) == 127 ? 8 : (second & 127) == 126 ? 2 : 0;
            at += 2;
            if (at + lengthBytes > stream.Length)
                return 0;
            ulong length = lengthBytes == 0 ? (ulong)(second & 127) : 0;
            for (int i = 0; i < lengthBytes; i++)
                length = length * 256 + stream[at++];
            if (length >= 1UL << 63 || (lengthBytes == 2 && length <= 125) || (lengthBytes == 8 && length <= 65_535))
                return 1002;
            int keyAt = at;
            at += second >= 128 ? 4 : 0;
            if (at > stream.Length)
                return 0;
            if (IsForbidden(first, second >= 128, length))
                return 1002;
            int payloadBytes = (int)Math.Min(length, (ulong)(stream.Length - at));
            byte[] payload = stream[at..(at + payloadBytes)];
            for (int i = 0; i < payload.Length && second >= 128; i++)
                payload[i] ^= stream[keyAt + (i % 4)];
            at += payloadBytes;
            int code = Take(first, payload, isWhole: (ulong)payloadBytes == length, trace);
            if (code != 0)
                return code;
        }

        return 0;
    }

    private bool IsForbidden(int first, bool isMasked, ulong length)
    {
        int opcode = first % 16;
        int reserved = (first / 16) % 8;
        bool isFinal = first >= 128;
        return isMasked != expectMasked
            || (reserved != 0 && !(reserved == 4 && allowsRsv1 && opcode is 1 or 2))
            || opcode is 3 or 4 or 5 or 6 or 7 or > 10
            || (opcode >= 8 && (!isFinal || length > 125))
            || (opcode == 0 && _messageOpcode == 0)
            || (opcode is 1 or 2 && _messageOpcode != 0);
    }

    private int Take(int first, byte[] payload, bool isWhole, List<byte> trace)
    {
        int opcode = first % 16;
        if (opcode >= 8)
        {
            if (isWhole)
                Add(trace, opcode, payload);
            return 0;
        }

        if (opcode != 0)
            (_messageOpcode, _isTransformed) = (opcode, (first & 0x40) != 0);
        _message.AddRange(payload);
        bool isEnded = isWhole && first >= 128;
        if (_messageOpcode == 1 && !_isTransformed && !IsText([.. _message], isEnded))
            return 1007;
        if (!isEnded)
            return 0;
        Add(trace, _messageOpcode, [.. _message]);
        _message.Clear();
        _messageOpcode = 0;
        return 0;
    }

    /// <summary>Each character by what its bytes so far leave possible.</summary>
    private static bool IsText(byte[] bytes, bool isEnded)
    {
        for (int at = 0; at < bytes.Length;)
        {
            int lead = bytes[at];
            int length = lead < 0x80 ? 1 : lead is >= 0xC0 and < 0xE0 ? 2 : lead is >= 0xE0 and < 0xF0 ? 3 : lead is >= 0xF0 and < 0xF8 ? 4 : 0;
            if (length == 0)
                return false;
            int value = length == 1 ? lead : lead & (0x7F >> length);
            int have = 1;
            for (; have < length && at + have < bytes.Length; have++)
            {
                if (bytes[at + have] is < 0x80 or > 0xBF)
                    return false;
                value = value * 64 + (bytes[at + have] & 63);
            }

            int due = length - have;
            int least = value << (6 * due), most = least + (1 << (6 * due)) - 1;
            int shortest = length switch { 1 => 0, 2 => 0x80, 3 => 0x800, _ => 0x10000 };
            if (most < shortest || least > 0x10FFFF || (least >= 0xD800 && most <= 0xDFFF) || (due > 0 && isEnded))
                return false;
            at += have;
        }

        return true;
    }
}
