using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;
using Windows.Foundation;
using Windows.Networking.Sockets;
using Windows.Storage.Streams;

namespace LoadTool.EndToEnd.Faults;

/// <summary>
/// Cancellation, Dispose, Close, CloseAsync and Abort against every await, from the loop and from other threads, by chance from a seed. LOADTOOL_RACE_ROUNDS says how many
/// rounds each user goes, LOADTOOL_FUZZ_SEED where the seeds begin. What is bounded is each race, not the test: a busy machine makes that only longer.
/// </summary>
[Collection(nameof(Alone))]
public sealed class RaceTests
{
    private const int Users = 24;

    /// <summary>Connections that the server keeps open, read or not, until as many newer ones have come.</summary>
    private const int MaxHeld = 200;

    /// <summary>Far above what one race takes on the busiest machine; a race that was lost to a missing wake-up takes for ever.</summary>
    private static readonly TimeSpan RaceLimit = TimeSpan.FromSeconds(45);

    private static readonly int Rounds = Amount.Of("LOADTOOL_RACE_ROUNDS", 30);
    private static readonly int FirstSeed = Amount.Of("LOADTOOL_FUZZ_SEED", 0);
    private static readonly byte[] FirstPong = RawPeer.Frame(10, [0, 0, 0, 0, 0, 0, 0, 1]);
    private static readonly byte[] Much = new byte[8 << 20];

    public enum Await
    {
        Upgrade,
        Tls,
        Validation,
        Send,
        Receive,
        Event,
        StreamRead,
        StreamWrite,
        LoadAsync,
        Ping,
        Closing,
    }

    public static TheoryData<EngineKind, Await> Races()
    {
        TheoryData<EngineKind, Await> races = [];
        foreach (EngineKind engine in RawPeer.Engines)
        {
            foreach (Await what in Enum.GetValues<Await>())
                races.Add(engine, what);
        }

        return races;
    }

    [Theory]
    [MemberData(nameof(Races))]
    public async Task Every_await_ends_whoever_is_first_and_nothing_is_left(EngineKind engine, Await what)
    {
        using RawPeer peer = new(limit: Timeout.InfiniteTimeSpan);
        using CancellationTokenSource end = new();
        int rounds = what is Await.Tls or Await.Validation ? Rounds / 4 : Rounds;
        int before = OpenSockets();
        Task server = ServeAsync(peer, what, end.Token);
        using (ClientHost host = new(engine))
        {
            await host.Loop.RunAsync(() => Task.WhenAll(Enumerable.Range(0, Users).Select(async user =>
            {
                for (int round = 0; round < rounds; round++)
                {
                    int seed = FirstSeed + (user * Rounds) + round;
                    Exception? failure = await Record.ExceptionAsync(() => RaceAsync(what, peer, new Random(seed)));
                    Assert.True(failure is null, $"LOADTOOL_FUZZ_SEED={seed}: {failure}");
                }
            })));
            await host.UntilAsync(() => host.Loop.Counters.Connections == 0 && LoopTimers.Count(host.Loop) == 0);
        }

        await end.CancelAsync();
        await server;

        // The test's own process may hold a few of its own.
        Assert.InRange(OpenSockets(), 0, before + 20);
    }

    private static async Task RaceAsync(Await what, RawPeer peer, Random random)
    {
        using CancellationTokenSource cancel = new();
        using WebSocketBase socket = what is Await.StreamRead or Await.StreamWrite or Await.LoadAsync ? new StreamWebSocket() : new MessageWebSocket();
        (socket.CloseLimit, socket.StallLimit) = (TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(500));
        socket.TrustedRoots = TestCertificates.Instance.Trusted;
        int closed = 0;
        socket.Closed += (_, _) => closed++;
        Task work = WorkAsync(what, socket, peer, new Random(random.Next()), cancel.Token);
        List<Task> closings = [];
        for (int ends = random.Next(1, 4); ends > 0; ends--)
        {
            int turns = random.Next(2) == 0 ? random.Next(4) : random.Next(60);
            await EndAsync(socket, cancel, random.Next(10), turns, closings);
        }

        // Whatever was raced before, this ends it.
        if (random.Next(2) == 0)
            socket.Dispose();
        else
            await Task.Run(socket.Dispose);
        Exception? failure = await Record.ExceptionAsync(() => work.WaitAsync(RaceLimit));
        Assert.True(
            failure is null or WebSocketTransportException or OperationCanceledException or ObjectDisposedException, $"{failure}");
        await Task.WhenAll(closings);
        Assert.InRange(closed, 0, 1);
        Assert.Equal(0, socket.UnhandledHandlerExceptions);
    }

    private static async Task WorkAsync(Await what, WebSocketBase socket, RawPeer peer, Random random, CancellationToken cancel)
    {
        bool isSecure = what is Await.Tls or Await.Validation;
        TaskCompletionSource<MessageWebSocketMessageReceivedEventArgs> received = new();
        if (what == Await.Event)
            ((MessageWebSocket)socket).MessageReceived += (_, args) => received.TrySetResult(args);
        if (what == Await.Validation)
            ((MessageWebSocket)socket).ServerCustomValidationRequested += (_, args) => CompleteLater(args.GetDeferral(), random.Next(30), random.Next(2) == 0);
        if (what == Await.Event)
            socket.Closed += (_, _) => received.TrySetCanceled(CancellationToken.None);
        await socket.ConnectAsync(new Uri($"{(isSecure ? "wss" : "ws")}://{peer.EndPoint}/"), cancel);
        switch (what)
        {
            case Await.Send:
                await Task.WhenAll(((MessageWebSocket)socket).SendAsync(Much).AsTask(), ((MessageWebSocket)socket).SendAsync("behind").AsTask());
                break;
            case Await.Receive:
                while (true)
                    await ((MessageWebSocket)socket).ReceiveAsync(cancel);
            case Await.Event:
                await received.Task;
                break;
            case Await.StreamRead:
                while ((await ((StreamWebSocket)socket).InputStream.ReadAsync(new Windows.Storage.Streams.Buffer(100), 100, InputStreamOptions.None, cancel)).Length > 0)
                {
                }

                break;
            case Await.StreamWrite:
                await socket.OutputStream.WriteAsync(Much.AsBuffer(), cancel);
                break;
            case Await.Ping:
                while (true)
                    await socket.PingAsync(cancel);
            case Await.Closing:
                await socket.CloseAsync(1000, "work", cancel);
                break;
            case Await.LoadAsync:
                using (DataReader reader = new(((StreamWebSocket)socket).InputStream))
                    await reader.LoadAsync(100_000, cancel);
                break;
        }
    }

    private static async void CompleteLater(Deferral deferral, int turns, bool fromOutside)
    {
        for (int i = 0; i < turns; i++)
            await Task.Yield();
        if (fromOutside)
            await Task.Run(deferral.Complete);
        else
            deferral.Complete();
    }

    private static async Task EndAsync(WebSocketBase socket, CancellationTokenSource cancel, int kind, int turns, List<Task> closings)
    {
        for (int i = 0; i < turns; i++)
            await Task.Yield();
        Action end = (kind % 5) switch
        {
            0 => cancel.Cancel,
            1 => socket.Dispose,
            2 => socket.Abort,
            3 => () => closings.Add(CloseAsync(socket)),
            _ => () => CloseIfOpen(socket),
        };
        if (kind < 5)
            end();
        else
            await Task.Run(end);
    }

    private static void CloseIfOpen(WebSocketBase socket)
    {
        if (Record.Exception(() => socket.Close(4000, "race")) is { } early)
            Assert.IsType<InvalidOperationException>(early);
    }

    /// <summary>Whatever comes of it, it ends: nobody may be left waiting for a Close frame.</summary>
    private static async Task CloseAsync(WebSocketBase socket)
    {
        Exception? end = await Record.ExceptionAsync(() => socket.CloseAsync(4000, "race").WaitAsync(RaceLimit));
        Assert.True(end is null or WebSocketTransportException or InvalidOperationException, $"{end}");
    }

    private static async Task ServeAsync(RawPeer peer, Await what, CancellationToken end)
    {
        Random random = new(4711);
        Queue<(RawConnection Connection, Task Serving)> held = new();
        try
        {
            while (true)
            {
                RawConnection connection = await peer.AcceptAsync(end);
                held.Enqueue((connection, ServeOneAsync(connection, what, new Random(random.Next()))));
                if (held.Count > MaxHeld)
                    await LetGoAsync(held.Dequeue());
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            while (held.TryDequeue(out (RawConnection, Task) one))
                await LetGoAsync(one);
        }
    }

    private static async Task LetGoAsync((RawConnection Connection, Task Serving) one)
    {
        one.Connection.Dispose();
        await one.Serving;
    }

    private static async Task ServeOneAsync(RawConnection connection, Await what, Random random)
    {
        await Task.Yield();
        try
        {
            await ServeOneAsync(connection, what, random, random.Next(6));
        }
        catch (Exception error) when (error is SocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The client was first.
        }
    }

    /// <summary>From fate 0, silence at once, to fate 5, everything as it should be and then perhaps a reset.</summary>
    private static async Task ServeOneAsync(RawConnection connection, Await what, Random random, int fate)
    {
        Stream wire = new NetworkStream(connection.Socket);
        if (what is Await.Tls or Await.Validation && fate > 0)
        {
            SslStream session = new(wire);
            wire = session;
            await session.AuthenticateAsServerAsync(TestCertificates.Instance.Show(TestCertificates.Instance.Server));
        }

        if (fate < 2)
            return;
        byte[] answer = RawPeer.Answer(await ReadHeadAsync(wire));
        await wire.WriteAsync(fate == 2 ? answer.AsMemory(0, random.Next(answer.Length)) : answer);
        if (fate > 3)
            await wire.WriteAsync(RawPeer.Frame(2, new byte[random.Next(2000)]));
        if (fate > 3 && what is (Await.Closing or Await.Ping))
            await wire.WriteAsync(what == Await.Closing ? RawPeer.Close(1000) : FirstPong);

        // What the client sends meets a full window when nobody reads it.
        if (random.Next(2) == 0)
            await wire.CopyToAsync(Stream.Null);
        if (fate == 5 && random.Next(3) == 0)
            connection.Reset();
    }

    private static async Task<string> ReadHeadAsync(Stream wire)
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await wire.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    private static int OpenSockets() => !OperatingSystem.IsLinux()
        ? 0
        : new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos().Count(entry => entry.LinkTarget?.Contains("socket:") == true);
}
