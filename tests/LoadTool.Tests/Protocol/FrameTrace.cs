using LoadTool.Sockets.Protocol;

namespace LoadTool.Tests.Protocol;

/// <summary>
/// What came out of a stream of frames: ended messages and control frames in order, the message still open, and the close code of a refusal.
/// </summary>
internal sealed record FrameTrace(string Events, string Open, int? CloseCode)
{
    /// <summary>Feeds the reader piece by piece.</summary>
    public static FrameTrace OfReader(IEnumerable<byte[]> pieces, bool expectMasked)
    {
        var reader = new FrameReader(expectMasked);
        var events = new List<string>();
        List<byte>? message = null;
        try
        {
            foreach (byte[] piece in pieces)
            {
                Span<byte> source = (byte[])[.. piece];
                FrameEvent found;
                while ((found = reader.Read(ref source, out Span<byte> payload)) != FrameEvent.NeedMore)
                {
                    if (found != FrameEvent.Data)
                    {
                        events.Add($"{found}:{Convert.ToHexString(payload)}");
                        continue;
                    }

                    Assert.Equal(message is null, reader.IsFirst);
                    message ??= [];
                    message.AddRange(payload);
                    if (!reader.EndsMessage)
                        continue;
                    events.Add($"{reader.MessageOpcode}:{Convert.ToHexString([.. message])}");
                    message = null;
                }

                Assert.True(source.IsEmpty);
            }
        }
        catch (FrameException refusal)
        {
            return new(string.Join(' ', events), "", refusal.CloseCode);
        }

        return new(string.Join(' ', events), Convert.ToHexString(message?.ToArray() ?? []), null);
    }

    /// <summary>RFC 6455, sections 5 and 8.1, over the whole stream at once: slow and obvious.</summary>
    public static FrameTrace OfModel(byte[] stream, bool expectMasked)
    {
        var events = new List<string>();
        byte[] message = [];
        int messageOpcode = 0;
        int at = 0;

        FrameTrace End(int? closeCode) => new(string.Join(' ', events), closeCode is null ? Convert.ToHexString(message) : "", closeCode);

        while (stream.Length - at >= 2)
        {
            int first = stream[at], second = stream[at + 1];
            at += 2;
            int extraBytes = (second & 127) switch { 126 => 2, 127 => 8, _ => 0 };
            if (stream.Length - at < extraBytes)
                break;
            ulong length = extraBytes == 0 ? (ulong)(second & 127) : 0;
            for (int i = 0; i < extraBytes; i++)
                length = (length << 8) | stream[at++];
            if (length > long.MaxValue || (extraBytes == 2 && length < 126) || (extraBytes == 8 && length < 65536))
                return End(1002);
            bool isMasked = second >= 128;
            if (isMasked && stream.Length - at < 4)
                break;
            byte[] key = isMasked ? stream[at..(at + 4)] : [0, 0, 0, 0];
            at += isMasked ? 4 : 0;

            int opcode = first & 15;
            bool isFinal = first >= 128;
            bool isControl = opcode >= 8;
            if (isMasked != expectMasked || (first & 0x70) != 0 || opcode is (> 2 and < 8) or > 10 || (isControl && (!isFinal || length > 125))
                || (opcode == 0 && messageOpcode == 0) || (opcode is 1 or 2 && messageOpcode != 0))
                return End(1002);

            int available = (int)Math.Min(length, (ulong)(stream.Length - at));
            byte[] payload = stream[at..(at + available)].Select((value, index) => (byte)(value ^ key[index % 4])).ToArray();
            at += available;
            bool isWhole = (ulong)available == length;
            if (isControl)
            {
                if (isWhole)
                    events.Add($"{opcode switch { 8 => "Close", 9 => "Ping", _ => "Pong" }}:{Convert.ToHexString(payload)}");
                continue;
            }

            messageOpcode = opcode == 0 ? messageOpcode : opcode;
            message = [.. message, .. payload];
            bool isEnded = isWhole && isFinal;
            if (messageOpcode == 1 && !(isEnded ? StrictUtf8.IsValid(message) : StrictUtf8.MayBecomeValid(message)))
                return End(1007);
            if (!isEnded)
                continue;
            events.Add($"{(messageOpcode == 1 ? "Text" : "Binary")}:{Convert.ToHexString(message)}");
            message = [];
            messageOpcode = 0;
        }

        return End(null);
    }
}
