using System.Text;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Storage.Streams;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>Messages that leave in several frames because the tuning says so.</summary>
public sealed class FragmentTests
{
    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public Task A_message_leaves_in_frames_of_at_most_FragmentBytes(EngineKind engine) => OpenSocket.MessageAsync(engine, async (socket, connection) =>
    {
        foreach ((int bytes, int fragment) in ((int, int)[])[(0, 1), (1, 1), (7, 1), (7, 3), (9, 3), (9, 10), (1000, 126), (200_000, 1000), (200_000, 65_536), (300_000, 100_000), (5000, 1)])
        {
            byte[] payload = new byte[bytes];
            new Random(bytes).NextBytes(payload);
            socket.Control.Tuning.FragmentBytes = fragment;
            Task sending = socket.SendAsync(payload).AsTask();
            List<byte> all = [];
            for (bool isFinal = false; !isFinal;)
            {
                (int opcode, isFinal, byte[] piece) = await connection.ReadFrameAsync();
                Assert.Equal(all.Count == 0 ? 2 : 0, opcode);
                Assert.Equal(Math.Min(fragment, bytes - all.Count), piece.Length);
                all.AddRange(piece);
                Assert.Equal(all.Count == bytes, isFinal);
            }

            Assert.Equal(payload, all);
            await sending;
        }

        socket.Control.Tuning.FragmentBytes = 0;
        await socket.SendAsync(new byte[5000]);
        Assert.Equal((2, true, 5000), await ReadSizeAsync(connection));
        Assert.Throws<ArgumentException>(() => socket.Control.Tuning.FragmentBytes = -1);
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Frames_that_the_caller_makes_are_cut_too_and_only_the_last_of_all_is_final(EngineKind engine) => OpenSocket.MessageAsync(engine, async (socket, connection) =>
    {
        socket.Control.Tuning.FragmentBytes = 2;
        socket.Control.MessageType = SocketMessageType.Utf8;
        await socket.SendNonfinalFrameAsync("abc"u8.ToArray().AsBuffer());
        await socket.SendFinalFrameAsync("defg"u8.ToArray().AsBuffer());
        string frames = "";
        for (int i = 0; i < 4; i++)
        {
            (int opcode, bool isFinal, byte[] payload) = await connection.ReadFrameAsync();
            frames += $"{opcode}{(isFinal ? "." : "")}{Encoding.ASCII.GetString(payload)} ";
        }

        Assert.Equal("1ab 0c 0de 0.fg ", frames);
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_pong_stands_between_the_frames_of_a_message_under_way(EngineKind engine)
    {
        const int Large = 20_000_000;
        await OpenSocket.MessageAsync(engine, async (socket, connection) =>
        {
            socket.Control.Tuning.FragmentBytes = 10_000;
            Task sending = socket.SendAsync(new byte[Large]).AsTask();
            Assert.False(sending.IsCompleted);
            await connection.SendAsync((byte[])[.. RawPeer.Frame(9, "in the middle"u8.ToArray()), .. RawPeer.Text("ping read")]);
            await socket.ReceiveAsync();
            int before = 0, after = 0;
            bool hasPong = false;
            await Task.Run(async () =>
            {
                for (bool isFinal = false; !isFinal;)
                {
                    (int opcode, bool endsMessage, byte[] payload) = await connection.ReadFrameAsync();
                    if (opcode == 10)
                    {
                        Assert.Equal("in the middle", Encoding.ASCII.GetString(payload));
                        hasPong = true;
                        continue;
                    }

                    isFinal = endsMessage;
                    _ = hasPong ? after += payload.Length : before += payload.Length;
                }
            });
            Assert.Equal(Large, before + after);
            Assert.True(hasPong && after > 0, $"{after} bytes came after the pong");
            await sending;
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_close_stands_between_frames_and_the_rest_of_the_message_fails(EngineKind engine)
    {
        await OpenSocket.MessageAsync(engine, async (socket, connection) =>
        {
            socket.Control.Tuning.FragmentBytes = 10_000;
            Task sending = socket.SendAsync(new byte[20_000_000]).AsTask();
            Task behind = socket.SendAsync(new byte[1]).AsTask();
            socket.Close(4000, "enough");
            await Assert.ThrowsAsync<ObjectDisposedException>(() => behind);
            await Task.Run(async () =>
            {
                for (int taken = 0; ;)
                {
                    (int opcode, bool isFinal, byte[] payload) = await connection.ReadFrameAsync();
                    if (opcode == 8)
                    {
                        Assert.Equal("enough", Encoding.ASCII.GetString(payload[2..]));
                        break;
                    }

                    Assert.False(isFinal);
                    Assert.InRange(taken += payload.Length, 1, 19_990_000);
                }

                await connection.SendAsync(RawPeer.Close(4000));
            });
            await Assert.ThrowsAsync<ObjectDisposedException>(() => sending);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_compressed_message_in_frames_passes_and_allocates_nothing(EngineKind engine)
    {
        using AnsweringServer server = await AnsweringServer.StartAsync(
            engine, _ => ServerAnswer.Accept(EchoBehaviour.Instance) with { Deflate = DeflateOptions.OfBrowsers });
        long least = long.MaxValue;
        await server.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new();
            socket.Control.Tuning.Deflate = DeflateOptions.OfBrowsers;
            socket.Control.Tuning.FragmentBytes = 100;
            socket.Control.MessageType = SocketMessageType.Utf8;
            await socket.ConnectAsync(server.Uri);
            byte[] text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 1000).Select(id => $"é{id * 7919}")));
            for (int round = 0; round < 5; round++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int i = 0; i < 200; i++)
                {
                    await socket.SendAsync(text);
                    Assert.True((await socket.ReceiveAsync()).Span.SequenceEqual(text));
                }

                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }
        });
        Assert.Equal(0, least);
    }

    private static async Task<(int, bool, int)> ReadSizeAsync(RawConnection connection)
    {
        (int opcode, bool isFinal, byte[] payload) = await connection.ReadFrameAsync();
        return (opcode, isFinal, payload.Length);
    }
}
