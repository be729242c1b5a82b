using System.Globalization;
using LoadTool.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool.Benchmarks.SideBySide;

/// <summary>What an open socket costs that does nothing: memory that stays after the garbage of connecting has been collected.</summary>
internal static class IdleBench
{
    /// <summary>Enough to have everything made that is made once.</summary>
    private const int WarmUp = 500;

    /// <returns>A line of the table.</returns>
    public static async Task<string> RunAsync(Uri target, int connections)
    {
        using EventLoop loop = EventLoop.Create(EventLoop.DefaultEngine, TimeProvider.System, "idle");
        loop.Start();
        MessageWebSocket[] sockets = new MessageWebSocket[connections];
        await loop.RunAsync(() => ConnectAsync(target, new MessageWebSocket[WarmUp]));
        (long managedBefore, long residentBefore) = Collected();
        await loop.RunAsync(() => ConnectAsync(target, sockets));
        long uncollected = Tally.Resident() - residentBefore;
        (long managed, long resident) = Collected();
        GC.KeepAlive(sockets);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{connections,12}{(managed - managedBefore) / connections,14}{(resident - residentBefore) / connections,14}{uncollected / connections,18}");
    }

    private static async Task ConnectAsync(Uri target, MessageWebSocket[] sockets)
    {
        for (int i = 0; i < sockets.Length; i++)
        {
            sockets[i] = new MessageWebSocket();
            sockets[i].Control.MessageType = SocketMessageType.Utf8;
            await sockets[i].ConnectAsync(target);
        }
    }

    internal static (long Managed, long Resident) Collected()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return (GC.GetTotalMemory(forceFullCollection: false), Tally.Resident());
    }
}
