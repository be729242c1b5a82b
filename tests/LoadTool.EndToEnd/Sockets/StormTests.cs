using System.Net.Sockets;
using LoadTool.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>Ends of all kinds against everything that can be under way, by chance from a seed: nothing hangs, escapes or is left over.</summary>
public sealed class StormTests
{
    private const int Users = 40;
    private const int RoundsEach = 50;

    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task After_thousands_of_random_ends_no_descriptor_and_no_connection_is_left(EngineKind engine)
    {
        using RawPeer peer = new();
        int before = OpenSockets();
        Assert.True(before > 0 || !OperatingSystem.IsLinux(), "The peer's own listener counts.");
        using CancellationTokenSource end = new();
        Task server = ServeAsync(peer, end.Token);
        using (ClientHost host = new(engine))
        {
            await host.RunAsync(() => Task.WhenAll(Enumerable.Range(0, Users).Select(user => UseAsync(peer.Uri, new Random(user)))));
            await host.UntilAsync(() => host.Loop.Counters.Connections == 0);
        }

        await end.CancelAsync();
        await server;

        // Other tests may hold some of their own.
        Assert.InRange(OpenSockets(), 0, before + 100);
    }

    private static async Task UseAsync(Uri uri, Random random)
    {
        for (int round = 0; round < RoundsEach; round++)
        {
            using CancellationTokenSource cancel = new();
            using MessageWebSocket socket = new() { CloseLimit = TimeSpan.FromMilliseconds(20), StallLimit = TimeSpan.FromMilliseconds(200) };
            Task end = EndAsync(socket, cancel, random.Next(6), turns: random.Next(30));
            try
            {
                await socket.ConnectAsync(uri, cancel.Token);
                for (int i = random.Next(4); i >= 0; i--)
                {
                    await socket.SendAsync(new byte[random.Next(4) == 0 ? random.Next(2_000_000) : random.Next(200)]);
                    await socket.ReceiveAsync(cancel.Token);
                }

                socket.Close(1000, "");
            }
            catch (Exception error) when (error is WebSocketTransportException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
            {
                // Whatever end was first.
            }

            await end;
        }
    }

    private static async Task EndAsync(MessageWebSocket socket, CancellationTokenSource cancel, int kind, int turns)
    {
        for (int i = 0; i < turns; i++)
            await Task.Yield();
        switch (kind)
        {
            case 0:
                cancel.Cancel();
                break;
            case 1:
                await Task.Run(cancel.Cancel);
                break;
            case 2:
                socket.Dispose();
                break;
            case 3:
                await Task.Run(socket.Dispose);
                break;
            case 4 when Record.Exception(() => socket.Close(4000, "storm")) is { } early:
                Assert.IsType<InvalidOperationException>(early);
                break;
        }
    }

    private static async Task ServeAsync(RawPeer peer, CancellationToken end)
    {
        Random random = new(4711);
        List<Task> serving = [];
        try
        {
            while (true)
            {
                RawConnection connection = await peer.AcceptAsync(end);
                serving.Add(ServeOneAsync(connection, random.Next(8), new Random(random.Next()), end));
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            await Task.WhenAll(serving);
        }
    }

    private static async Task ServeOneAsync(RawConnection connection, int kind, Random random, CancellationToken end)
    {
        await Task.Yield();
        using (connection)
        {
            using CancellationTokenRegistration registration = end.Register(connection.Dispose);
            try
            {
                if (kind == 0)
                {
                    connection.Reset();
                    return;
                }

                byte[] answer = RawPeer.Answer(await connection.ReadHeadAsync());
                await connection.SendAsync(answer.AsMemory(0, kind == 1 ? random.Next(answer.Length) : answer.Length));
                for (int left = random.Next(4); kind > 1 && left > 0; left--)
                {
                    await connection.SendAsync(RawPeer.Frame(2, new byte[random.Next(200_000)]));
                    await connection.ReadFrameAsync();
                }

                if (kind == 2)
                    connection.Reset();
                else if (kind == 3)
                    await connection.SendAsync(RawPeer.Close(4000));
                else if (kind == 4)
                    await connection.SendAsync(new byte[] { 0xFF, 0xFF });
            }
            catch (Exception error) when (error is SocketException or EndOfStreamException or ObjectDisposedException or OperationCanceledException)
            {
                // The client was first.
            }
        }
    }

    private static int OpenSockets() => !OperatingSystem.IsLinux()
        ? 0
        : new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos().Count(entry => entry.LinkTarget?.Contains("socket:") == true);
}
