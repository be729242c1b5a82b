using System.Runtime.CompilerServices;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Tests.Protocol;

public sealed class FrameReaderTests
{
    private static byte[] Frame(bool isFinal, int opcode, ReadOnlySpan<byte> payload, uint? maskKey = null, int reservedBits = 0)
    {
        var bytes = new byte[FrameHeader.MaxHeaderBytes + payload.Length];
        int header = FrameHeader.Write(bytes, isFinal, reservedBits, (Opcode)opcode, maskKey, payload.Length);
        Masking.Copy(payload, bytes.AsSpan(header), maskKey ?? 0, 0);
        return bytes[..(header + payload.Length)];
    }

    private static void AssertEveryCutGives(FrameTrace expected, byte[] stream, bool expectMasked)
    {
        foreach (int[] pieces in Cuts.Of(stream.Length))
            Assert.Equal(expected, FrameTrace.OfReader(Cuts.Apply(stream, pieces), expectMasked));
    }

    [Theory]
    [InlineData("810548656c6c6f", false, "Text:48656C6C6F")]
    [InlineData("818537fa213d7f9f4d5158", true, "Text:48656C6C6F")]
    [InlineData("010348656c80026c6f", false, "Text:48656C6C6F")]
    [InlineData("890548656c6c6f", false, "Ping:48656C6C6F")]
    [InlineData("8a8537fa213d7f9f4d5158", true, "Pong:48656C6C6F")]
    [InlineData("8100", false, "Text:")]
    [InlineData("8200", false, "Binary:")]
    [InlineData("01008000", false, "Text:")]
    [InlineData("0100000000008001418900", false, "Text:41 Ping:")]
    [InlineData("0201FF8901AA0001FE8A0080018A", false, "Ping:AA Pong: Binary:FFFE8A")]
    [InlineData("0101C3890080 01A9", false, "Ping: Text:C3A9")]
    [InlineData("880203E8", false, "Close:03E8")]
    public void Frames_are_read_however_they_are_cut(string hex, bool expectMasked, string events) =>
        AssertEveryCutGives(new(events, "", null), Convert.FromHexString(hex.Replace(" ", "")), expectMasked);

    [Theory]
    [InlineData("A masked frame from a server", "818137FA213D7F", false)]
    [InlineData("An unmasked frame from a client", "810141", true)]
    [InlineData("RSV1", "C10141", false)]
    [InlineData("RSV2 on a control frame", "A900", false)]
    [InlineData("RSV3", "910141", false)]
    [InlineData("Opcode 3", "8300", false)]
    [InlineData("Opcode 7", "8700", false)]
    [InlineData("Opcode 11", "8B00", false)]
    [InlineData("Opcode 15", "8F00", false)]
    [InlineData("A fragmented ping", "0900", false)]
    [InlineData("A fragmented close", "0800", false)]
    [InlineData("A ping of 126 bytes", "897E007E", false)]
    [InlineData("A continuation without a start", "8000", false)]
    [InlineData("A continuation after a message ended", "81008000", false)]
    [InlineData("A message inside another", "01008100", false)]
    [InlineData("Length 5 in 16 bits", "827E0005", false)]
    [InlineData("Length 5 in 64 bits", "827F0000000000000005", false)]
    [InlineData("The highest length bit", "827F8000000000000000", false)]
    public void A_violation_is_1002_however_it_is_cut(string violation, string hex, bool expectMasked)
    {
        byte[] stream = Convert.FromHexString(hex);
        foreach (int[] pieces in Cuts.Of(stream.Length))
            Assert.Equal((violation, 1002), (violation, FrameTrace.OfReader(Cuts.Apply(stream, pieces), expectMasked).CloseCode));
    }

    [Theory]
    [InlineData("8101FF")]
    [InlineData("8103EDA080")]
    [InlineData("8101C3")]
    [InlineData("0101C38000")]
    [InlineData("0101C3800141")]
    [InlineData("0105F490")]
    [InlineData("81FF")]
    public void Text_that_is_not_UTF8_is_1007_even_before_its_frame_has_arrived(string hex)
    {
        byte[] stream = hex == "81FF" ? [0x81, 0x7E, 0xFF, 0xFF, 0x41, 0xC0] : Convert.FromHexString(hex);
        AssertEveryCutGives(new("", "", 1007), stream, expectMasked: false);
    }

    [Fact]
    public void A_valid_message_before_a_violation_is_still_delivered() =>
        AssertEveryCutGives(new("Text:41 Ping:", "", 1002), Convert.FromHexString("81014189008300"), expectMasked: false);

    [Fact]
    public void Binary_messages_are_not_judged_as_text() =>
        AssertEveryCutGives(new("Binary:FFC0", "", null), Convert.FromHexString("8202FFC0"), expectMasked: false);

    [Theory]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65535)]
    [InlineData(65536)]
    public void Every_length_form_is_read(int length)
    {
        var payload = new byte[length];
        new Random(length).NextBytes(payload);
        byte[] stream = Frame(isFinal: true, 2, payload, maskKey: 0x01020304);
        var expected = new FrameTrace("Binary:" + Convert.ToHexString(payload), "", null);
        Assert.Equal(expected, FrameTrace.OfReader([stream], expectMasked: true));
        for (int cut = 0; cut < 20; cut++)
            Assert.Equal(expected, FrameTrace.OfReader(Cuts.Apply(stream, [cut, stream.Length - cut]), expectMasked: true));
    }

    [Fact]
    public void A_whole_frame_is_handed_out_where_it_lies()
    {
        byte[] bytes = Frame(isFinal: true, 1, "hello"u8, maskKey: 0xCAFEBABE);
        var reader = new FrameReader(expectMasked: true);
        Span<byte> source = bytes;
        Assert.Equal(FrameEvent.Data, reader.Read(ref source, out Span<byte> payload));
        Assert.True(Unsafe.AreSame(ref payload[0], ref bytes[6]));
        Assert.Equal("hello", Encoding.UTF8.GetString(payload));
        Assert.True(reader.IsFirst && reader.EndsMessage);
    }

    [Fact]
    public void Pieces_say_which_is_first_and_which_ends_the_message()
    {
        var reader = new FrameReader(expectMasked: false);
        byte[] stream = [.. Frame(isFinal: false, 2, [1, 2]), .. Frame(isFinal: true, 9, []), .. Frame(isFinal: true, 0, [3, 4])];
        var pieces = new List<(bool, bool, long)>();
        foreach (byte value in stream)
        {
            Span<byte> source = (byte[])[value];
            while (reader.Read(ref source, out _) is var found && found != FrameEvent.NeedMore)
            {
                if (found == FrameEvent.Data)
                    pieces.Add((reader.IsFirst, reader.EndsMessage, reader.FrameBytesLeft));
            }
        }

        Assert.Equal([(true, false, 1), (false, false, 0), (false, false, 1), (false, true, 0)], pieces);
    }

    [Fact]
    public void A_reader_is_inside_a_frame_from_its_first_byte_to_its_last()
    {
        byte[] stream = [.. Frame(isFinal: false, 1, "ab"u8), .. Frame(isFinal: true, 9, "c"u8), .. Frame(isFinal: true, 0, [])];
        var reader = new FrameReader(expectMasked: false);
        var inside = new List<bool>();
        foreach (byte value in stream)
        {
            Span<byte> source = (byte[])[value];
            while (reader.Read(ref source, out _) != FrameEvent.NeedMore)
            {
            }

            inside.Add(reader.IsInsideFrame);
        }

        Assert.Equal([true, true, true, false, true, true, false, true, false], inside);
    }

    [Fact]
    public void A_claimed_reserved_bit_is_reported_and_its_message_is_not_judged_as_text()
    {
        byte[] stream =
            [.. Frame(isFinal: false, 1, [0xFF], reservedBits: 4), .. Frame(isFinal: true, 0, [0xFE]), .. Frame(isFinal: true, 1, "a"u8), .. Frame(isFinal: true, 1, [0xFF])];
        var reader = new FrameReader(expectMasked: false, allowedReservedBits: 4);
        Span<byte> source = stream;
        foreach (int bits in new[] { 4, 4, 0 })
        {
            Assert.Equal(FrameEvent.Data, reader.Read(ref source, out _));
            Assert.Equal(bits, reader.MessageReservedBits);
        }

        Assert.Equal(1007, ReadToRefusal(reader, source.ToArray()));
        byte[] continuation = [.. Frame(isFinal: false, 2, [1], reservedBits: 4), .. Frame(isFinal: true, 0, [2], reservedBits: 4)];
        Assert.Equal(1002, ReadToRefusal(new(expectMasked: false, allowedReservedBits: 4), continuation));
        Assert.Equal(1002, ReadToRefusal(new(expectMasked: false, allowedReservedBits: 4), Frame(isFinal: true, 9, [], reservedBits: 4)));
    }

    private static int ReadToRefusal(FrameReader reader, byte[] bytes) => Assert.Throws<FrameException>(() =>
    {
        Span<byte> source = bytes;
        while (reader.Read(ref source, out _) != FrameEvent.NeedMore)
        {
        }
    }).CloseCode;

    [Fact]
    public void Many_fragments_make_one_message()
    {
        var stream = new List<byte>(Frame(isFinal: false, 1, []));
        for (int i = 0; i < 10_000; i++)
            stream.AddRange(Frame(isFinal: false, 0, i % 2 == 0 ? "x"u8 : ""u8));
        stream.AddRange(Frame(isFinal: true, 0, ""u8));
        Assert.Equal(new("Text:" + string.Concat(Enumerable.Repeat("78", 5_000)), "", null), FrameTrace.OfReader([[.. stream]], expectMasked: false));
    }

    [Fact]
    public void A_reader_is_48_bytes() => Assert.Equal(48, Unsafe.SizeOf<FrameReader>());

    [Fact]
    public void Reading_messages_allocates_nothing_even_when_they_are_cut()
    {
        byte[] text = Frame(isFinal: true, 1, Encoding.UTF8.GetBytes(new string('é', 500)), maskKey: 0x11223344);
        byte[] ping = Frame(isFinal: true, 9, "p"u8, maskKey: 0x55667788);
        byte[] stream = [.. text, .. ping, .. text];
        var copy = new byte[stream.Length];
        int[] cuts = [0, 1, 3, 7, 700, 1009, 1010, stream.Length - 1];
        int events = 0;
        Assert.Equal(0, Allocation.Of(() =>
        {
            // Only a ping cut in its payload needs room of its own: the cuts here fall into headers and text.
            foreach (int cut in cuts)
            {
                stream.CopyTo(copy.AsSpan());
                var reader = new FrameReader(expectMasked: true);
                Span<byte> source = copy.AsSpan(0, cut);
                while (reader.Read(ref source, out _) != FrameEvent.NeedMore)
                    events++;
                source = copy.AsSpan(cut);
                while (reader.Read(ref source, out _) != FrameEvent.NeedMore)
                    events++;
            }
        }));
        Assert.True(events > 0);
    }

    [Fact]
    public void A_reader_agrees_with_the_model_on_streams_of_mostly_valid_frames() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), seed =>
        {
            var random = new Random(seed);
            bool expectMasked = random.Next(2) == 0;
            return AgreesWithModel(random, RandomFrames(random, expectMasked), expectMasked);
        }));

    [Fact]
    public void A_reader_agrees_with_the_model_on_random_bytes_and_lets_nothing_but_a_refusal_out()
    {
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var stream = new byte[random.Next(0, 64)];
            random.NextBytes(stream);
            if (stream.Length > 0 && random.Next(2) == 0)
                stream[0] = (byte)(0x81 + random.Next(2));
            Assert.True(AgreesWithModel(random, stream, expectMasked: seed % 2 == 0), $"Seed {seed} disagrees.");
        }
    }

    private static bool AgreesWithModel(Random random, byte[] stream, bool expectMasked)
    {
        FrameTrace expected = FrameTrace.OfModel(stream, expectMasked);
        return FrameTrace.OfReader([stream], expectMasked) == expected
            && FrameTrace.OfReader(Cuts.Apply(stream, Cuts.AtRandom(random, stream.Length)), expectMasked) == expected
            && FrameTrace.OfReader(stream.Select(value => new[] { value }), expectMasked) == expected;
    }

    /// <summary>Frames as a peer sends them, with one wrong bit or a missing end in some streams.</summary>
    private static byte[] RandomFrames(Random random, bool mask)
    {
        var stream = new List<byte>();
        bool insideMessage = false;
        for (int frames = random.Next(1, 8); frames > 0; frames--)
        {
            bool isControl = random.Next(4) == 0;
            bool isFinal = isControl || random.Next(2) == 0;
            int opcode = isControl ? random.Next(8, 11) : insideMessage ? 0 : random.Next(1, 3);
            insideMessage = isControl ? insideMessage : !isFinal;
            byte[] payload = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("aé€😀", random.Next(0, 5))));
            int start = random.Next(0, 4) == 0 ? random.Next(0, payload.Length + 1) : 0;
            stream.AddRange(Frame(isFinal, opcode, payload.AsSpan(start), mask ? (uint)random.Next() : null));
        }

        if (random.Next(3) == 0)
            stream[random.Next(stream.Count)] ^= (byte)(1 << random.Next(8));
        return [.. stream[..(random.Next(3) == 0 ? random.Next(stream.Count + 1) : stream.Count)]];
    }
}
