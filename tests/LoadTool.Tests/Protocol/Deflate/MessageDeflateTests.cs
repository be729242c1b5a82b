using System.Buffers;
using System.IO.Compression;
using System.Text;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Tests.Protocol;

public sealed class MessageDeflateTests
{
    public static TheoryData<int, bool> Contexts
    {
        get
        {
            var contexts = new TheoryData<int, bool>();
            for (int bits = 8; bits <= 15; bits++)
            {
                contexts.Add(bits, true);
                contexts.Add(bits, false);
            }

            return contexts;
        }
    }

    private static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", ""));

    /// <summary>Text that repeats, zeros, noise, near and far repetitions, nothing.</summary>
    private static byte[] RandomMessage(Random random, int maxBytes)
    {
        var message = new byte[random.Next(8) == 0 ? 0 : random.Next(1, random.Next(2, maxBytes + 1))];
        switch (random.Next(4))
        {
            case 0:
                random.NextBytes(message);
                break;
            case 1:
                for (int i = 0; i < message.Length; i++)
                    message[i] = (byte)"{\"price\":12.5,\"id\":"[(i + random.Next(3)) % 19];
                break;
            case 2:
                var noise = new byte[random.Next(1, 40_000)];
                new Random(7).NextBytes(noise);
                for (int i = 0; i < message.Length; i++)
                    message[i] = noise[i % noise.Length];
                break;
        }

        return message;
    }

    [Fact]
    public void The_runtimes_library_has_every_function_that_is_used() => Assert.True(ZlibStream.IsAvailable);

    /// <summary>RFC 7692, sections 7.2.3.1 to 7.2.3.6, message after message on one connection with context.</summary>
    [Theory]
    [InlineData("f2 48 cd c9 c9 07 00", "Hello")]
    [InlineData("f2 48 cd c9 c9 07 00, f2 48 cd c9 c9 07 00", "Hello,Hello")]
    [InlineData("f2 48 cd c9 c9 07 00, f2 00 11 00 00", "Hello,Hello")]
    [InlineData("00 05 00 fa ff 48 65 6c 6c 6f 00", "Hello")]
    [InlineData("f3 48 cd c9 c9 07 00 00", "Hello")]
    [InlineData("f3 48 cd c9 c9 07 00 00, f2 48 cd c9 c9 07 00", "Hello,Hello")]
    [InlineData("f2 48 05 00 00 00 ff ff ca c9 c9 07 00", "Hello")]
    [InlineData("00", "")]
    [InlineData("f2 48 cd c9 c9 07 00, 00, f2 00 11 00 00", "Hello,,Hello")]
    [InlineData("02 00", "")]
    [InlineData("00 00 00 ff ff 00", "")]
    [InlineData("01, f2 48 cd c9 c9 07 00", ",Hello")]
    public void The_examples_of_RFC_7692_are_read_however_they_are_cut(string payloads, string messages)
    {
        byte[][] compressed = payloads.Split(',').Select(Hex).ToArray();
        byte[][] expected = messages.Split(',').Select(Encoding.ASCII.GetBytes).ToArray();
        for (int last = compressed.Length - 1, cuts = Cuts.Of(compressed[last].Length).Count(), round = 0; round < cuts; round++)
        {
            using var pair = new DeflatePair();
            for (int index = 0; index <= last; index++)
            {
                int[] pieces = index == last ? Cuts.Of(compressed[last].Length).ElementAt(round) : [compressed[index].Length];
                Assert.Equal(expected[index], pair.Inflate(Cuts.Apply(compressed[index], pieces), isText: true));
            }
        }
    }

    [Theory]
    [InlineData("Nothing at all, not even an empty block", "")]
    [InlineData("An unknown block type", "06")]
    [InlineData("A stored block whose lengths disagree", "00 05 00 fb ff 48 65 6c 6c 6f 00")]
    [InlineData("A distance before the beginning", "f2 00 11 00 00")]
    [InlineData("A final block without the empty block after it", "f3 48 cd c9 c9 07 00")]
    [InlineData("A distance before a final block", "f3 48 cd c9 c9 07 00 f2 00 11 00 00")]
    [InlineData("A block cut off", "f2 48 cd c9")]
    [InlineData("A tail that was not removed", "f2 48 cd c9 c9 07 00 00 00 ff ff")]
    [InlineData("A tail that is data", "00 04 00 fb ff")]
    [InlineData("A stored block cut off", "00 08 00 f7 ff 48 65 6c 6c")]
    public void Data_that_is_no_whole_DEFLATE_message_is_1007_however_it_is_cut(string violation, string hex)
    {
        byte[] compressed = Hex(hex);
        foreach (int[] pieces in Cuts.Of(compressed.Length))
        {
            using var pair = new DeflatePair();
            Assert.Equal((violation, "1007"), (violation, pair.Outcome(Cuts.Apply(compressed, pieces))));
        }
    }

    [Fact]
    public void A_reset_context_refuses_what_refers_to_the_message_before()
    {
        using var pair = new DeflatePair(keepsContext: false);
        Assert.Equal("48656C6C6F", pair.Outcome([Hex("f2 48 cd c9 c9 07 00")]));
        Assert.Equal("1007", pair.Outcome([Hex("f2 00 11 00 00")]));
    }

    [Fact]
    public void An_empty_message_is_one_zero_byte_and_leaves_the_context_alone()
    {
        using var pair = new DeflatePair();
        Assert.Equal([0], pair.Deflate([]));
        byte[] first = pair.Deflate(["Hello"u8.ToArray()]);
        Assert.Equal([0], pair.Deflate([[], []]));
        byte[] second = pair.Deflate(["Hello"u8.ToArray()]);
        Assert.True(second.Length < first.Length);
        Assert.Equal([[], "Hello"u8.ToArray(), [], "Hello"u8.ToArray()], new[] { [0], first, [0], second }.Select(message => pair.Inflate([message])!));
    }

    [Theory]
    [MemberData(nameof(Contexts))]
    public void Messages_come_back_whatever_their_pieces_and_rooms_and_no_distance_leaves_the_window(int windowBits, bool keepsContext)
    {
        using var pair = new DeflatePair(windowBits, keepsContext);
        var model = new SlowInflater();
        var random = new Random(windowBits);
        for (int round = 0; round < 60; round++)
        {
            byte[] message = RandomMessage(random, maxBytes: 20_000);
            byte[] compressed = pair.Deflate(Cuts.Apply(message, Cuts.AtRandom(random, message.Length)), room: random.Next(2) == 0 ? MessageDeflater.MinRoomBytes : random.Next(32, 5000));
            Assert.Equal(message, pair.Inflate(Cuts.Apply(compressed, Cuts.AtRandom(random, compressed.Length))));
            model = keepsContext ? model : new();
            Assert.Equal(message, model.Inflate(compressed));
            Assert.InRange(model.MaxDistance, 0, 1 << windowBits);
        }
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(8, false)]
    [InlineData(12, true)]
    [InlineData(15, true)]
    [InlineData(15, false)]
    public void Messages_of_many_windows_come_back_and_no_distance_leaves_the_window(int windowBits, bool keepsContext)
    {
        using var pair = new DeflatePair(windowBits, keepsContext);
        var model = new SlowInflater();
        var random = new Random(windowBits);
        byte[] message = [.. Enumerable.Range(0, 40).SelectMany(_ => RandomMessage(random, maxBytes: 20_000))];
        for (int round = 0; round < 2; round++)
        {
            byte[] compressed = pair.Deflate([message]);
            Assert.Equal(message, pair.Inflate([compressed]));
            model = keepsContext ? model : new();
            Assert.Equal(message, model.Inflate(compressed));
            Assert.InRange(model.MaxDistance, 1, 1 << windowBits);
        }
    }

    [Fact]
    public void A_message_comes_back_from_every_room_and_every_cut()
    {
        byte[] message = RandomMessage(new Random(3), maxBytes: 300);
        for (int room = MessageDeflater.MinRoomBytes; room < 400; room++)
        {
            using var pair = new DeflatePair();
            byte[] compressed = pair.Deflate([message], room);
            Assert.Equal(message, pair.Inflate(Cuts.Apply(compressed, [.. Enumerable.Repeat(1, compressed.Length)])));
        }

        foreach (int[] pieces in Cuts.Of(message.Length))
        {
            using var pair = new DeflatePair();
            byte[] compressed = pair.Deflate(Cuts.Apply(message, pieces));
            Assert.Equal(message, pair.Inflate([compressed]));
        }
    }

    [Fact]
    public void Streams_are_shared_by_all_who_keep_no_context_and_nothing_leaks_between_them()
    {
        using var sending = new DeflatePool();
        using var receiving = new DeflatePool();
        var buffer = new byte[4096];
        byte[] secret = Encoding.ASCII.GetBytes("the same secret text, the same secret text");
        byte[]? first = null;
        for (int user = 0; user < 3; user++)
        {
            using var deflater = new MessageDeflater(sending, windowBits: 15, keepsContext: false);
            using var inflater = new MessageInflater(receiving, windowBits: user % 2 == 0 ? 15 : 9, keepsContext: false, maxMessageBytes: 4096);
            ReadOnlySpan<byte> source = secret;
            int written = deflater.Deflate(ref source, buffer, endsMessage: true, out bool isDone);
            Assert.True(isDone);
            first ??= buffer[..written];
            Assert.Equal(first, buffer[..written]);
            byte[]? plain = null;
            int length = 0;
            Assert.True(inflater.TryAppend(buffer.AsSpan(0, written), endsMessage: true, isText: true, ref plain, ref length));
            Assert.Equal(secret, plain.AsSpan(0, length).ToArray());
            ArrayPool<byte>.Shared.Return(plain!);
        }
    }

    [Fact]
    public void Messages_of_several_users_may_interleave()
    {
        using var pool = new DeflatePool();
        MessageDeflater[] deflaters = [.. Enumerable.Range(0, 10).Select(_ => new MessageDeflater(pool, 15, keepsContext: false))];
        var messages = new List<byte>[10];
        for (int round = 0; round < 3; round++)
        {
            for (int user = 0; user < 10; user++)
            {
                var room = new byte[1000];
                ReadOnlySpan<byte> source = Encoding.ASCII.GetBytes($"piece {round} of user {user}, piece {round} of user {user}. ");
                int written = deflaters[user].Deflate(ref source, room, endsMessage: round == 2, out bool isDone);
                Assert.True(isDone);
                (messages[user] ??= []).AddRange(room[..written]);
            }
        }

        for (int user = 0; user < 10; user++)
        {
            string expected = string.Concat(Enumerable.Range(0, 3).Select(round => $"piece {round} of user {user}, piece {round} of user {user}. "));
            Assert.Equal(expected, Encoding.ASCII.GetString(new SlowInflater().Inflate([.. messages[user]])!));
            deflaters[user].Dispose();
        }
    }

    [Fact]
    public void Plain_and_compressed_bytes_are_counted_on_both_ends()
    {
        using var pair = new DeflatePair();
        byte[] message = new byte[5000];
        byte[] compressed = pair.Deflate([message], room: 40);
        pair.Inflate([compressed, []]);
        pair.Inflate([pair.Deflate([])]);
        Assert.Equal((5000, compressed.Length + 1), (pair.Deflater.PlainBytes, pair.Deflater.CompressedBytes));
        Assert.Equal((5000, compressed.Length + 1), (pair.Inflater.PlainBytes, pair.Inflater.CompressedBytes));
        Assert.True(compressed.Length < 100);
    }

    [Theory]
    [InlineData("Hell\u00F6", true)]
    [InlineData("Hell\u00F6", false)]
    public void Text_is_judged_after_it_is_inflated(string text, bool isText)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text), latin1 = Encoding.Latin1.GetBytes(text + "x");
        using var pair = new DeflatePair();
        Assert.Equal(Convert.ToHexString(utf8), pair.Outcome([pair.Deflate([utf8])], isText));
        Assert.Equal(isText ? "1007" : Convert.ToHexString(utf8[..^1]), OutcomeOf(utf8[..^1], isText));
        Assert.Equal(isText ? "1007" : Convert.ToHexString(latin1), OutcomeOf(latin1, isText));
    }

    [Fact]
    public void Text_that_cannot_become_valid_is_refused_before_its_message_ends()
    {
        using var pair = new DeflatePair();
        byte[] compressed = pair.Deflate([[0xC0, .. new byte[100_000]]]);
        byte[]? plain = null;
        int length = 0;
        Assert.Equal(1007, Assert.Throws<FrameException>(() => pair.Inflater.TryAppend(compressed.AsSpan(0, 20), endsMessage: false, isText: true, ref plain, ref length)).CloseCode);
        ArrayPool<byte>.Shared.Return(plain!);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(100_000)]
    public void A_message_may_be_as_long_as_the_limit_and_not_a_byte_longer(int limit)
    {
        foreach (int piece in new[] { 1, 7, int.MaxValue })
        {
            using var pair = new DeflatePair(maxMessageBytes: limit);
            byte[] fits = pair.Deflate([new byte[limit]]), exceeds = pair.Deflate([new byte[limit + 1]]);
            Assert.Equal(new byte[limit], pair.Inflate(fits.Chunk(Math.Min(piece, fits.Length))));
            Assert.Null(pair.Inflate(exceeds.Chunk(Math.Min(piece, exceeds.Length))));
            Assert.Equal(2 * limit, pair.Inflater.PlainBytes);
        }
    }

    [Fact]
    public void A_sender_that_leaves_the_agreed_window_is_refused_or_understood_and_never_misread()
    {
        int refused = 0;
        for (int seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            using var sender = new DeflatePair(windowBits: 15);
            using var receiver = new DeflatePair(windowBits: random.Next(8, 12));
            byte[] message = RandomMessage(random, maxBytes: 20_000);
            for (int round = 0; round < 2; round++)
            {
                byte[] compressed = sender.Deflate([message]);
                string actual = receiver.Outcome(Cuts.Apply(compressed, Cuts.AtRandom(random, compressed.Length)));
                refused += actual == "1007" ? 1 : 0;
                if (actual == "1007")
                    break;
                Assert.Equal((seed, Convert.ToHexString(message)), (seed, actual));
            }
        }

        Assert.InRange(refused, 50, 350);
    }

    [Fact]
    public void A_gigabyte_of_zeros_stops_at_a_limit_of_a_megabyte()
    {
        using var pair = new DeflatePair(maxMessageBytes: 1 << 20);
        byte[] zeros = new byte[1 << 20];
        byte[] bomb = pair.Deflate(Enumerable.Repeat(zeros, 1024));
        Assert.Equal(1L << 30, pair.Deflater.PlainBytes);
        byte[]? plain = null;
        int length = 0;
        Assert.False(pair.Inflater.TryAppend(bomb, endsMessage: true, isText: true, ref plain, ref length));
        Assert.Equal((1 << 20, 1 << 20), (length, pair.Inflater.PlainBytes));
        Assert.Equal(1 << 20, plain!.Length);
        ArrayPool<byte>.Shared.Return(plain);
    }

    [Fact]
    public void A_message_cut_off_anywhere_is_refused_or_waits_for_more()
    {
        using var source = new DeflatePair();
        byte[] message = RandomMessage(new Random(12), maxBytes: 2000);
        byte[] compressed = source.Deflate([message, message]);
        for (int length = 0; length < compressed.Length; length++)
        {
            using var pair = new DeflatePair();
            Assert.Equal(new SlowInflater().Inflate(compressed[..length]) is { } whole ? Convert.ToHexString(whole) : "1007", pair.Outcome([compressed[..length]]));
        }
    }

    [Fact]
    public void An_inflater_agrees_with_the_model_on_damaged_conversations()
    {
        var outcomes = new Dictionary<string, int>();
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            using var pair = new DeflatePair();
            var model = new SlowInflater();
            foreach (byte[] message in ConversationOfAnother(random))
            {
                byte[] compressed = Damage(random, message);
                string expected = model.Inflate(compressed) is { } plain ? Convert.ToHexString(plain) : "1007";
                string kind = model.IsDoubtful ? "doubtful" : expected == "1007" ? "refused" : "accepted";
                outcomes[kind] = outcomes.GetValueOrDefault(kind) + 1;
                string actual = pair.Outcome(Cuts.Apply(compressed, Cuts.AtRandom(random, compressed.Length)));
                if (!model.IsDoubtful)
                    Assert.Equal((seed, Convert.ToHexString(compressed), expected), (seed, Convert.ToHexString(compressed), actual));
                if (expected == "1007")
                    break;
            }
        }

        Assert.True(outcomes["accepted"] > 1000 && outcomes["refused"] > 1000, string.Join(' ', outcomes));
        Assert.InRange(outcomes.GetValueOrDefault("doubtful"), 0, 10);
    }

    [Fact]
    public void An_inflater_agrees_with_the_model_on_random_bytes()
    {
        int doubtful = 0;
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var bytes = new byte[random.Next(0, 80)];
            random.NextBytes(bytes);
            var model = new SlowInflater();
            string expected = model.Inflate(bytes) is { } message ? Convert.ToHexString(message) : "1007";
            using var pair = new DeflatePair();
            string actual = pair.Outcome([bytes]);
            if (!model.IsDoubtful)
                Assert.Equal((seed, Convert.ToHexString(bytes), expected), (seed, Convert.ToHexString(bytes), actual));
            doubtful += model.IsDoubtful ? 1 : 0;
        }

        Assert.InRange(doubtful, 0, 10);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_message_allocates_nothing_in_steady_state(bool keepsContext)
    {
        using var pool = new DeflatePool();
        using var deflater = new MessageDeflater(pool, 15, keepsContext);
        using var inflater = new MessageInflater(pool, 15, keepsContext, 1 << 20);
        byte[] message = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 60).Select(id => $"{{\"id\":{id}}},")));
        var room = new byte[4096];
        long received = 0;
        Assert.Equal(0, Allocation.Of(() =>
        {
            for (int round = 0; round < 100; round++)
            {
                ReadOnlySpan<byte> source = message;
                int written = deflater.Deflate(ref source, room, endsMessage: true, out _);
                byte[]? plain = null;
                int length = 0;
                inflater.TryAppend(room.AsSpan(0, written), endsMessage: true, isText: true, ref plain, ref length);
                ArrayPool<byte>.Shared.Return(plain!);
                received += length;
            }
        }));
        Assert.Equal(Allocation.Calls * 100 * message.Length, received);
    }

    [Fact]
    public void What_was_handed_on_still_counts_for_the_limit_and_the_next_message_starts_anew()
    {
        using DeflatePair pair = new(maxMessageBytes: 100);
        for (int message = 0; message < 3; message++)
        {
            ReadOnlySpan<byte> compressed = pair.Deflate([new byte[100]]);
            byte[]? plain = null;
            int handedOn = 0;
            for (int at = 0; at < compressed.Length; at++)
            {
                int length = 0;
                bool endsMessage = at == compressed.Length - 1;
                Assert.True(pair.Inflater.TryAppend(compressed.Slice(at, 1), endsMessage, isText: false, ref plain, ref length));
                if (!endsMessage)
                    pair.Inflater.HandOn(length);
                handedOn += length;
            }

            Assert.Equal(100, handedOn);
            ArrayPool<byte>.Shared.Return(plain!);
        }

        byte[] tooLong = pair.Deflate([new byte[60], new byte[41]]);
        byte[]? room = null;
        int given = 0;
        Assert.True(pair.Inflater.TryAppend([], endsMessage: false, isText: false, ref room, ref given));
        bool isWithin = true;
        for (int at = 0; at < tooLong.Length && isWithin; at++)
        {
            int length = 0;
            isWithin = pair.Inflater.TryAppend(tooLong.AsSpan(at, 1), endsMessage: at == tooLong.Length - 1, isText: false, ref room, ref length);
            pair.Inflater.HandOn(length);
            given += length;
        }

        Assert.False(isWithin);
        Assert.Equal(100, given);
        ArrayPool<byte>.Shared.Return(room!);
    }

    /// <summary>
    /// Messages of .NET's own compressor, of any level, with context: all block types, and a final block in the last of some. A flush that wrote nothing
    /// had nothing to write.
    /// </summary>
    private static List<byte[]> ConversationOfAnother(Random random)
    {
        var messages = new List<byte[]>();
        var compressed = new MemoryStream();
        using var deflate = new DeflateStream(compressed, (CompressionLevel)random.Next(4), leaveOpen: true);
        for (int left = random.Next(1, 4); left > 0; left--)
        {
            deflate.Write(RandomMessage(random, maxBytes: 600));
            bool isFinal = left == 1 && random.Next(2) == 0;
            if (isFinal)
                deflate.Dispose();
            else
                deflate.Flush();
            byte[] written = compressed.ToArray();
            messages.Add(isFinal || written.Length == 0 ? [.. written, 0x00] : written[..^MessageDeflater.TailBytes]);
            compressed.SetLength(0);
        }

        return messages;
    }

    private static byte[] Damage(Random random, byte[] compressed)
    {
        if (compressed.Length == 0 || random.Next(3) == 0)
            return compressed;
        if (random.Next(3) == 0)
            return compressed[..random.Next(compressed.Length)];
        compressed[random.Next(compressed.Length)] ^= (byte)(1 << random.Next(8));
        return compressed;
    }

    /// <summary>One message on a connection of its own.</summary>
    private static string OutcomeOf(byte[] message, bool isText)
    {
        using var pair = new DeflatePair();
        return pair.Outcome([pair.Deflate([message])], isText);
    }
}
