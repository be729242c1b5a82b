using System.IO.Compression;
using System.Text;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Faults;

/// <summary>Compressed messages that break RFC 7692 or RFC 1951, odd ones that do not, and bombs.</summary>
internal static class DeflateFaults
{
    private const string Plain = "permessage-deflate";
    private const string NoContext = "permessage-deflate; server_no_context_takeover";

    /// <summary>What the client of the table takes: MaxMessageSize of a message, MaxInflatedBytes of a stream.</summary>
    private const int MaxMessageBytes = 1 << 20;

    /// <summary>The examples of RFC 7692, section 7.2.3.</summary>
    private static readonly byte[] Hello = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00];
    private static readonly byte[] HelloAgain = [0xF2, 0x00, 0x11, 0x00, 0x00];
    private static readonly byte[] HelloStored = [0x00, 0x05, 0x00, 0xFA, 0xFF, .. "Hello"u8, 0x00];
    private static readonly byte[] HelloFinal = [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00];
    private static readonly byte[] HelloInTwoBlocks = [0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00];
    private static readonly byte[] EmptyBlock = [0x00, 0x00, 0x00, 0xFF, 0xFF];

    /// <summary>A stream socket takes no text at all.</summary>
    private static readonly SocketKind[] OfMessages = [SocketKind.Message, SocketKind.Event];

    private static readonly string Prose = string.Concat(Enumerable.Range(0, 200).Select(i => $"{{\"user\":{i * 7919 % 1000},\"price\":{i * 104_729 % 99_991}}}"));

    /// <summary>1 MB that inflates to 1 GB.</summary>
    private static readonly byte[] Megabomb = Bomb(bytes: 1 << 20);

    public static readonly Misbehaviour[] Table =
    [
        .. Accepted(),
        .. Corrupt(),
        .. Frames(),
        .. Text(),
        .. Contexts(),
        .. Bombs(),
        .. Answers(),
    ];

    private static IEnumerable<Misbehaviour> Accepted() =>
    [
        Fine("A fixed block is accepted", Frame(Hello), "Hello"),
        Fine("A stored block is accepted", Frame(HelloStored), "Hello"),
        Fine("A dynamic block is accepted", Frame(Dynamic(Prose)), Prose),
        Fine("A final block is accepted", Frame(HelloFinal), "Hello"),
        Fine("Messages behind a final block are accepted", [.. Frame(HelloFinal), .. Frame(Hello), .. Frame(HelloAgain)], "HelloHelloHello"),
        Fine("A message of two blocks is accepted", Frame(HelloInTwoBlocks), "Hello"),
        Fine("A block behind a final one is accepted", Frame([.. HelloFinal[..^1], .. Hello]), "HelloHello"),
        Fine("An empty compressed message is accepted", Frame([0x00]), ""),
        Fine("An empty compressed message of a fixed block is accepted", Frame([0x02, 0x00]), ""),
        Fine("A hundred thousand empty blocks are accepted", Frame([.. FloodFaults.Repeat(EmptyBlock, 100_000), 0x00]), ""),
        Fine("A plain message between compressed ones is accepted", [.. Frame(Hello), .. RawPeer.Frame(2, "plain"u8.ToArray()), .. Frame(HelloAgain)], "HelloplainHello"),
        Fine("A reference to the message before is accepted", [.. Frame(Hello), .. Frame(HelloAgain)], "HelloHello"),
        Fine("A compressed message of one byte per frame is accepted", Pieces(Hello, between: []), "Hello"),
        Fine("Pings between compressed fragments are accepted", Pieces(Hello, between: [0x89, 1, 7]), "Hello"),
        Fine("Pongs and empty fragments between compressed fragments are accepted", Pieces(HelloStored, between: [0x8A, 0, 0x00, 0]), "Hello"),
        Fine("A compressed message whose first frame is empty is accepted", [0x42, 0, 0x80, (byte)Hello.Length, .. Hello], "Hello"),
        Fine("A compressed message whose last frame is empty is accepted", [0x42, (byte)Hello.Length, .. Hello, 0x80, 0], "Hello"),
    ];

    private static IEnumerable<Misbehaviour> Corrupt() =>
    [
        Refused("A block of the reserved type is refused", Frame([0x06, 0x00]), 1007),
        Refused("Bytes that are no DEFLATE are refused", Frame([0xFF, 0xFF, 0xFF, 0xFF]), 1007),
        Refused("A stored block whose length contradicts itself is refused", Frame([0x00, 0x05, 0x00, 0x00, 0x00, .. "Hello"u8, 0x00]), 1007),
        Refused("A dynamic block of too many codes is refused", Frame([0xFC, 0xFF, 0xFF, 0xFF]), 1007),
        Refused("A length that no code has is refused", Frame(Bits("0 10 11000110")), 1007),
        Refused("A distance that no code has is refused", Frame(Bits("0 10 0000001 11110")), 1007),
        Refused("A distance before the first byte is refused", Frame(HelloAgain), 1007),
        Refused("A fixed block that is cut off is refused", Frame(Hello[..3]), 1007),
        Refused("A stored block that is cut off is refused", Frame(HelloStored[..7]), 1007),
        Refused("A dynamic block that is cut off is refused", Frame(Dynamic(Prose)[..100]), 1007),
        Refused("The tail that belongs cut off is refused where it is sent", Frame([.. Hello, 0x00, 0x00, 0xFF]), 1007),
        Refused("Corrupt data in a fragment is refused before the message has come", [0x42, 1, 0x06], 1007),
        Refused("Corrupt data behind a good message leaves that message whole", [.. Frame(Hello), .. Frame([0x06, 0x00])], 1007) with { Received = "Hello" },
        Refused("Corrupt data behind a final block is refused", Frame([.. HelloFinal[..^1], 0x06]), 1007),
    ];

    private static IEnumerable<Misbehaviour> Frames() =>
    [
        Refused("RSV1 on a continuation of a compressed message is refused", [0x42, 1, Hello[0], 0xC0, 6, .. Hello[1..]], 1002),
        Refused("RSV1 on a continuation of a plain message is refused", [0x02, 1, 97, 0xC0, 7, .. Hello], 1002),
        Refused("A compressed ping is refused", [0xC9, 7, .. Hello], 1002),
        Refused("A compressed pong is refused", [0xCA, 7, .. Hello], 1002),
        Refused("A compressed Close frame is refused", [0xC8, 2, 0x03, 0xE8], 1002),
        Refused("A compressed ping inside a compressed message is refused", [0x42, 1, Hello[0], 0xC9, 0], 1002),
        Refused("RSV2 with deflate agreed on is refused", [0xA2, 0], 1002),
        Refused("RSV3 with deflate agreed on is refused", [0x92, 0], 1002),
        Refused("RSV2 on a compressed message is refused", [0xE2, 7, .. Hello], 1002),
        Refused("A compressed message inside another is refused", [0x42, 1, Hello[0], 0xC2, 7, .. Hello], 1002),
        new("RSV1 is refused where deflate was offered and not agreed on", attack => FrameFaults.SendAsync(attack, Frame(Hello)))
        {
            Deflate = DeflateOptions.OfBrowsers,
            Failure = Failure.Violation,
            CloseSent = 1002,
            End = "FIN",
        },
    ];

    private static IEnumerable<Misbehaviour> Text() =>
    [
        Fine("Compressed text is accepted", Frame(Hello, opcode: 1), "Hello") with { Kinds = OfMessages },
        Fine("Bytes that are no UTF-8 in a compressed binary message are accepted", Frame(Stored([0xFF])), "\u00FF"),
        Fine("Compressed text cut inside a character is accepted", Pieces(Stored([0xF0, 0x9F, 0x99, 0x82]), between: [0x89, 0], opcode: 1), "\u00F0\u009F\u0099\u0082") with { Kinds = OfMessages },
        Refused("Compressed text that is no UTF-8 is refused", Frame(Stored([0x61, 0xC3, 0x28]), opcode: 1), 1007) with { Kinds = OfMessages },
        Refused("Compressed text that is no UTF-8 across frames is refused", Pieces(Stored([0x61, 0xC3, 0x28]), between: [], opcode: 1), 1007) with { Kinds = OfMessages },
        Refused("Compressed text that ends inside a character is refused", Frame(Stored([0x61, 0xC3]), opcode: 1), 1007) with { Kinds = OfMessages },
        Refused("Compressed text that goes wrong in a fragment is refused before the message has come", [0x41, 8, .. Stored([0xC3, 0x28, 0x61])[..8]], 1007) with
        {
            Kinds = OfMessages,
        },
        Refused("Compressed text with a surrogate is refused", Frame(Stored([0xED, 0xA0, 0x80]), opcode: 1), 1007) with { Kinds = OfMessages },
    ];

    private static IEnumerable<Misbehaviour> Contexts()
    {
        DeflateOptions forgetful = DeflateOptions.OfBrowsers with { ServerNoContextTakeover = true };
        DeflateOptions narrow = DeflateOptions.OfBrowsers with { ServerMaxWindowBits = 9 };
        byte[] noise = Noise(600);
        string received = Encoding.Latin1.GetString(noise);
        const string narrowly = "permessage-deflate; server_max_window_bits=9";
        yield return Fine("Messages without context are accepted", [.. Frame(Hello), .. Frame(Hello)], "HelloHello", NoContext) with { Deflate = forgetful };
        yield return Refused("A reference to a context that was given up is refused", [.. Frame(Hello), .. Frame(HelloAgain)], 1007, NoContext) with
        {
            Deflate = forgetful,
            Received = "Hello",
        };
        yield return Refused("A reference to a context that the server gave up unasked is refused", [.. Frame(Hello), .. Frame(HelloAgain)], 1007, NoContext) with { Received = "Hello" };
        yield return Fine("A reference to the edge of a small window is accepted", [.. Frame(Stored(noise)), .. Frame(Copy(distance: 512))], received + received[88..91], narrowly) with
        {
            Deflate = narrow,
        };
        yield return Refused("A reference beyond the window agreed on is refused", [.. Frame(Stored(noise)), .. Frame(Copy(distance: 600))], 1007, narrowly) with
        {
            Deflate = narrow,
            Received = received,
        };
        yield return Fine("A reference beyond a small window is accepted where a large one was agreed on", [.. Frame(Stored(noise)), .. Frame(Copy(distance: 600))], received + received[..3]);
    }

    private static IEnumerable<Misbehaviour> Bombs() =>
    [
        Exploding("A bomb in one frame is refused at the limit", attack => attack.SendAsync([0xC2, 127, 0, 0, 0, 0, 0x7F, 0, 0, 0]), Megabomb),
        Exploding("A bomb of text is refused at the limit", attack => attack.SendAsync([0xC1, 127, 0, 0, 0, 0, 0x7F, 0, 0, 0]), Megabomb) with { Kinds = OfMessages },
        Exploding("A bomb in fragments is refused at the limit", attack => attack.SendAsync([0x42, 0]), RawPeer.Frame(0, Bomb(bytes: 10_000), isFinal: false)),
        Exploding("A bomb of tiny fragments is refused at the limit", attack => attack.SendAsync([0x42, 0]), Fragments(Bomb(bytes: 10_000), each: 20)),
        Exploding("A bomb behind small messages is refused at the limit", attack => attack.SendAsync([.. Frame(Hello), 0xC2, 127, 0, 0, 0, 0, 0x7F, 0, 0, 0]), Megabomb) with
        {
            Received = "Hello",
        },
        new("A few kilobytes that inflate past MaxInflatedBytes are refused", attack => SendAsync(attack, Frame([.. Bomb(bytes: 2000), 0x00])))
        {
            Deflate = DeflateOptions.OfBrowsers,
            MaxInflatedBytes = 100_000,
            Failure = Failure.TooBig,
            CloseSent = 1009,
            Kinds = OfMessages,
        },
        Fine("A message that inflates to its very limit is accepted", Frame(Deflated(new byte[MaxMessageBytes])), new string('\0', MaxMessageBytes)) with
        {
            Kinds = OfMessages,
        },
        new("A message that inflates to one byte over its limit is refused", attack => SendAsync(attack, Frame(Deflated(new byte[MaxMessageBytes + 1]))))
        {
            Deflate = DeflateOptions.OfBrowsers,
            Failure = Failure.TooBig,
            CloseSent = 1009,
            End = "FIN",
            Kinds = OfMessages,
        },
        new("Compressed frames longer than the limit that inflate to nothing cost no memory", async attack =>
        {
            await SendAsync(attack, [0x42, 127, 0, 0, 0, 0, 0, 0x10, 0, 4]);
            await attack.SendAsync(FloodFaults.Repeat(EmptyBlock, (MaxMessageBytes + 4) / EmptyBlock.Length));
            await attack.SendAsync([0x80, 1, 0x00, .. Attack.Fine]);
        })
        {
            Deflate = DeflateOptions.OfBrowsers,
        },
    ];

    private static IEnumerable<Misbehaviour> Answers()
    {
        DeflateOptions demanding = new(ServerNoContextTakeover: true, ServerMaxWindowBits: 10, ClientMaxWindowBits: 12);
        yield return Declined("Deflate chosen twice is refused", "permessage-deflate, permessage-deflate");
        yield return Declined("Deflate chosen in two headers is refused", "permessage-deflate\r\nSec-WebSocket-Extensions: permessage-deflate");
        yield return Declined("Deflate beside an unknown extension is refused", "permessage-deflate, x-unasked");
        yield return Declined("Deflate in capitals is refused", "Permessage-Deflate");
        yield return Declined("An unknown parameter is refused", "permessage-deflate; level=9");
        yield return Declined("A parameter in capitals is refused", "permessage-deflate; Server_no_context_takeover");
        foreach (string bits in (string[])["=7", "=16", "=08", "=0", "=-9", "=9.5", "=4294967305", "=x", "=", "", "=\"\""])
            yield return Declined($"server_max_window_bits{bits} is refused", $"permessage-deflate; server_max_window_bits{bits}");
        yield return Declined("A repeated window is refused", "permessage-deflate; server_max_window_bits=10; server_max_window_bits=10");
        yield return Declined("A repeated no_context_takeover is refused", "permessage-deflate; server_no_context_takeover; server_no_context_takeover");
        yield return Declined("A no_context_takeover with a value is refused", "permessage-deflate; client_no_context_takeover=1");
        yield return Declined("A client window without a value is refused", "permessage-deflate; client_max_window_bits");
        yield return Declined("A client window that was not offered is refused", "permessage-deflate; client_max_window_bits=10") with { Deflate = new DeflateOptions() };
        yield return Declined("A larger server window than offered is refused", "permessage-deflate; server_no_context_takeover; server_max_window_bits=11") with { Deflate = demanding };
        yield return Declined("A larger client window than offered is refused", "permessage-deflate; server_no_context_takeover; server_max_window_bits=10; client_max_window_bits=13") with
        {
            Deflate = demanding,
        };
        yield return Declined("A server window that is ignored is refused", NoContext) with { Deflate = demanding };
        yield return Declined("A no_context_takeover that is ignored is refused", "permessage-deflate; server_max_window_bits=10") with { Deflate = demanding };
        yield return Fine("A smaller window than offered is accepted", Frame(Hello), "Hello", "permessage-deflate; server_no_context_takeover; server_max_window_bits=8; client_max_window_bits=8") with
        {
            Deflate = demanding,
        };
        yield return Fine("Parameters nobody asked for that a server may choose are accepted", Frame(Hello), "Hello", $"{NoContext}; client_no_context_takeover; server_max_window_bits=15");
        yield return Fine("A window in quotes is accepted", Frame(Hello), "Hello", "permessage-deflate;\tserver_max_window_bits = \"10\"");
        yield return Fine("Deflate in a list of empty elements is accepted", Frame(Hello), "Hello", ", ,permessage-deflate,");
    }

    private static Misbehaviour Fine(string name, byte[] bytes, string received, string extension = Plain) =>
        new(name, attack => SendAsync(attack, [.. bytes, .. Attack.Fine], extension)) { Deflate = DeflateOptions.OfBrowsers, Received = received };

    private static Misbehaviour Refused(string name, byte[] bytes, int code, string extension = Plain) => new(name, attack => SendAsync(attack, bytes, extension))
    {
        Deflate = DeflateOptions.OfBrowsers,
        Failure = Failure.Violation,
        CloseSent = code,
        End = "FIN",
    };

    private static Misbehaviour Declined(string name, string extension) => new(name, attack => attack.AcceptAsync(extension))
    {
        Deflate = DeflateOptions.OfBrowsers,
        Failure = Failure.InvalidResponse,
    };

    private static Misbehaviour Exploding(string name, Func<Attack, Task> begin, byte[] bomb) => new(name, async attack =>
    {
        await attack.AcceptAsync(Plain);
        await begin(attack);
        await attack.FloodAsync(bomb);
    })
    {
        Deflate = DeflateOptions.OfBrowsers,
        Failure = Failure.TooBig,
        CloseSent = 1009,
    };

    private static async Task SendAsync(Attack attack, byte[] bytes, string extension = Plain)
    {
        await attack.AcceptAsync(extension);
        await attack.SendAsync(bytes);
    }

    /// <summary>A whole compressed message.</summary>
    private static byte[] Frame(byte[] payload, int opcode = 2) => RawPeer.Frame(0x40 | opcode, payload);

    /// <summary>A compressed message of one byte per frame.</summary>
    private static byte[] Pieces(byte[] payload, byte[] between, int opcode = 2) =>
        [(byte)(0x40 | opcode), 1, payload[0], .. payload[1..^1].SelectMany(one => (byte[])[.. between, 0x00, 1, one]), .. between, 0x80, 1, payload[^1]];

    private static byte[] Fragments(byte[] bytes, int each) => [.. bytes.Chunk(each).SelectMany(chunk => RawPeer.Frame(0, chunk, isFinal: false))];

    private static byte[] Stored(byte[] bytes) =>
        [0x00, (byte)bytes.Length, (byte)(bytes.Length >> 8), (byte)~bytes.Length, (byte)(~bytes.Length >> 8), .. bytes, 0x00];

    /// <summary>A fixed block that copies three bytes from 512 or more back, up to 768.</summary>
    private static byte[] Copy(int distance)
    {
        // Code 17 reaches from 385 to 512 with 7 more bits, code 18 from 513 to 768 with 8.
        (string code, int from, int bits) = distance <= 512 ? ("10001", 385, 7) : ("10010", 513, 8);
        string extra = string.Concat(Enumerable.Range(0, bits).Select(bit => (distance - from) >> bit & 1));
        return Bits($"0 10 0000001 {code} {extra} 0000000 000");
    }

    /// <summary>Bits in the order of the stream.</summary>
    private static byte[] Bits(string text) =>
        [.. text.Replace(" ", "").Chunk(8).Select(bits => (byte)bits.Select((bit, place) => (bit - '0') << place).Sum())];

    private static byte[] Dynamic(string text)
    {
        byte[] bytes = Deflated(Encoding.ASCII.GetBytes(text));
        return (bytes[0] >> 1 & 3) == 2 ? bytes : throw new InvalidOperationException("The compressor chose another type of block.");
    }

    private static byte[] Deflated(byte[] plain)
    {
        using MemoryStream compressed = new();
        using DeflateStream deflate = new(compressed, CompressionLevel.Optimal);
        deflate.Write(plain);
        deflate.Flush();
        return compressed.ToArray()[..^4];
    }

    /// <summary>Zeros deflated, about a thousandth of them; may follow itself without end.</summary>
    private static byte[] Bomb(int bytes)
    {
        byte[] one = [.. Deflated(new byte[1_000_000]), 0x00, 0x00, 0xFF, 0xFF];
        return FloodFaults.Repeat(one, Math.Max(1, bytes / one.Length));
    }

    private static byte[] Noise(int length)
    {
        byte[] noise = new byte[length];
        new Random(4711).NextBytes(noise);
        return noise;
    }
}
