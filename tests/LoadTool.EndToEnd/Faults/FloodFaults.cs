using LoadTool.EndToEnd.Sockets;

namespace LoadTool.EndToEnd.Faults;

/// <summary>More than anyone can want: what has a limit ends there, what has none costs no memory.</summary>
internal static class FloodFaults
{
    private static readonly SocketKind[] OfMessages = [SocketKind.Message, SocketKind.Event];

    public static readonly Misbehaviour[] Table =
    [
        TooBig("A message over the limit in one frame is refused", [0x82, 127, 0, 0, 0, 0, 0, 0x10, 0, 1]),
        TooBig("A message whose length is beyond all memory is refused", [0x82, 127, 0x7F, 255, 255, 255, 255, 255, 255, 255]),
        Claimed("A header that claims one byte over the limit is refused without that message", [0x82, 127, 0, 0, 0, 0, 0, 0x10, 0, 1]),
        Claimed("A header of text that claims one byte over the limit is refused without that message", [0x81, 127, 0, 0, 0, 0, 0, 0x10, 0, 1]),
        Claimed("A header that claims more than all memory is refused without that message", [0x82, 127, 0x7F, 255, 255, 255, 255, 255, 255, 255]),
        Claimed("A header that claims more than is left for its message is refused without that fragment", [0x02, 1, 97, 0x80, 127, 0, 0, 0, 0, 0, 0x10, 0, 0]),
        Claimed("A claim of more than all memory inside a message is refused without that fragment", [0x02, 1, 97, 0x00, 127, 0x7F, 255, 255, 255, 255, 255, 255, 255]),
        Claimed("A claim over the limit behind a good message leaves that message whole", [0x82, 4, .. "good"u8, 0x82, 127, 0, 0, 0, 0, 0, 0x10, 0, 1]) with { Received = "good" },
        new("A header over the limit in single bytes is refused with its last", async attack =>
        {
            await attack.AcceptAsync();
            foreach (byte one in (byte[])[0x82, 127, 0, 0, 0, 0, 0, 0x10, 0, 1])
            {
                await attack.SendAsync([one]);
                await attack.UntilReadAsync();
            }
        })
        {
            Failure = Failure.TooBig,
            CloseSent = 1009,
            End = "FIN",
            Kinds = OfMessages,
        },
        new("A cut ping inside a message that fills its limit is accepted", async attack =>
        {
            await FrameFaults.SendAsync(attack, [.. RawPeer.Frame(2, [.. Enumerable.Repeat((byte)'a', 1 << 20)], isFinal: false), 0x89, 5, 1]);
            await attack.UntilReadAsync();
            await attack.SendAsync([2, 3, 4, 5, 0x80, 0, .. Attack.Fine]);
        })
        {
            Received = new string('a', 1 << 20),
        },
        new("Fragments without end are refused at the limit", async attack =>
        {
            await FrameFaults.SendAsync(attack, [0x02, 0]);
            await attack.FloodAsync(Repeat(RawPeer.Frame(0, new byte[1000], isFinal: false), 20));
        })
        {
            Failure = Failure.TooBig,
            CloseSent = 1009,
            Kinds = OfMessages,
        },
        new("Fragments of one byte without end are refused at the limit", async attack =>
        {
            await FrameFaults.SendAsync(attack, [0x02, 0]);
            await attack.FloodAsync(Repeat([0x00, 1, 97], 20_000));
        })
        {
            Failure = Failure.TooBig,
            CloseSent = 1009,
            Kinds = OfMessages,
        },
        new("65536 empty fragments are accepted", async attack =>
        {
            await FrameFaults.SendAsync(attack, [0x02, 1, 97]);
            await attack.SendAsync(Repeat([0x00, 0], 65_536));
            await attack.SendAsync([0x80, 1, 98, .. Attack.Fine]);
        })
        {
            Received = "ab",
        },
        new("100000 pings to a client that answers them are accepted", async attack =>
        {
            await attack.AcceptAsync();
            Task reading = attack.StartReading(answersClose: true);
            for (int i = 0; i < 100; i++)
                await attack.SendAsync(Repeat(RawPeer.Frame(9, new byte[20]), 1000));
            await attack.SendAsync(Attack.Fine);
            await reading;
            Assert.InRange(attack.Wire.Pongs, 1, 100_000);
        }),
        new("200000 pings from a server that reads no pongs are accepted and cost no memory", async attack =>
        {
            await attack.AcceptAsync();
            for (int i = 0; i < 200; i++)
                await attack.SendAsync(Repeat(RawPeer.Frame(9, new byte[125]), 1000));
            await attack.SendAsync(Attack.Fine);
        }),
        new("100000 pongs that nobody asked for are accepted", async attack =>
        {
            await attack.AcceptAsync();
            for (int i = 0; i < 100; i++)
                await attack.SendAsync(Repeat(RawPeer.Frame(10, new byte[20]), 1000));
            await attack.SendAsync(Attack.Fine);
        }),
        new("Pings between every byte of a message are accepted", async attack =>
        {
            await attack.AcceptAsync();
            await attack.SendAsync([0x02, 0, .. Repeat([0x89, 0, 0x00, 1, 97], 1000), 0x80, 0, .. Attack.Fine]);
        })
        {
            Received = new string('a', 1000),
        },
        new("10000 empty messages are accepted", async attack =>
        {
            await attack.AcceptAsync();
            await attack.SendAsync([.. Repeat([0x82, 0], 10_000), .. Attack.Fine]);
        }),
    ];

    internal static byte[] Repeat(byte[] bytes, int times)
    {
        byte[] all = new byte[bytes.Length * times];
        for (int at = 0; at < all.Length; at += bytes.Length)
            bytes.CopyTo(all, at);
        return all;
    }

    /// <summary>Nothing follows, and no time passes.</summary>
    private static Misbehaviour Claimed(string name, byte[] bytes) => new(name, attack => FrameFaults.SendAsync(attack, bytes))
    {
        Failure = Failure.TooBig,
        CloseSent = 1009,
        End = "FIN",
        Kinds = OfMessages,
    };

    private static Misbehaviour TooBig(string name, byte[] header) => new(name, async attack =>
    {
        await FrameFaults.SendAsync(attack, header);
        await attack.FloodAsync(new byte[10_000]);
    })
    {
        Failure = Failure.TooBig,
        CloseSent = 1009,
        Kinds = OfMessages,
    };
}
