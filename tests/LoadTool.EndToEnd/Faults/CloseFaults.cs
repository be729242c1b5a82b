using System.Text;
using LoadTool.EndToEnd.Sockets;

namespace LoadTool.EndToEnd.Faults;

/// <summary>The closing handshake, from either side.</summary>
internal static class CloseFaults
{
    private static readonly string LongReason = new('r', 123);

    public static readonly Misbehaviour[] Table =
    [
        Violation("A Close frame of one byte is refused", [0x88, 1, 3], 1002),
        .. new[] { 0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535 }.Select(code => Violation($"Close code {code} on the wire is refused", RawPeer.Close(code), 1002)),
        Violation("A reason that is not UTF-8 is refused", [0x88, 3, 0x03, 0xE8, 0xFF], 1007),
        Violation("A reason that ends inside a character is refused", [0x88, 4, 0x03, 0xE8, 0x61, 0xC3], 1007),
        Violation("A reason with a surrogate is refused", [0x88, 5, 0x03, 0xE8, 0xED, 0xA0, 0x80], 1007),

        .. new[] { 1000, 1001, 1003, 1007, 1011, 1014, 3000, 4999 }.Select(code => ClosedByServer($"Close code {code} is told and answered", RawPeer.Close(code), code, "")),
        ClosedByServer("An empty Close frame is told as 1005 and answered by an empty one", RawPeer.Frame(8, []), 1005, ""),
        ClosedByServer("A reason of 123 bytes is told", RawPeer.Close(1000, LongReason), 1000, LongReason),
        ClosedByServer("A reason in another script is told", RawPeer.Close(4000, "終わり"), 4000, "終わり"),
        ClosedByServer("Data after the Close frame is ignored", [.. RawPeer.Close(1000), .. RawPeer.Frame(2, "late"u8.ToArray())], 1000, ""),
        ClosedByServer("Data before the Close frame is received", [.. RawPeer.Frame(2, "early"u8.ToArray()), .. RawPeer.Close(1000)], 1000, "", "early"),
        ClosedByServer("A ping after the Close frame is not answered", [.. RawPeer.Close(1000), .. RawPeer.Frame(9, [])], 1000, ""),
        ClosedByServer("A second Close frame is ignored", [.. RawPeer.Close(1000), .. RawPeer.Close(1001)], 1000, ""),
        ClosedByServer("Garbage after the Close frame is ignored", [.. RawPeer.Close(1000), .. Encoding.ASCII.GetBytes(new string('\uFFFD', 500))], 1000, ""),
        ClosedByServer("A Close frame inside a fragmented message drops that message", [0x02, 1, 97, .. RawPeer.Close(1001)], 1001, ""),
        new("A server that closes and never ends TCP is reset after 10 seconds", async attack =>
        {
            await FrameFaults.SendAsync(attack, RawPeer.Close(1000));
            await attack.ReadCloseAsync();
            await attack.PassAsync(TimeSpan.FromSeconds(10.001));
        })
        {
            Closed = (1000, ""),
            CloseSent = 1000,
            End = "RST",
        },
        new("A server that closes and floods is reset after 10 seconds", async attack =>
        {
            await FrameFaults.SendAsync(attack, RawPeer.Close(1000));
            await attack.ReadCloseAsync();
            await attack.PassAsync(TimeSpan.FromSeconds(10.001));
            await attack.FloodAsync(new byte[1000]);
        })
        {
            Closed = (1000, ""),
            CloseSent = 1000,
        },
        new("A server that closes and resets is closed", async attack =>
        {
            await FrameFaults.SendAsync(attack, RawPeer.Close(1000));
            await attack.ReadCloseAsync();
            attack.Reset();
        })
        {
            Closed = (1000, ""),
            CloseSent = 1000,
        },

        ClosedHere("A server that never answers our Close is reset after 10 seconds", attack => attack.PassAsync(TimeSpan.FromSeconds(10.001))) with { End = "RST" },
        ClosedHere("A server that answers our Close and never ends TCP is reset after 10 seconds", async attack =>
        {
            await attack.SendAsync(RawPeer.Close(1000));
            await attack.UntilReadAsync();
            await attack.PassAsync(TimeSpan.FromSeconds(10.001));
        }) with { End = "RST" },
        ClosedHere("A server that answers our Close with another code is told", async attack =>
        {
            await attack.SendAsync(RawPeer.Close(4001, "mine"));
            attack.Finish();
        }) with { Closed = (4001, "mine"), End = "FIN" },
        ClosedHere("A server that ends TCP in place of an answer to our Close is closed", attack =>
        {
            attack.Finish();
            return Task.CompletedTask;
        }) with { End = "FIN" },
        ClosedHere("A server that resets in place of an answer to our Close is closed", attack =>
        {
            attack.Reset();
            return Task.CompletedTask;
        }),
        ClosedHere("A server that answers our Close with garbage is closed", attack => attack.SendAsync([0xFF, 0])) with { End = "FIN" },
        ClosedHere("A server that answers our Close with half a code is closed", attack => attack.SendAsync([0x88, 1, 3])) with { End = "FIN" },
        ClosedHere("A server that answers our Close with a code of its own making is closed", attack => attack.SendAsync(RawPeer.Close(5000))) with { End = "FIN" },
        ClosedHere("Messages after our Close are dropped", async attack =>
        {
            await attack.SendAsync([.. FloodFaults.Repeat(RawPeer.Frame(2, "late"u8.ToArray()), 1000), .. RawPeer.Close(1000)]);
            attack.Finish();
        }) with { End = "FIN" },
        ClosedHere("Pings after our Close are not answered", async attack =>
        {
            await attack.SendAsync([.. FloodFaults.Repeat(RawPeer.Frame(9, []), 1000), .. RawPeer.Close(1000)]);
            attack.Finish();
        }) with { End = "FIN" },
        ClosedHere("A server that floods in place of an answer to our Close is reset after 10 seconds", async attack =>
        {
            for (int i = 0; i < 10; i++)
            {
                await attack.SendAsync(RawPeer.Frame(2, new byte[100]));
                await attack.UntilReadAsync();
                await attack.PassAsync(TimeSpan.FromSeconds(1.001));
            }

            await attack.FloodAsync(RawPeer.Frame(2, new byte[10_000]));
        }),
    ];

    private static Misbehaviour Violation(string name, byte[] bytes, int code) => new(name, attack => FrameFaults.SendAsync(attack, bytes))
    {
        Failure = Failure.Violation,
        CloseSent = code,
        End = "FIN",
    };

    private static Misbehaviour ClosedByServer(string name, byte[] bytes, int code, string reason, string received = "") => new(name, async attack =>
    {
        await FrameFaults.SendAsync(attack, bytes);
        await attack.ReadCloseAsync();
        attack.Finish();
    })
    {
        Closed = (code, reason),
        CloseSent = code,
        End = "FIN",
        Received = received,
    };

    private static Misbehaviour ClosedHere(string name, Func<Attack, Task> answer) => new(name, async attack =>
    {
        await attack.AcceptAsync();
        await attack.ReadCloseAsync();
        await answer(attack);
    })
    {
        Act = ClientAct.Closes,
        Closed = (1000, ""),
        CloseSent = 1000,
    };
}
