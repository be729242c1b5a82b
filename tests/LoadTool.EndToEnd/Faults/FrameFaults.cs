using LoadTool.EndToEnd.Sockets;

namespace LoadTool.EndToEnd.Faults;

/// <summary>Frames that RFC 6455, section 5, forbids, and odd ones that it allows.</summary>
internal static class FrameFaults
{
    public static readonly Misbehaviour[] Table =
    [
        Violation("A masked message is refused", [0x82, 0x81, 1, 2, 3, 4, 5]),
        Violation("A masked Close frame is refused", [0x88, 0x80, 1, 2, 3, 4]),
        Violation("RSV1 without an extension is refused", [0xC2, 0]),
        Violation("RSV2 is refused", [0xA2, 0]),
        Violation("RSV3 is refused", [0x92, 0]),
        Violation("All reserved bits at once are refused", [0xF2, 0]),
        Violation("RSV1 on a ping is refused", [0xC9, 0]),
        Violation("RSV1 on a Close frame is refused", [0xC8, 0]),
        Violation("RSV1 on a continuation is refused", [0x02, 0, 0xC0, 0]),
        .. new[] { 3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF }.Select(opcode => Violation($"Opcode {opcode:X} is refused", [(byte)(0x80 | opcode), 0])),
        Violation("An unknown opcode inside a message is refused", [0x02, 0, 0x83, 0]),
        Violation("A length with its highest bit set is refused", [0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0]),
        Violation("A length of nothing but ones is refused", [0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255]),
        Violation("A 16-bit length of 0 is refused", [0x82, 126, 0, 0]),
        Violation("A 16-bit length of 125 is refused", [0x82, 126, 0, 125]),
        Violation("A 64-bit length of 1 is refused", [0x82, 127, 0, 0, 0, 0, 0, 0, 0, 1, 0]),
        Violation("A 64-bit length of 65535 is refused", [0x82, 127, 0, 0, 0, 0, 0, 0, 255, 255]),
        Violation("A fragmented ping is refused", [0x09, 0]),
        Violation("A fragmented pong is refused", [0x0A, 0]),
        Violation("A fragmented Close frame is refused", [0x08, 0]),
        Violation("A ping of 126 bytes is refused", [0x89, 126, 0, 126]),
        Violation("A pong of 126 bytes is refused", [0x8A, 126, 0, 126]),
        Violation("A Close frame of 126 bytes is refused", [0x88, 126, 0, 126]),
        Violation("A ping with a 64-bit length is refused", [0x89, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        Violation("A continuation of nothing is refused", [0x80, 0]),
        Violation("A continuation of nothing that goes on is refused", [0x00, 1, 0]),
        Violation("A binary message inside another is refused", [0x02, 1, 7, 0x82, 0]),
        Violation("A text message inside another is refused", [0x02, 1, 7, 0x81, 0]),
        Violation("A continuation after a message's end is refused", [0x02, 1, 7, 0x80, 1, 8, 0x80, 0], received: "\u0007\u0008"),
        Violation("A fault right behind a good message leaves that message whole", [.. RawPeer.Frame(2, "good"u8.ToArray()), 0x83, 0], received: "good"),
        Violation("A second message head in the bytes of a cut one is refused", [0x02, 5, 1, 2, 3, 4, 5, 0x82, 0]),

        Accepted("A pong that nobody asked for is accepted", RawPeer.Frame(10, "unasked"u8.ToArray())),
        Accepted("A ping of 125 bytes inside a message is accepted", [0x02, 1, 97, .. RawPeer.Frame(9, new byte[125]), 0x80, 1, 98], "ab"),
        Accepted("An empty message is accepted", [0x82, 0]),
        Accepted("A message of empty fragments is accepted", [0x02, 0, 0x00, 0, 0x80, 0]),
        Accepted("A message of 126 bytes is accepted", RawPeer.Frame(2, [.. Enumerable.Repeat((byte)'x', 126)]), new string('x', 126)),
        Accepted("A message of 65536 bytes is accepted", RawPeer.Frame(2, [.. Enumerable.Repeat((byte)'x', 65_536)]), new string('x', 65_536)),
        new("A message of one byte per 20 seconds is accepted", async attack =>
        {
            await attack.AcceptAsync();
            foreach (byte one in RawPeer.Frame(2, "slow"u8.ToArray()))
            {
                await attack.SendAsync([one]);
                await attack.UntilReadAsync();
                await attack.PassAsync(TimeSpan.FromSeconds(20));
            }

            await attack.SendAsync(Attack.Fine);
        })
        {
            Received = "slow",
        },
        Stalled("A header that stalls is given up after 30 seconds", [0x82]),
        Stalled("A payload that stalls is given up after 30 seconds", [0x82, 5, 1, 2]),
        Stalled("A length beyond all memory that nothing follows is given up after 30 seconds", [0x82, 127, 0x7F, 255, 255, 255, 255, 255, 255, 255]) with
        {
            Kinds = [SocketKind.Stream],
        },
        new("A fragmented message that pauses between frames is awaited", async attack =>
        {
            await attack.AcceptAsync();
            await attack.SendAsync([0x02, 1, 97]);
            await attack.UntilReadAsync();
            await attack.PassAsync(TimeSpan.FromHours(1));
            await attack.SendAsync([0x80, 1, 98, .. Attack.Fine]);
        })
        {
            Received = "ab",
        },
    ];

    internal static async Task SendAsync(Attack attack, byte[] bytes)
    {
        await attack.AcceptAsync();
        await attack.SendAsync(bytes);
    }

    private static Misbehaviour Violation(string name, byte[] bytes, string received = "") => new(name, attack => SendAsync(attack, bytes))
    {
        Failure = Failure.Violation,
        CloseSent = 1002,
        End = "FIN",
        Received = received,
    };

    private static Misbehaviour Accepted(string name, byte[] bytes, string received = "") =>
        new(name, attack => SendAsync(attack, [.. bytes, .. Attack.Fine])) { Received = received };

    private static Misbehaviour Stalled(string name, byte[] bytes) => new(name, async attack =>
    {
        await SendAsync(attack, bytes);
        await attack.UntilReadAsync();
        await attack.PassAsync(TimeSpan.FromSeconds(30.001));
    })
    {
        Failure = Failure.Timeout(LoadTool.Sockets.ConnectionPhase.Open),
        End = "FIN",
    };
}
