using System.Net.Sockets;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Storage.Streams;

namespace LoadTool.EndToEnd.Faults;

/// <summary>
/// Servers that answer with damaged bytes in random pieces, thousands of them, and end by FIN or RST. LOADTOOL_FUZZ_CONNECTIONS says how many,
/// LOADTOOL_FUZZ_SEED where the seeds begin.
/// </summary>
public sealed class LiveFuzzTests
{
    private const int Users = 32;

    private static readonly int Connections = Amount.Of("LOADTOOL_FUZZ_CONNECTIONS", 1000);
    private static readonly int FirstSeed = Amount.Of("LOADTOOL_FUZZ_SEED", 0);

    private static readonly byte[] Frames =
    [
        .. RawPeer.Frame(2, "binary"u8.ToArray()), .. RawPeer.Frame(2, [1], isFinal: false), .. RawPeer.Frame(9, "ping"u8.ToArray()), .. RawPeer.Frame(0, new byte[200]),
        .. RawPeer.Frame(10, []), .. RawPeer.Frame(2, new byte[70_000]), .. RawPeer.Text("Très"), .. RawPeer.Close(1000, "done"),
    ];

    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Whatever_bytes_come_each_client_ends_with_a_status_and_leaves_nothing(EngineKind engine)
    {
        using RawPeer peer = new();
        int next = FirstSeed;
        using ClientHost host = new(engine);
        await host.RunAsync(() => Task.WhenAll(Enumerable.Range(0, Users).Select(async _ =>
        {
            while (next < FirstSeed + Connections)
            {
                int seed = next++;
                Exception? failure = await Record.ExceptionAsync(() => UseAsync(seed, peer));
                Assert.True(failure is null, $"LOADTOOL_FUZZ_SEED={seed}: {failure}");
            }
        })));
        await host.UntilAsync(() => host.Loop.Counters.Connections == 0 && LoopTimers.Count(host.Loop) == 0);
        Assert.False(peer.HasWaiting);
    }

    private static async Task UseAsync(int seed, RawPeer peer)
    {
        Random random = new(seed);
        using WebSocketBase socket = random.Next(3) == 0 ? new StreamWebSocket() : new MessageWebSocket();
        TaskCompletionSource ended = new();
        socket.Closed += (_, _) => ended.TrySetResult();
        bool isByEvent = socket is MessageWebSocket && random.Next(2) == 0;
        if (isByEvent)
            ((MessageWebSocket)socket).MessageReceived += (_, args) => Read(args, ended);

        // Clients connect one after another, but who accepts which does not matter: every seed is served once.
        Task serving = Task.Run(() => ServeAsync(peer, new Random(seed)));
        try
        {
            await socket.ConnectAsync(peer.Uri);
            if (isByEvent)
                await ended.Task;
            else
                await ReceiveAsync(socket);
        }
        catch (WebSocketTransportException error)
        {
            Assert.NotEqual(ConnectionPhase.None, error.Cause.Phase);
        }

        Assert.Equal(0, socket.UnhandledHandlerExceptions);
        socket.Dispose();
        await serving;
    }

    private static void Read(MessageWebSocketMessageReceivedEventArgs args, TaskCompletionSource ended)
    {
        try
        {
            args.GetDataReader().Dispose();
        }
        catch (WebSocketTransportException)
        {
            ended.TrySetResult();
        }
    }

    /// <summary>To the end, which is a failure or the server's Close frame.</summary>
    private static async Task ReceiveAsync(WebSocketBase socket)
    {
        if (socket is MessageWebSocket message)
        {
            while (true)
                await message.ReceiveAsync();
        }

        Windows.Storage.Streams.Buffer buffer = new(10_000);
        while ((await ((StreamWebSocket)socket).InputStream.ReadAsync(buffer, 10_000, InputStreamOptions.Partial)).Length > 0)
        {
        }
    }

    private static async Task ServeAsync(RawPeer peer, Random random)
    {
        using RawConnection connection = await peer.AcceptAsync();
        try
        {
            byte[] answer = RawPeer.Answer(await connection.ReadHeadAsync());
            byte[] bytes = random.Next(3) == 0 ? Damage(random, [.. answer, .. Frames]) : [.. answer, .. Damage(random, Frames)];
            for (int at = 0; at < bytes.Length;)
            {
                int piece = Math.Min(bytes.Length - at, random.Next(2) == 0 ? random.Next(1, 200) : random.Next(1, 100_000));
                await connection.SendAsync(bytes.AsMemory(at, piece));
                at += piece;
            }

            if (random.Next(4) == 0)
            {
                connection.Reset();
                return;
            }

            connection.Socket.Shutdown(SocketShutdown.Send);
            await connection.ReadToEndAsync();
        }
        catch (SocketException)
        {
            // The client was first.
        }
    }

    private static byte[] Damage(Random random, byte[] bytes)
    {
        List<byte> damaged = [.. bytes];
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            // Most of the bytes are payload, where a change means nothing.
            int at = random.Next(3) == 0 ? random.Next(damaged.Count) : random.Next(Math.Min(300, damaged.Count));
            if (random.Next(3) == 0)
                damaged.RemoveRange(at, Math.Min(random.Next(1, 5), damaged.Count - at));
            else if (random.Next(2) == 0)
                damaged.Insert(at, (byte)random.Next(256));
            else
                damaged[at] ^= (byte)(1 << random.Next(8));
        }

        return [.. damaged];
    }
}
