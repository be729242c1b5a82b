using System.Text;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Storage.Streams;
using UnicodeEncoding = Windows.Storage.Streams.UnicodeEncoding;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>Sending through OutputStream, DataWriter and frames. Numbers are those of the behaviours to prove.</summary>
public sealed class OutputStreamTests
{
    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviours_055_056_057_What_is_written_before_one_StoreAsync_is_one_masked_message(EngineKind engine) => OpenSocket.MessageAsync(
        engine,
        socket => socket.Control.MessageType = SocketMessageType.Utf8,
        async (socket, connection) =>
        {
            using DataWriter writer = new(socket.OutputStream);
            Assert.Equal(UnicodeEncoding.Utf8, writer.UnicodeEncoding);
            writer.WriteString("Hello, World!");
            Assert.Equal(13u, await writer.StoreAsync());
            Assert.Equal((1, true, "Hello, World!"), await TextAsync(connection));
            writer.WriteString("one, ");
            writer.WriteByte((byte)'2');
            writer.WriteBytes(", three"u8.ToArray());
            Assert.Equal(13u, await writer.StoreAsync());
            Assert.Equal((1, true, "one, 2, three"), await TextAsync(connection));
        });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviours_014_058_059_078_Each_message_leaves_with_the_type_of_its_moment_and_arrives_with_its_own(EngineKind engine)
    {
        Mailbox? mailbox = null;
        return OpenSocket.MessageAsync(engine, socket => mailbox = new Mailbox(socket), async (socket, connection) =>
        {
            using DataWriter writer = new(socket.OutputStream);
            foreach ((SocketMessageType type, int opcode) in ((SocketMessageType, int)[])[
                (SocketMessageType.Utf8, 1), (SocketMessageType.Binary, 2), (SocketMessageType.Utf8, 1)])
            {
                socket.Control.MessageType = type;
                writer.WriteString("abc");
                await writer.StoreAsync();
                Assert.Equal((opcode, true, "abc"), await TextAsync(connection));
                await connection.SendAsync(RawPeer.Frame(2, [1]));
                Assert.Equal(SocketMessageType.Binary, (await mailbox!.NextAsync()).MessageType);
                await connection.SendAsync(RawPeer.Text("x"));
                Assert.Equal(SocketMessageType.Utf8, (await mailbox.NextAsync()).MessageType);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviours_060_061_062_067_The_stream_of_a_message_socket_tells_the_socket_s_state(EngineKind engine) =>
        StateIsToldAsync(engine, () => new MessageWebSocket());

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviours_060_061_062_067_The_stream_of_a_stream_socket_tells_the_socket_s_state(EngineKind engine) =>
        StateIsToldAsync(engine, () => new StreamWebSocket());

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviours_063_067_After_Close_the_stream_is_closed(EngineKind engine)
    {
        await OpenSocket.MessageAsync(engine, (socket, _) => IsClosedAfterCloseAsync(socket));
        await OpenSocket.StreamAsync(engine, (socket, _) => IsClosedAfterCloseAsync(socket));

        static async Task IsClosedAfterCloseAsync(IWebSocket socket)
        {
            IOutputStream stream = socket.OutputStream;
            socket.Close(1000, "");
            Assert.Equal(HResults.Closed, (await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.FlushAsync())).HResult);
            Assert.Equal(HResults.Closed, (await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.WriteAsync(new byte[1].AsBuffer()))).HResult);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviours_064_065_A_writer_disposed_without_DetachStream_closes_the_stream_and_not_the_socket(EngineKind engine) =>
        OpenSocket.MessageAsync(engine, async (socket, connection) =>
        {
            using (DataWriter writer = new(socket.OutputStream))
            {
                writer.WriteString("last");
                await writer.StoreAsync();
            }

            ObjectDisposedException error = await Assert.ThrowsAsync<ObjectDisposedException>(() => socket.OutputStream.FlushAsync());
            Assert.Equal(unchecked((int)0x80000013), error.HResult);
            Assert.Equal(error.HResult, error.GetBaseException().HResult);
            Assert.Equal((2, true, "last"), await TextAsync(connection));
            await connection.SendAsync(RawPeer.Text("still here"));
            Assert.Equal("still here", (await socket.ReceiveAsync()).ReadString());
        });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviours_066_067_After_DetachStream_another_writer_takes_over(EngineKind engine) => OpenSocket.StreamAsync(engine, async (socket, connection) =>
    {
        for (int i = 0; i < 3; i++)
        {
            using DataWriter writer = new(socket.OutputStream);
            writer.WriteString($"writer {i}");
            await writer.StoreAsync();
            Assert.Same(socket.OutputStream, writer.DetachStream());
            Assert.Equal((2, true, $"writer {i}"), await TextAsync(connection));
        }
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviours_068_069_070_A_flush_sends_nothing_a_write_returns_its_bytes_and_an_empty_one_is_an_empty_message(EngineKind engine) =>
        OpenSocket.MessageAsync(engine, async (socket, connection) =>
        {
            Assert.True(await socket.OutputStream.FlushAsync());
            Assert.Equal(5u, await socket.OutputStream.WriteAsync("12345"u8.ToArray().AsBuffer()));
            Assert.Equal((2, true, "12345"), await TextAsync(connection));
            using DataWriter writer = new(socket.OutputStream);
            Assert.Equal(0u, await writer.StoreAsync());
            Assert.True(await writer.FlushAsync());
            Assert.Equal((2, true, ""), await TextAsync(connection));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => socket.OutputStream.WriteAsync(new byte[1].AsBuffer(), new CancellationToken(true)));
            await socket.SendAsync("next");
            Assert.Equal((1, true, "next"), await TextAsync(connection));
        });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviours_071_072_073_Frames_make_one_message_during_which_no_other_may_begin(EngineKind engine) =>
        OpenSocket.MessageAsync(engine, async (socket, connection) =>
        {
            socket.Control.MessageType = SocketMessageType.Utf8;
            Assert.Equal(2u, await socket.SendNonfinalFrameAsync("ab"u8.ToArray().AsBuffer()));
            socket.Control.MessageType = SocketMessageType.Binary;
            InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => socket.OutputStream.WriteAsync(new byte[1].AsBuffer()));
            Assert.Equal(HResults.IllegalMethodCall, error.HResult);
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await socket.SendAsync("whole"));
            Assert.Equal(0u, await socket.SendNonfinalFrameAsync(Array.Empty<byte>().AsBuffer()));
            Assert.Equal(2u, await socket.SendFinalFrameAsync("cd"u8.ToArray().AsBuffer()));
            Assert.Equal((1, false, "ab"), await TextAsync(connection));
            Assert.Equal((0, false, ""), await TextAsync(connection));
            Assert.Equal((0, true, "cd"), await TextAsync(connection));
            Assert.Equal(1, EventLoop.Current!.Counters.MessagesSent);
            Assert.Equal(3u, await socket.SendFinalFrameAsync("one"u8.ToArray().AsBuffer()));
            Assert.Equal((2, true, "one"), await TextAsync(connection));
            Assert.Equal(3u, await socket.OutputStream.WriteAsync("two"u8.ToArray().AsBuffer()));
            Assert.Equal((2, true, "two"), await TextAsync(connection));
        });

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Frames_need_a_connected_socket_and_a_buffer(EngineKind engine)
    {
        IBuffer data = new byte[1].AsBuffer();
        using MessageWebSocket unconnected = new();
        Assert.Equal(HResults.IllegalMethodCall, (await Assert.ThrowsAsync<InvalidOperationException>(() => unconnected.SendFinalFrameAsync(data))).HResult);
        Assert.Equal(HResults.IllegalMethodCall, (await Assert.ThrowsAsync<InvalidOperationException>(() => unconnected.SendNonfinalFrameAsync(data))).HResult);
        await OpenSocket.MessageAsync(engine, async (socket, _) =>
        {
            Assert.Equal(HResults.InvalidArgument, (await Assert.ThrowsAnyAsync<ArgumentException>(() => socket.SendFinalFrameAsync(null!))).HResult);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => socket.SendFinalFrameAsync(data, new CancellationToken(true)));
            socket.Close(1000, "");
            Assert.Equal(HResults.Closed, (await Assert.ThrowsAsync<ObjectDisposedException>(() => socket.SendFinalFrameAsync(data))).HResult);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviour_075_Each_length_takes_the_shortest_form(EngineKind engine) => OpenSocket.MessageAsync(engine, async (socket, connection) =>
    {
        foreach ((int length, int form) in ((int, int)[])[(0, 0), (1, 1), (125, 125), (126, 126), (65_535, 126), (65_536, 127)])
        {
            await socket.OutputStream.WriteAsync(new byte[length].AsBuffer());
            byte[] start = await connection.ReadAsync(2);
            Assert.Equal(form | 0x80, start[1]);
            byte[] extended = await connection.ReadAsync(form switch { 126 => 2, 127 => 8, _ => 0 });
            Assert.Equal(extended.Length == 0 ? 0 : length, extended.Aggregate(0, (value, digit) => value << 8 | digit));
            await connection.ReadAsync(4 + length);
        }
    });

    private static async Task StateIsToldAsync(EngineKind engine, Func<IWebSocket> make)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        await host.RunAsync(async () =>
        {
            using IWebSocket socket = make();
            IOutputStream stream = socket.OutputStream;
            using DataWriter writer = new(stream);
            writer.WriteByte(1);
            Assert.Equal(HResults.IllegalMethodCall, (await Assert.ThrowsAsync<InvalidOperationException>(() => writer.StoreAsync())).HResult);
            Assert.Equal(HResults.IllegalMethodCall, (await Assert.ThrowsAsync<InvalidOperationException>(() => stream.FlushAsync())).HResult);
            Task<RawConnection> accept = Task.Run(() => peer.AcceptUpgradeAsync());
            await socket.ConnectAsync(peer.Uri);
            using RawConnection connection = await accept;
            Assert.True(await stream.FlushAsync());
            socket.Dispose();
            Assert.Equal(HResults.Closed, (await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.FlushAsync())).HResult);
            Assert.Equal(HResults.Closed, (await Assert.ThrowsAsync<ObjectDisposedException>(() => writer.StoreAsync())).HResult);
        });
    }

    private static async Task<(int Opcode, bool IsFinal, string Text)> TextAsync(RawConnection connection)
    {
        (int opcode, bool isFinal, byte[] payload) = await connection.ReadFrameAsync();
        return (opcode, isFinal, Encoding.UTF8.GetString(payload));
    }
}
