using System.Text;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Faults;

/// <summary>Where TLS goes wrong, is missing, or comes unasked.</summary>
internal static class TlsFaults
{
    private static readonly byte[] Alert = [21, 3, 3, 0, 2, 2, 40];

    public static readonly Misbehaviour[] Table =
    [
        InHandshake("An alert in clear is a failed handshake", Alert),
        InHandshake("Plain HTTP to a client of TLS is a failed handshake", Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\n\r\n")),
        InHandshake("A plain upgrade to a client of TLS is a failed handshake", RawPeer.Answer("Sec-WebSocket-Key: x\r\n")),
        InHandshake("A record of an unknown type is a failed handshake", [99, 3, 3, 0, 2, 0, 0]),
        InHandshake("A ServerHello of no bytes is a failed handshake", [22, 3, 3, 0, 4, 2, 0, 0, 0]),
        InHandshake("A record longer than TLS allows is a failed handshake", [22, 3, 3, 255, 255, .. new byte[66_000]]),
        InHandshake("An echo of our own hello is a failed handshake", [22, 3, 1, 0, 5, 1, 0, 0, 1, 0]),
        new("FIN after our hello is ConnectionAborted", attack => HelloAsync(attack, attack.Finish)) { IsSecure = true, Failure = Failure.Aborted(ConnectionPhase.Tls) },
        new("RST after our hello is told", attack => HelloAsync(attack, attack.Reset)) { IsSecure = true, Failure = Failure.Reset(ConnectionPhase.Tls) },
        new("FIN inside a record of the handshake is ConnectionAborted", async attack =>
        {
            await ReadHelloAsync(attack);
            await attack.SendAsync([22, 3, 3, 0, 100, 2, 0]);
            attack.Finish();
        })
        {
            IsSecure = true,
            Failure = Failure.Aborted(ConnectionPhase.Tls),
        },
        new("Silence after our hello is given up after 60 seconds", async attack =>
        {
            await ReadHelloAsync(attack);
            await attack.PassAsync(TimeSpan.FromSeconds(60.001));
        })
        {
            IsSecure = true,
            Failure = Failure.Timeout(ConnectionPhase.Tls),
        },
        new("An end of TLS in place of an answer is ConnectionAborted", async attack =>
        {
            await attack.SecureAsync();
            await attack.ReadRequestAsync();
            attack.Finish();
        })
        {
            IsSecure = true,
            Failure = Failure.Aborted(ConnectionPhase.Upgrade),
        },
        new("Silence in place of an answer inside TLS is given up after 60 seconds", async attack =>
        {
            await attack.SecureAsync();
            await attack.ReadRequestAsync();
            await attack.PassAsync(TimeSpan.FromSeconds(60.001));
        })
        {
            IsSecure = true,
            Failure = Failure.Timeout(ConnectionPhase.Upgrade),
        },
        new("A missing close_notify is ConnectionAborted", async attack =>
        {
            await attack.SecureAsync();
            await FrameFaults.SendAsync(attack, RawPeer.Frame(2, "whole"u8.ToArray()));
            attack.Finish();
        })
        {
            IsSecure = true,
            Failure = Failure.Aborted(ConnectionPhase.Open),
            Received = "whole",
        },
        new("FIN inside a record is ConnectionAborted", async attack =>
        {
            await attack.SecureAsync();
            await attack.AcceptAsync();
            await attack.Connection.SendAsync(new byte[] { 23, 3, 3, 0, 100, 1, 2 });
            attack.Finish();
        })
        {
            IsSecure = true,
            Failure = Failure.Aborted(ConnectionPhase.Open),
        },
        new("A violation inside TLS is told by its close code", async attack =>
        {
            await attack.SecureAsync();
            await FrameFaults.SendAsync(attack, [0x83, 0]);
        })
        {
            IsSecure = true,
            Failure = Failure.Violation,
            CloseSent = 1002,
            End = "FIN",
        },
        new("Bytes one by one inside TLS are accepted", async attack =>
        {
            await attack.SecureAsync();
            await attack.AcceptAsync();
            foreach (byte one in Attack.Fine)
                await attack.SendAsync([one]);
        })
        {
            IsSecure = true,
        },
        new("A server that closes inside TLS and never ends it is reset after 10 seconds", async attack =>
        {
            await attack.SecureAsync();
            await FrameFaults.SendAsync(attack, RawPeer.Close(1000));
            await attack.ReadCloseAsync();
            await attack.PassAsync(TimeSpan.FromSeconds(10.001));
        })
        {
            IsSecure = true,
            Closed = (1000, ""),
            CloseSent = 1000,
        },
        new("A TLS alert to a client without TLS is no HTTP", async attack =>
        {
            await attack.ReadRequestAsync();
            await attack.SendAsync(Alert);
        })
        {
            Failure = Failure.InvalidResponse,
        },
    ];

    private static Misbehaviour InHandshake(string name, byte[] bytes) => new(name, async attack =>
    {
        await ReadHelloAsync(attack);
        await attack.SendAsync(bytes);
    })
    {
        IsSecure = true,
        Failure = Failure.TlsFailed,
    };

    private static async Task HelloAsync(Attack attack, Action end)
    {
        await ReadHelloAsync(attack);
        end();
    }

    /// <summary>All of it: what stays unread turns an end into a reset.</summary>
    private static async Task ReadHelloAsync(Attack attack)
    {
        byte[] start = await attack.Connection.ReadAsync(5);
        await attack.Connection.ReadAsync(start[3] << 8 | start[4]);
    }
}
