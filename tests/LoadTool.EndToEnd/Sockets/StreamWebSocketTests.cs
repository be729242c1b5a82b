using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Storage.Streams;
using Windows.Web;
using Buffer = Windows.Storage.Streams.Buffer;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>The socket of streams. Numbers are those of the behaviours to prove.</summary>
public sealed class StreamWebSocketTests
{
    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviours_102_103_Partial_takes_what_there_is_and_None_waits_for_all(EngineKind engine) => OpenSocket.StreamAsync(engine, async (socket, connection) =>
    {
        using DataReader reader = new(socket.InputStream) { InputStreamOptions = InputStreamOptions.Partial };
        Task<uint> load = reader.LoadAsync(256);
        Assert.False(load.IsCompleted);
        await connection.SendAsync(RawPeer.Frame(2, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
        Assert.Equal(10u, await load);
        byte[] ten = new byte[10];
        reader.ReadBytes(ten);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], ten);

        reader.InputStreamOptions = InputStreamOptions.None;
        load = reader.LoadAsync(10);
        foreach (byte i in (byte[])[1, 2, 3])
        {
            Assert.False(load.IsCompleted);
            long before = EventLoop.Current!.Counters.BytesReceived;
            await connection.SendAsync(RawPeer.Frame(2, [i, i, i]));
            await UntilReceivedAsync(before + 5);
        }

        Assert.False(load.IsCompleted);
        await connection.SendAsync(RawPeer.Frame(2, [4, 5]));
        Assert.Equal(10u, await load);
        reader.ReadBytes(ten);
        Assert.Equal([1, 1, 1, 2, 2, 2, 3, 3, 3, 4], ten);
        Assert.Equal(1u, await reader.LoadAsync(1));
        Assert.Equal(5, reader.ReadByte());
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviours_104_105_A_long_message_is_read_before_it_has_ended(EngineKind engine) => OpenSocket.StreamAsync(engine, async (socket, connection) =>
    {
        byte[] payload = new byte[5_000_000];
        new Random(5).NextBytes(payload);
        byte[] frame = RawPeer.Frame(2, payload);
        int header = frame.Length - payload.Length;
        Buffer buffer = new(1000);
        await connection.SendAsync(frame.AsMemory(0, header + 1500));
        await ExpectAsync(0, 1000);
        await ExpectAsync(1000, 500);
        Task rest = Task.Run(() => connection.SendAsync(frame.AsMemory(header + 1500)));
        for (int at = 1500; at < payload.Length; at += 1000)
            await ExpectAsync(at, Math.Min(1000, payload.Length - at));
        await rest;

        async Task ExpectAsync(int start, int length)
        {
            IBuffer read = await socket.InputStream.ReadAsync(buffer, (uint)length, InputStreamOptions.None);
            Assert.True(payload.AsSpan(start, length).SequenceEqual(read.ToArray()));
        }
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviour_106_A_pending_read_ends_with_OperationCanceled_when_the_socket_is_closed_here(EngineKind engine) =>
        OpenSocket.StreamAsync(engine, async (socket, _) =>
        {
            Task<IBuffer> read = socket.InputStream.ReadAsync(new Buffer(1), 1, InputStreamOptions.None);
            socket.Close(1000, "");
            Exception error = await Assert.ThrowsAnyAsync<Exception>(() => read);
            Assert.Equal(WebErrorStatus.OperationCanceled, WebSocketError.GetStatus(error.GetBaseException().HResult));
            await ExpectClosedAsync(socket.InputStream);
            socket.Dispose();
            await ExpectClosedAsync(socket.InputStream);
        });

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_107_A_lost_connection_fails_the_read_after_what_had_arrived(EngineKind engine)
    {
        foreach (bool reset in (bool[])[true, false])
        {
            await OpenSocket.StreamAsync(engine, async (socket, connection) =>
            {
                bool isClosed = false;
                socket.Closed += (_, _) => isClosed = true;
                long before = EventLoop.Current!.Counters.BytesReceived;
                await connection.SendAsync(RawPeer.Frame(2, [1, 2, 3]));
                await UntilReceivedAsync(before + 5);
                Task<IBuffer> all = socket.InputStream.ReadAsync(new Buffer(4), 4, InputStreamOptions.None);
                if (reset)
                    connection.Reset();
                else
                    connection.Dispose();
                WebErrorStatus expected = reset ? WebErrorStatus.ConnectionReset : WebErrorStatus.ConnectionAborted;
                Assert.Equal(expected, (await Assert.ThrowsAsync<WebSocketTransportException>(() => all)).Status);
                Assert.Equal([1, 2, 3], (await socket.InputStream.ReadAsync(new Buffer(4), 4, InputStreamOptions.Partial)).ToArray());
                Assert.Equal(expected, (await Assert.ThrowsAsync<WebSocketTransportException>(
                    () => socket.InputStream.ReadAsync(new Buffer(4), 4, InputStreamOptions.Partial))).Status);
                socket.Dispose();
                Assert.False(isClosed);
            });
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviour_108_A_Close_frame_is_the_end_of_the_stream(EngineKind engine) => OpenSocket.StreamAsync(engine, async (socket, connection) =>
    {
        TaskCompletionSource<int> closed = new();
        socket.Closed += (_, args) => closed.SetResult(args.Code);
        Task<IBuffer> read = socket.InputStream.ReadAsync(new Buffer(10), 10, InputStreamOptions.None);
        await connection.SendAsync((byte[])[.. RawPeer.Frame(2, [1]), .. RawPeer.Close(4001)]);
        Assert.Equal([1], (await read).ToArray());
        Assert.Equal(4001, await closed.Task);
        Assert.Equal(0u, (await socket.InputStream.ReadAsync(new Buffer(10), 10, InputStreamOptions.None)).Length);
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviour_109_A_text_message_ends_the_socket_with_1003(EngineKind engine) => OpenSocket.StreamAsync(engine, async (socket, connection) =>
    {
        Task<IBuffer> read = socket.InputStream.ReadAsync(new Buffer(1), 1, InputStreamOptions.None);
        await connection.SendAsync((byte[])[.. RawPeer.Text("text"), .. RawPeer.Frame(2, [1])]);
        Assert.Equal(unchecked((int)0x83760002), (await Assert.ThrowsAsync<WebSocketTransportException>(() => read)).HResult);
        (int opcode, _, byte[] payload) = await connection.ReadFrameAsync();
        Assert.Equal(8, opcode);
        Assert.Equal([1003 >> 8, 1003 & 0xFF], payload);
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Reads_are_refused_when_they_overlap_ask_for_too_much_or_have_no_connection(EngineKind engine) => OpenSocket.StreamAsync(
        engine,
        socket => Assert.Equal(
            HResults.IllegalMethodCall,
            Assert.IsType<InvalidOperationException>(socket.InputStream.ReadAsync(new Buffer(1), 1, InputStreamOptions.None).Exception!.InnerException).HResult),
        async (socket, connection) =>
        {
            IInputStream stream = socket.InputStream;
            Buffer buffer = new(4);
            Assert.Equal(HResults.InvalidArgument, (await Assert.ThrowsAnyAsync<ArgumentException>(() => stream.ReadAsync(buffer, 5, InputStreamOptions.None))).HResult);
            Assert.Equal(HResults.InvalidArgument, (await Assert.ThrowsAnyAsync<ArgumentException>(() => stream.ReadAsync(null!, 0, InputStreamOptions.None))).HResult);
            Assert.Equal(0u, (await stream.ReadAsync(buffer, 0, InputStreamOptions.None)).Length);
            using CancellationTokenSource cancel = new();
            Task<IBuffer> first = stream.ReadAsync(buffer, 4, InputStreamOptions.None, cancel.Token);
            Assert.Equal(
                unchecked((int)0x800710DD),
                (await Assert.ThrowsAsync<WebSocketTransportException>(() => stream.ReadAsync(new Buffer(1), 1, InputStreamOptions.None))).HResult);

            // A cancelled read has taken nothing.
            long before = EventLoop.Current!.Counters.BytesReceived;
            await connection.SendAsync(RawPeer.Frame(2, [1, 2]));
            await UntilReceivedAsync(before + 4);
            cancel.Cancel();
            Assert.Equal(HResults.Cancelled, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first)).HResult);
            Assert.Equal([1, 2], (await stream.ReadAsync(buffer, 4, InputStreamOptions.Partial)).ToArray());
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream.ReadAsync(buffer, 4, InputStreamOptions.None, cancel.Token));
        });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task A_stream_that_is_disposed_fails_its_reads_and_holds_nothing_back(EngineKind engine) => OpenSocket.StreamAsync(engine, async (socket, connection) =>
    {
        Task<IBuffer> read = socket.InputStream.ReadAsync(new Buffer(1), 1, InputStreamOptions.None);
        socket.InputStream.Dispose();
        socket.InputStream.Dispose();
        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => read);
        Assert.Equal(WebErrorStatus.OperationCanceled, WebSocketError.GetStatus(error.HResult));
        await ExpectClosedAsync(socket.InputStream);

        // The socket itself is open: its Close frame is seen behind more than a full inbox.
        TaskCompletionSource<int> closed = new();
        socket.Closed += (_, args) => closed.SetResult(args.Code);
        Assert.Equal(1u, await socket.OutputStream.WriteAsync(new byte[1].AsBuffer()));
        await Task.Run(() => connection.SendAsync((byte[])[.. RawPeer.Frame(2, new byte[3 * SocketInputStream.MaxUnreadBytes]), .. RawPeer.Close(4002)]));
        Assert.Equal(4002, await closed.Task);
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task What_nobody_reads_holds_the_server_back_and_a_large_read_lets_it_go_on(EngineKind engine) => OpenSocket.StreamAsync(engine, async (socket, connection) =>
    {
        const int Total = 64 * 1024 * 1024;
        byte[] piece = new byte[1_000_000];
        Task server = Task.Run(async () =>
        {
            await connection.SendAsync(new byte[] { 0x82, 127, 0, 0, 0, 0, Total >> 24, 0, 0, 0 });
            for (int left = Total; left > 0; left -= piece.Length)
                await connection.SendAsync(piece.AsMemory(0, Math.Min(left, piece.Length)));
        });
        await UntilReceivedAsync(SocketInputStream.MaxUnreadBytes);
        for (int i = 0; i < 50; i++)
            await Task.Yield();
        Assert.InRange(EventLoop.Current!.Counters.BytesReceived, SocketInputStream.MaxUnreadBytes, SocketInputStream.MaxUnreadBytes + 200_000);
        const int Large = 8 * 1024 * 1024;
        IBuffer large = await socket.InputStream.ReadAsync(new Buffer(Large), Large, InputStreamOptions.None);
        Assert.Equal((uint)Large, large.Length);
        Buffer buffer = new(1_000_000);
        for (int left = Total - Large; left > 0;)
            left -= (int)(await socket.InputStream.ReadAsync(buffer, Math.Min(buffer.Capacity, (uint)left), InputStreamOptions.Partial)).Length;
        await server;
        Assert.Equal(1, EventLoop.Current!.Counters.MessagesReceived);
    });

    private static async Task ExpectClosedAsync(IInputStream stream) => Assert.Equal(
        HResults.Closed, (await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.ReadAsync(new Buffer(1), 1, InputStreamOptions.None))).HResult);

    /// <summary>Turns the loop until it has read so many bytes; the test is bounded by its host's 30 s.</summary>
    private static async Task UntilReceivedAsync(long bytes)
    {
        while (EventLoop.Current!.Counters.BytesReceived < bytes)
            await Task.Yield();
    }
}
