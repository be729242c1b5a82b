using System.Text;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Web;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>Frames from a scripted server, in every cut, good and bad. Numbers are those of the behaviours to prove.</summary>
public sealed class FrameTests
{
    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Every_cut_of_a_server_s_bytes_gives_the_same_messages(EngineKind engine)
    {
        byte[] stream =
        [
            .. RawPeer.Text("a"), .. RawPeer.Frame(2, []), .. RawPeer.Text("Tr", isFinal: false), .. RawPeer.Frame(9, "ping"u8.ToArray()),
            .. RawPeer.Frame(0, "è"u8.ToArray(), isFinal: false), .. RawPeer.Frame(10, "pong"u8.ToArray()), .. RawPeer.Frame(0, "s"u8.ToArray()),
            .. RawPeer.Frame(2, new byte[200]), .. RawPeer.Text("end"),
        ];
        (SocketMessageType, string)[] expected =
        [
            (SocketMessageType.Utf8, "a"), (SocketMessageType.Binary, ""), (SocketMessageType.Utf8, "Très"),
            (SocketMessageType.Binary, new string('\0', 200)), (SocketMessageType.Utf8, "end"),
        ];
        IEnumerable<int[]> cuts = Enumerable.Range(0, stream.Length).Select(cut => (int[])[cut, stream.Length - cut])
            .Append([.. Enumerable.Repeat(1, stream.Length)]);
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            Task<RawConnection> accept = Task.Run(() => peer.AcceptUpgradeAsync());
            await socket.ConnectAsync(peer.Uri);
            using RawConnection connection = await accept;
            foreach (int[] cut in cuts)
            {
                // From this loop, so that it turns, and reads, between the pieces.
                int start = 0;
                foreach (int piece in cut)
                {
                    await connection.SendAsync(stream.AsMemory(start, piece));
                    start += piece;
                    await Task.Yield();
                }

                foreach ((SocketMessageType type, string text) in expected)
                {
                    ReceivedMessage message = await socket.ReceiveAsync();
                    Assert.Equal((type, text), (message.MessageType, message.ReadString()));
                }

                (int opcode, bool isFinal, byte[] payload) = await connection.ReadFrameAsync();
                Assert.Equal((10, true, "ping"), (opcode, isFinal, Encoding.ASCII.GetString(payload)));
            }
        });
    }

    /// <summary>Name, what the server sends, and the close code it must get.</summary>
    private static readonly (string Name, byte[] Bytes, int Code)[] Violations =
    [
        ("masked", [0x81, 0x81, 1, 2, 3, 4, 5], 1002),
        ("RSV1", [0xC1, 0], 1002),
        ("RSV2", [0xA1, 0], 1002),
        ("RSV3", [0x91, 0], 1002),
        ("opcode 3", [0x83, 0], 1002),
        ("opcode 11", [0x8B, 0], 1002),
        ("16-bit length below 126", [0x82, 126, 0, 125], 1002),
        ("64-bit length below 65536", [0x82, 127, 0, 0, 0, 0, 0, 0, 255, 255], 1002),
        ("length with its highest bit", [0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0], 1002),
        ("ping of 126 bytes", [0x89, 126, 0, 126], 1002),
        ("fragmented ping", [0x09, 0], 1002),
        ("continuation of nothing", [0x80, 0], 1002),
        ("a message inside another", [0x01, 0, 0x81, 0], 1002),
        ("close of one byte", [0x88, 1, 3], 1002),
        ("close 1005 on the wire", [0x88, 2, 0x03, 0xED], 1002),
        ("close 5000 on the wire", [0x88, 2, 0x13, 0x88], 1002),
        ("close reason not UTF-8", [0x88, 3, 0x03, 0xE8, 0xFF], 1007),
        ("text not UTF-8", [0x81, 1, 0xFF], 1007),
        ("text that ends inside a character", [0x81, 1, 0xC3], 1007),
        ("too big", RawPeer.Frame(2, new byte[101]), 1009),
        ("too big in pieces", [.. RawPeer.Frame(2, new byte[60], isFinal: false), .. RawPeer.Frame(0, new byte[60])], 1009),
    ];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviours_087_093_094_124_What_breaks_the_protocol_fails_the_receive_and_is_told_by_its_close_code(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        foreach ((string name, byte[] bytes, int code) in Violations)
        {
            Task<(int Opcode, bool, byte[] Payload)> server = Task.Run(async () =>
            {
                using RawConnection connection = await peer.AcceptUpgradeAsync([.. RawPeer.Text("good"), .. bytes]);
                return await connection.ReadFrameAsync();
            });
            int closed = 0;
            await host.RunAsync(async () =>
            {
                using MessageWebSocket socket = new();
                socket.Control.MaxMessageSize = 100;
                socket.Closed += (_, _) => closed++;
                await socket.ConnectAsync(peer.Uri);
                Assert.Equal("good", (await socket.ReceiveAsync()).ReadString());
                WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(async () => await socket.ReceiveAsync());
                Assert.True(error.Cause.CloseCode == code, $"{name}: {error.Message}");
                Assert.Same(error, await Record.ExceptionAsync(async () => await socket.SendAsync("late")));
            });
            (int opcode, _, byte[] payload) = await server;
            Assert.True(opcode == 8 && payload.SequenceEqual<byte>([(byte)(code >> 8), (byte)code]), $"{name}: {opcode} {Convert.ToHexString(payload)}");
            Assert.True(closed == 0, name);
        }

        Assert.Equal(0, host.Loop.Counters.Connections);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_086_A_message_of_exactly_MaxMessageSize_is_delivered(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        Task<RawConnection> accept = Task.Run(() => peer.AcceptUpgradeAsync(
            [.. RawPeer.Frame(2, new byte[100]), .. RawPeer.Frame(2, new byte[40], isFinal: false), .. RawPeer.Frame(0, new byte[60])]));
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            socket.Control.MaxMessageSize = 100;
            await socket.ConnectAsync(peer.Uri);
            using RawConnection connection = await accept;
            Assert.Equal(100, (await socket.ReceiveAsync()).Length);
            Assert.Equal(100, (await socket.ReceiveAsync()).Length);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviours_089_090_FIN_and_RST_without_a_Close_frame_are_ConnectionAborted_and_raise_no_Closed(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        foreach (bool byEvent in (bool[])[false, true])
        {
            foreach (byte[] before in (byte[][])[[], RawPeer.Text("whole"), [0x81], [0x81, 5, (byte)'h'], RawPeer.Text("half", isFinal: false)])
            {
                foreach (bool reset in (bool[])[false, true])
                {
                    TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    Task server = Task.Run(async () =>
                    {
                        using RawConnection connection = await peer.AcceptUpgradeAsync(before);
                        await connected.Task;
                        if (reset)
                            connection.Reset();
                    });
                    await host.RunAsync(async () =>
                    {
                        using MessageWebSocket socket = new();
                        int closed = 0;
                        socket.Closed += (_, _) => closed++;
                        TaskCompletionSource<Exception> told = new();
                        if (byEvent)
                        {
                            socket.MessageReceived += (_, args) =>
                            {
                                if (Record.Exception(args.GetDataReader) is { } error)
                                    told.SetResult(error);
                            };
                        }

                        await socket.ConnectAsync(peer.Uri);
                        connected.SetResult();
                        Exception failure = byEvent ? await told.Task : await FirstFailureAsync(socket);
                        WebSocketTransportException error = Assert.IsType<WebSocketTransportException>(failure);
                        Assert.Equal(WebErrorStatus.ConnectionAborted, error.Status);
                        Assert.Equal(reset ? "connection reset" : "connection lost", error.Cause.ToString());
                        Assert.Equal(0, closed);
                    });
                    await server;
                }
            }
        }

        Assert.Equal(0, host.Loop.Counters.Connections);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviours_085_155_A_pong_waits_for_the_end_of_a_message_that_leaves_in_pieces(EngineKind engine)
    {
        const int Large = 20_000_000;
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        TaskCompletionSource pinged = new(TaskCreationOptions.RunContinuationsAsynchronously);
        byte[] large = new byte[Large];
        new Random(5).NextBytes(large);
        Task server = Task.Run(async () =>
        {
            using RawConnection connection = await peer.AcceptUpgradeAsync();

            // The client is in the middle of its message: we take nothing yet. The text tells when it has read the ping.
            await connection.SendAsync(RawPeer.Frame(9, "in the middle"u8.ToArray()).Concat(RawPeer.Text("ping read")).ToArray());
            await pinged.Task;
            (int opcode, bool isFinal, byte[] payload) = await connection.ReadFrameAsync();
            Assert.True(opcode == 2 && isFinal && payload.AsSpan().SequenceEqual(large));
            (opcode, isFinal, payload) = await connection.ReadFrameAsync();
            Assert.Equal((10, true, "in the middle"), (opcode, isFinal, Encoding.ASCII.GetString(payload)));
            (opcode, _, payload) = await connection.ReadFrameAsync();
            Assert.Equal((2, 3), (opcode, payload.Length));
        });
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(peer.Uri);
            Task sending = socket.SendAsync(large).AsTask();
            Task next = socket.SendAsync(new byte[3]).AsTask();
            Assert.Equal("ping read", (await socket.ReceiveAsync()).ReadString());
            Assert.False(sending.IsCompleted);
            pinged.SetResult();
            await sending;
            await next;
        });
        await server;
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Pings_are_answered_with_their_own_payload_in_order(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        Task server = Task.Run(async () =>
        {
            using RawConnection connection = await peer.AcceptUpgradeAsync();
            for (int length = 0; length <= 125; length++)
                await connection.SendAsync(RawPeer.Frame(9, [.. Enumerable.Repeat((byte)length, length)]));
            for (int length = 0; length <= 125; length++)
            {
                (int opcode, bool isFinal, byte[] payload) = await connection.ReadFrameAsync();
                Assert.Equal((10, true), (opcode, isFinal));
                Assert.Equal(Enumerable.Repeat((byte)length, length), payload);
            }
        });
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(peer.Uri);
            await FirstFailureAsync(socket);
        });
        await server;
    }

    private static async Task<Exception> FirstFailureAsync(MessageWebSocket socket)
    {
        while (true)
        {
            try
            {
                await socket.ReceiveAsync();
            }
            catch (Exception error)
            {
                return error;
            }
        }
    }
}
