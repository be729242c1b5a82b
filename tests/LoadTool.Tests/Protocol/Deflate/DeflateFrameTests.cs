using System.Buffers;
using System.Text;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Tests.Protocol;

public sealed class DeflateFrameTests
{
    private const int Rsv1 = 4;

    [Theory]
    [InlineData("A compressed message", "c100", "Text:4")]
    [InlineData("Compressed and plain messages in turn", "c200 8100 c100 8200", "Binary:4 Text:0 Text:4 Binary:0")]
    [InlineData("A compressed message in frames", "4100 0000 8000", "Text:4")]
    [InlineData("A ping inside a compressed message", "4100 8900 8000", "Ping Text:4")]
    [InlineData("A plain message in frames after a compressed one", "c100 0100 8000", "Text:4 Text:0")]
    [InlineData("RSV1 on a continuation", "4100 c000", "1002")]
    [InlineData("RSV1 on a continuation of a plain message", "0100 c000", "1002")]
    [InlineData("RSV1 on a ping", "c900", "1002")]
    [InlineData("RSV1 on a pong", "ca00", "1002")]
    [InlineData("RSV1 on a close", "c800", "1002")]
    [InlineData("RSV1 on a ping inside a compressed message", "4100 c900", "1002")]
    [InlineData("RSV2", "a100", "1002")]
    [InlineData("RSV3", "9100", "1002")]
    [InlineData("RSV1 and RSV2", "e100", "1002")]
    public void RSV1_stands_on_the_first_frame_of_a_message_and_nowhere_else(string what, string hex, string expected)
    {
        byte[] stream = Convert.FromHexString(hex.Replace(" ", ""));
        foreach (int[] pieces in Cuts.Of(stream.Length))
            Assert.Equal((what, expected), (what, Read(Cuts.Apply(stream, pieces), allowedReservedBits: Rsv1)));
        Assert.Equal((what, "1002"), (what, Read([stream], allowedReservedBits: 0)));
    }

    [Fact]
    public void A_compressed_text_in_frames_with_a_ping_inside_arrives_however_it_is_cut()
    {
        string text = string.Concat(Enumerable.Range(0, 200).Select(id => $"{{\"é\":{id % 7}}}"));
        using var pool = new DeflatePool();
        using var deflater = new MessageDeflater(pool, 15, keepsContext: true);
        byte[] first = FramesOf(deflater, Encoding.UTF8.GetBytes(text), frameBytes: 40), second = FramesOf(deflater, Encoding.UTF8.GetBytes(text), frameBytes: 40);
        byte[] stream = [.. first, .. second];
        var random = new Random(5);
        for (int round = 0; round < 300; round++)
        {
            using var inflater = new MessageInflater(pool, 15, keepsContext: true, maxMessageBytes: 1 << 16);
            int[] pieces = round == 0 ? [.. Enumerable.Repeat(1, stream.Length)] : Cuts.AtRandom(random, stream.Length);
            Assert.Equal([text, text], Receive(inflater, Cuts.Apply(stream, pieces)));
        }
    }

    private static List<string> Receive(MessageInflater inflater, IEnumerable<byte[]> pieces)
    {
        var reader = new FrameReader(expectMasked: true, allowedReservedBits: Rsv1);
        var messages = new List<string>();
        byte[]? plain = null;
        int length = 0;
        foreach (byte[] piece in pieces)
        {
            Span<byte> source = (byte[])[.. piece];
            FrameEvent found;
            while ((found = reader.Read(ref source, out Span<byte> payload)) != FrameEvent.NeedMore)
            {
                if (found != FrameEvent.Data)
                    continue;
                Assert.Equal(Rsv1, reader.MessageReservedBits);
                Assert.True(inflater.TryAppend(payload, reader.EndsMessage, reader.MessageOpcode == Opcode.Text, ref plain, ref length));
                if (!reader.EndsMessage)
                    continue;
                messages.Add(Encoding.UTF8.GetString(plain!, 0, length));
                length = 0;
            }
        }

        ArrayPool<byte>.Shared.Return(plain!);
        return messages;
    }

    /// <summary>The message's frames as a client sends them from a small buffer, each followed by a ping.</summary>
    private static byte[] FramesOf(MessageDeflater deflater, byte[] message, int frameBytes)
    {
        var stream = new List<byte>();
        ReadOnlySpan<byte> source = message;
        bool isDone = false;
        for (int frame = 0; !isDone; frame++)
        {
            var payload = new byte[frameBytes];
            int written = deflater.Deflate(ref source, payload, endsMessage: true, out isDone);
            var header = new byte[FrameHeader.MaxHeaderBytes];
            uint key = (uint)(frame * 77777);
            int headerBytes = FrameHeader.Write(header, isDone, frame == 0 ? Rsv1 : 0, frame == 0 ? Opcode.Text : Opcode.Continuation, key, written);
            Masking.Apply(payload.AsSpan(0, written), key, offset: 0);
            stream.AddRange([.. header[..headerBytes], .. payload[..written], 0x89, 0x80, 1, 2, 3, 4]);
        }

        return [.. stream];
    }

    private static string Read(IEnumerable<byte[]> pieces, int allowedReservedBits)
    {
        var reader = new FrameReader(expectMasked: false, allowedReservedBits);
        var events = new List<string>();
        try
        {
            foreach (byte[] piece in pieces)
            {
                Span<byte> source = piece;
                FrameEvent found;
                while ((found = reader.Read(ref source, out _)) != FrameEvent.NeedMore)
                {
                    if (found != FrameEvent.Data)
                        events.Add(found.ToString());
                    else if (reader.EndsMessage)
                        events.Add($"{reader.MessageOpcode}:{reader.MessageReservedBits}");
                }
            }
        }
        catch (FrameException refusal)
        {
            return refusal.CloseCode.ToString();
        }

        return string.Join(' ', events);
    }
}
