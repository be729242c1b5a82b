using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Faults;

/// <summary>TCP that ends or stops where it should not.</summary>
internal static class TransportFaults
{
    public static readonly Misbehaviour[] Table =
    [
        .. Ends("between messages", RawPeer.Frame(2, "whole"u8.ToArray()), "whole"),
        .. Ends("inside a header", [0x82]),
        .. Ends("inside a length", [0x82, 126, 1]),
        .. Ends("inside a payload", [0x82, 5, 97]),
        .. Ends("inside a fragmented message", [0x02, 1, 97]),
        .. Ends("inside a Close frame", [0x88, 2, 3]),
        new("A server that reads nothing fails our send after 30 seconds", async attack =>
        {
            await attack.AcceptAsync();
            await attack.PassUntilGoneAsync();
        })
        {
            Act = ClientAct.SendsMuch,
            Failure = Failure.Timeout(ConnectionPhase.Open),
        },
        new("A server that reads nothing and pings fails our send after 30 seconds", async attack =>
        {
            await FrameFaults.SendAsync(attack, FloodFaults.Repeat(RawPeer.Frame(9, new byte[100]), 5000));
            await attack.PassUntilGoneAsync();
        })
        {
            Act = ClientAct.SendsMuch,
            Failure = Failure.Timeout(ConnectionPhase.Open),
        },
        new("A server that closes while our message fills its window is reset", async attack =>
        {
            await FrameFaults.SendAsync(attack, RawPeer.Close(1001));
            await attack.PassUntilGoneAsync();
        })
        {
            Act = ClientAct.SendsMuch,
            Closed = (1001, ""),
        },
        new("A half-closed connection ends the client though the server would read on", async attack =>
        {
            await attack.AcceptAsync();
            await attack.ReadSomeAsync();
            attack.Finish();
            await attack.UntilGoneAsync();
        })
        {
            Act = ClientAct.SendsMuch,
            Failure = Failure.Aborted(ConnectionPhase.Open),
        },
        new("A reset while we send is told", async attack =>
        {
            await attack.AcceptAsync();
            await attack.ReadSomeAsync();
            attack.Reset();
        })
        {
            Act = ClientAct.SendsMuch,
            Failure = Failure.Reset(ConnectionPhase.Open),
        },
        new("A violation while we send ends the client", async attack =>
        {
            await attack.AcceptAsync();
            await attack.ReadSomeAsync();
            await attack.SendAsync([0x83, 0]);
            await attack.UntilGoneAsync();
        })
        {
            Act = ClientAct.SendsMuch,
            Failure = Failure.Violation,
        },
    ];

    private static IEnumerable<Misbehaviour> Ends(string place, byte[] before, string received = "")
    {
        yield return new($"FIN {place} is ConnectionAborted", attack => EndAsync(attack, before, attack.Finish))
        {
            Failure = Failure.Aborted(ConnectionPhase.Open),
            End = "FIN",
            Received = received,
        };
        yield return new($"RST {place} is told", attack => EndAsync(attack, before, attack.Reset)) { Failure = Failure.Reset(ConnectionPhase.Open), Received = received };
    }

    private static async Task EndAsync(Attack attack, byte[] before, Action end)
    {
        await FrameFaults.SendAsync(attack, before);
        await attack.UntilReadAsync();
        end();
    }
}
