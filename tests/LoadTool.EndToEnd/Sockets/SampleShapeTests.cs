using System.Text;
using LoadTool.Sockets;
using Windows.Foundation;
using Windows.Networking.Sockets;
using Windows.Storage.Streams;
using Windows.Web;
using UnicodeEncoding = Windows.Storage.Streams.UnicodeEncoding;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>
/// Code as it is written for these classes on Windows: it compiles, and does what it does there, on a loop of either engine and outside any loop.
/// </summary>
public sealed class SampleShapeTests
{
    public static TheoryData<EngineKind?> Places => OperatingSystem.IsLinux() ? [EngineKind.Epoll, EngineKind.Portable, null] : [EngineKind.Portable, null];

    [Theory]
    [MemberData(nameof(Places))]
    public Task A_message_client_with_events_a_writer_and_a_reader(EngineKind? place) => RunAsync(place, async host =>
    {
        TaskCompletionSource<string> received = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<WebSocketClosedEventArgs> closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        MessageWebSocket webSocket = new();
        webSocket.Control.MessageType = SocketMessageType.Utf8;
        webSocket.MessageReceived += OnMessageReceived;
        webSocket.Closed += OnClosed;
        await webSocket.ConnectAsync(host.Uri("/echo"));
        DataWriter messageWriter = new(webSocket.OutputStream);

        messageWriter.WriteString("Hello, World!");
        await messageWriter.StoreAsync();
        Assert.Equal("Utf8 Hello, World!", await received.Task.WaitAsync(TimeSpan.FromSeconds(30)));

        messageWriter.DetachStream();
        messageWriter.Dispose();
        webSocket.Close(1000, "Closed due to user request.");
        WebSocketClosedEventArgs end = await closed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((1000, "Closed due to user request."), (end.Code, end.Reason));
        webSocket.Dispose();

        void OnMessageReceived(MessageWebSocket sender, MessageWebSocketMessageReceivedEventArgs args)
        {
            try
            {
                using DataReader reader = args.GetDataReader();
                reader.UnicodeEncoding = UnicodeEncoding.Utf8;
                received.SetResult($"{args.MessageType} {reader.ReadString(reader.UnconsumedBufferLength)}");
            }
            catch (Exception ex)
            {
                received.SetResult(WebSocketError.GetStatus(ex.GetBaseException().HResult).ToString());
            }
        }

        void OnClosed(IWebSocket sender, WebSocketClosedEventArgs args)
        {
            if (ReferenceEquals(sender, webSocket))
                closed.SetResult(args);
        }
    });

    [Theory]
    [MemberData(nameof(Places))]
    public Task A_failed_connect_told_by_its_status(EngineKind? place) => RunAsync(place, async host =>
    {
        WebErrorStatus status = WebErrorStatus.Unknown;
        MessageWebSocket webSocket = new();
        try
        {
            await webSocket.ConnectAsync(host.Uri("/status/404"));
        }
        catch (Exception ex)
        {
            status = WebSocketError.GetStatus(ex.GetBaseException().HResult);
            webSocket.Dispose();
        }

        Assert.Equal(WebErrorStatus.NotFound, status);
    });

    [Theory]
    [MemberData(nameof(Places))]
    public Task A_connect_with_a_time_limit(EngineKind? place) => RunAsync(place, async host =>
    {
        using MessageWebSocket webSocket = new();
        using CancellationTokenSource limit = new();
        Task connect = webSocket.ConnectAsync(host.Uri("/hang"), limit.Token).AsTask();
        limit.Cancel();
        OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connect);
        Assert.Equal(WebErrorStatus.OperationCanceled, WebSocketError.GetStatus(error.GetBaseException().HResult));
    });

    [Theory]
    [MemberData(nameof(Places))]
    public Task A_stream_client_that_reads_and_writes_in_the_background(EngineKind? place) => RunAsync(place, async host =>
    {
        StreamWebSocket streamWebSocket = new();
        await streamWebSocket.ConnectAsync(host.Uri("/echo"));
        TaskCompletionSource enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int bytesReceived = 0;
        Task<WebErrorStatus> receiving = ReceiveAsync();

        byte[] data = new byte[1000];
        for (int i = 0; i < 100; i++)
        {
            uint written = await streamWebSocket.OutputStream.WriteAsync(data.AsBuffer());
            Assert.Equal(1000u, written);
        }

        await enough.Task.WaitAsync(TimeSpan.FromSeconds(30));
        streamWebSocket.Close(1000, "Closed due to user request.");
        Assert.Equal(WebErrorStatus.OperationCanceled, await receiving.WaitAsync(TimeSpan.FromSeconds(30)));
        streamWebSocket.Dispose();

        async Task<WebErrorStatus> ReceiveAsync()
        {
            try
            {
                Stream readStream = streamWebSocket.InputStream.AsStreamForRead();
                byte[] buffer = new byte[1000];
                while (true)
                {
                    bytesReceived += await readStream.ReadAsync(buffer);
                    if (bytesReceived == 100_000)
                        enough.SetResult();
                }
            }
            catch (Exception ex)
            {
                return WebSocketError.GetStatus(ex.GetBaseException().HResult);
            }
        }
    });

    [Theory]
    [MemberData(nameof(Places))]
    public Task A_stream_client_with_the_readers_and_writers_of_NET(EngineKind? place) => RunAsync(place, async host =>
    {
        using StreamWebSocket streamWebSocket = new();
        await streamWebSocket.ConnectAsync(host.Uri("/echo"));
        using StreamReader reader = new(streamWebSocket.InputStream.AsStreamForRead());
        Stream writeStream = streamWebSocket.OutputStream.AsStreamForWrite();
        for (int i = 0; i < 10; i++)
        {
            await writeStream.WriteAsync(Encoding.UTF8.GetBytes($"line {i}\n"));
            await writeStream.FlushAsync();
            Assert.Equal($"line {i}", await reader.ReadLineAsync());
        }
    });

    [Theory]
    [MemberData(nameof(Places))]
    public Task A_stream_client_with_a_reader_that_loads(EngineKind? place) => RunAsync(place, async host =>
    {
        using StreamWebSocket streamWebSocket = new();
        await streamWebSocket.ConnectAsync(host.Uri("/echo"));
        using DataWriter writer = new(streamWebSocket.OutputStream) { ByteOrder = ByteOrder.LittleEndian };
        using DataReader reader = new(streamWebSocket.InputStream) { ByteOrder = ByteOrder.LittleEndian, InputStreamOptions = InputStreamOptions.Partial };
        writer.WriteInt32(12);
        writer.WriteString("twelve bytes");
        Assert.Equal(16u, await writer.StoreAsync());
        Assert.True(await writer.FlushAsync());
        while (reader.UnconsumedBufferLength < 16)
            Assert.NotEqual(0u, await reader.LoadAsync(256));
        Assert.Equal("twelve bytes", reader.ReadString((uint)reader.ReadInt32()));
    });

    [Theory]
    [MemberData(nameof(Places))]
    public Task A_client_of_partial_messages_that_sends_in_frames(EngineKind? place) => RunAsync(place, async host =>
    {
        List<byte> message = [];
        TaskCompletionSource<byte[]> complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using MessageWebSocket webSocket = new();
        webSocket.Control.MessageType = SocketMessageType.Binary;
        webSocket.Control.ReceiveMode = MessageWebSocketReceiveMode.PartialMessage;
        webSocket.MessageReceived += (sender, args) =>
        {
            using DataReader reader = args.GetDataReader();
            byte[] bytes = new byte[reader.UnconsumedBufferLength];
            reader.ReadBytes(bytes);
            message.AddRange(bytes);
            if (args.IsMessageComplete)
                complete.SetResult([.. message]);
        };
        await webSocket.ConnectAsync(host.Uri("/echo"));
        List<byte> sent = [];
        for (int i = 0; i < 10; i++)
        {
            using DataWriter writer = new();
            writer.WriteBytes(Enumerable.Repeat((byte)i, 50_000).ToArray());
            IBuffer frame = writer.DetachBuffer();
            sent.AddRange(frame.ToArray());
            uint written = i < 9 ? await webSocket.SendNonfinalFrameAsync(frame) : await webSocket.SendFinalFrameAsync(frame);
            Assert.Equal(50_000u, written);
        }

        Assert.Equal(sent, await complete.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        webSocket.Close(1000, "");
    });

    [Theory]
    [MemberData(nameof(Places))]
    public Task A_message_read_as_a_stream(EngineKind? place) => RunAsync(place, async host =>
    {
        TaskCompletionSource<string> received = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using MessageWebSocket webSocket = new();
        webSocket.MessageReceived += async (sender, args) =>
        {
            using StreamReader reader = new(args.GetDataStream().AsStreamForRead());
            received.SetResult(await reader.ReadToEndAsync());
        };
        await webSocket.ConnectAsync(host.Uri("/echo"));
        await webSocket.OutputStream.WriteAsync("as a stream"u8.ToArray().AsBuffer());
        Assert.Equal("as a stream", await received.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    });

    /// <summary>Null is outside any loop, where ported programs run.</summary>
    private static async Task RunAsync(EngineKind? place, Func<LoopHost, Task> client)
    {
        await using LoopHost host = await LoopHost.StartAsync(place ?? EventLoop.DefaultEngine);
        if (place is null)
            await client(host).WaitAsync(TimeSpan.FromSeconds(30));
        else
            await host.OnClientAsync(() => client(host));
    }
}
