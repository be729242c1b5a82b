using System.Buffers.Binary;
using System.Text;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Tests.Protocol;

/// <summary>Streams of frames, mostly valid, damaged and cut by chance, against the model.</summary>
public sealed class FrameFuzzTests
{
    private static readonly byte[][] Texts = [[], .. new[] { "a", "é", "€", "😀", "Très 漢字 🙂", new string('x', 130) }.Select(Encoding.UTF8.GetBytes)];

    [Fact]
    public void A_reader_agrees_with_the_model_whatever_the_damage_and_the_cuts() => Fuzz.Run(0.4, random =>
    {
        bool expectMasked = random.Next(2) == 0, allowsRsv1 = random.Next(3) == 0;
        byte[] stream = Fuzz.Mutate(random, Frames(random, expectMasked, allowsRsv1), Frames(random, expectMasked, allowsRsv1));
        byte[] expected = FrameModel.Trace(stream, expectMasked, allowsRsv1);
        AssertSame(expected, Read(stream, expectMasked, allowsRsv1, () => stream.Length), stream);
        AssertSame(expected, Read(stream, expectMasked, allowsRsv1, () => random.Next(1, 9)), stream);
    });

    private static void AssertSame(byte[] expected, byte[] actual, byte[] stream)
    {
        if (!expected.AsSpan().SequenceEqual(actual))
            Assert.Fail($"{Convert.ToHexString(stream)} gave {Convert.ToHexString(actual)}, not {Convert.ToHexString(expected)}.");
    }

    private static byte[] Read(byte[] stream, bool expectMasked, bool allowsRsv1, Func<int> piece)
    {
        var reader = new FrameReader(expectMasked, allowsRsv1 ? 4 : 0);
        byte[] bytes = [.. stream];
        List<byte> trace = [], message = [];
        int code = 0;
        try
        {
            for (int at = 0; at < bytes.Length;)
            {
                Span<byte> source = bytes.AsSpan(at, Math.Min(piece(), bytes.Length - at));
                at += source.Length;
                ReadPiece(ref reader, source, trace, message);
            }
        }
        catch (FrameException refusal)
        {
            code = refusal.CloseCode;
            message.Clear();
        }

        FrameModel.Close(trace, message, code);
        return [.. trace];
    }

    private static void ReadPiece(ref FrameReader reader, Span<byte> source, List<byte> trace, List<byte> message)
    {
        for (FrameEvent found; (found = reader.Read(ref source, out Span<byte> payload)) != FrameEvent.NeedMore;)
        {
            if (found != FrameEvent.Data)
            {
                FrameModel.Add(trace, found switch { FrameEvent.Close => 8, FrameEvent.Ping => 9, _ => 10 }, payload);
                continue;
            }

            message.AddRange(payload);
            if (!reader.EndsMessage)
                continue;
            FrameModel.Add(trace, (int)reader.MessageOpcode, [.. message]);
            message.Clear();
        }
    }

    /// <summary>Frames as a good peer sends them, some of a rare length.</summary>
    private static byte[] Frames(Random random, bool isMasked, bool usesRsv1)
    {
        List<byte> stream = [];
        bool isInside = false;
        for (int frames = random.Next(1, 7); frames > 0; frames--)
        {
            bool isControl = random.Next(4) == 0;
            bool isFinal = isControl || random.Next(2) == 0;
            int opcode = isControl ? random.Next(8, 11) : isInside ? 0 : random.Next(1, 3);
            bool isReserved = usesRsv1 && opcode is 1 or 2 && random.Next(2) == 0;
            isInside = isControl ? isInside : !isFinal;
            byte[] payload = Texts[random.Next(isControl ? Texts.Length - 1 : Texts.Length)];
            Append(stream, (isFinal ? 0x80 : 0) | (isReserved && usesRsv1 ? 0x40 : 0) | opcode, payload, isMasked ? random.Next() : null);
        }

        return [.. stream];
    }

    private static void Append(List<byte> stream, int first, byte[] payload, int? key)
    {
        int masked = key is null ? 0 : 0x80;
        stream.Add((byte)first);
        stream.AddRange(payload.Length < 126 ? [(byte)(masked | payload.Length)] : [(byte)(masked | 126), (byte)(payload.Length >> 8), (byte)payload.Length]);
        Span<byte> keyBytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(keyBytes, key ?? 0);
        if (key is not null)
            stream.AddRange(keyBytes);
        for (int i = 0; i < payload.Length; i++)
            stream.Add((byte)(payload[i] ^ keyBytes[i % 4]));
    }
}
