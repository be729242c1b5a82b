using System.Net.WebSockets;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Storage.Streams;

namespace LoadTool.Benchmarks.SideBySide;

/// <summary>The managed generators: a closed loop of 64-byte text messages, each in a process of its own.</summary>
internal static class Generators
{
    private const int PayloadBytes = 64;

    /// <summary>Connections under way at a time, as in the C program.</summary>
    private const int InFlight = 128;

    private static readonly byte[] Payload = [.. Enumerable.Repeat((byte)'x', PayloadBytes)];

    public static Task<Generation> RunAsync(string kind, Uri target, int connections, TimeSpan time) => kind switch
    {
        "ClientWebSocket" => OnPoolAsync(target, connections, time),
        "ReceiveAsync" or "ws" or "wss" => OnLoopAsync(target, connections, time, EchoByReceiveAsync),
        "event" => OnLoopAsync(target, connections, time, EchoByEventAsync),
        _ => throw new ArgumentException($"no generator {kind}"),
    };

    private static async Task<Generation> OnPoolAsync(Uri target, int connections, TimeSpan time)
    {
        Tally tally = new(connections, time);
        using SemaphoreSlim inFlight = new(InFlight);
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            using ClientWebSocket socket = new();
            socket.Options.KeepAliveInterval = TimeSpan.Zero;
            await inFlight.WaitAsync();
            await socket.ConnectAsync(target, CancellationToken.None);
            inFlight.Release();
            await tally.OpenedAsync();
            byte[] buffer = new byte[PayloadBytes];
            for (bool isWarm = false; tally.IsRunning;)
            {
                await socket.SendAsync(Payload.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
                await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                tally.Count();
                if (!isWarm)
                    await tally.WarmAsync();
                isWarm = true;
            }

            socket.Abort();
        }));
        return tally.Result();
    }

    private static async Task<Generation> OnLoopAsync(Uri target, int connections, TimeSpan time, Func<Uri, Tally, Action, Task> echo)
    {
        using EventLoop loop = EventLoop.Create(EventLoop.DefaultEngine, TimeProvider.System, "generator");
        loop.Start();
        loop.AcceptsAnyServerCertificate = true;
        Tally tally = new(connections, time);
        await loop.RunAsync(async () =>
        {
            using SemaphoreSlim inFlight = new(InFlight);
            await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
            {
                await inFlight.WaitAsync();
                await echo(target, tally, () => inFlight.Release());
            }));
        });
        return tally.Result();
    }

    private static async Task EchoByReceiveAsync(Uri target, Tally tally, Action connected)
    {
        using MessageWebSocket socket = new();
        socket.Control.MessageType = SocketMessageType.Utf8;
        await socket.ConnectAsync(target);
        connected();
        await tally.OpenedAsync();
        for (bool isWarm = false; tally.IsRunning;)
        {
            await socket.SendAsync(Payload);
            await socket.ReceiveAsync();
            tally.Count();
            if (!isWarm)
                await tally.WarmAsync();
            isWarm = true;
        }
    }

    /// <summary>As the documents' own samples do it.</summary>
    private static async Task EchoByEventAsync(Uri target, Tally tally, Action connected)
    {
        using MessageWebSocket socket = new();
        socket.Control.MessageType = SocketMessageType.Utf8;
        TaskCompletionSource first = new(), done = new();
        using DataWriter writer = new(socket.OutputStream);
        byte[] received = new byte[PayloadBytes];
        socket.MessageReceived += (_, message) =>
        {
            using DataReader reader = message.GetDataReader();
            reader.ReadBytes(received);
            tally.Count();
            if (first.TrySetResult())
                return;
            if (tally.IsRunning)
                Send(writer);
            else
                done.TrySetResult();
        };
        await socket.ConnectAsync(target);
        connected();
        await tally.OpenedAsync();
        Send(writer);
        await first.Task;
        await tally.WarmAsync();
        Send(writer);
        await done.Task;
    }

    private static void Send(DataWriter writer)
    {
        writer.WriteBytes(Payload);
        _ = writer.StoreAsync();
    }
}
