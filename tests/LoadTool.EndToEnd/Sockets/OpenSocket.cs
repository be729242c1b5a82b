using LoadTool.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>A socket on a loop of its own, connected to a <see cref="RawPeer"/>: what most tests begin with.</summary>
internal static class OpenSocket
{
    public static Task MessageAsync(
        EngineKind engine, Action<MessageWebSocket> prepare, Func<MessageWebSocket, RawConnection, Task> work, TimeProvider? clock = null) =>
        RunAsync(engine, () => new MessageWebSocket(), prepare, work, clock);

    public static Task MessageAsync(EngineKind engine, Func<MessageWebSocket, RawConnection, Task> work) => MessageAsync(engine, _ => { }, work);

    public static Task StreamAsync(EngineKind engine, Action<StreamWebSocket> prepare, Func<StreamWebSocket, RawConnection, Task> work) =>
        RunAsync(engine, () => new StreamWebSocket(), prepare, work, clock: null);

    public static Task StreamAsync(EngineKind engine, Func<StreamWebSocket, RawConnection, Task> work) => StreamAsync(engine, _ => { }, work);

    private static async Task RunAsync<T>(EngineKind engine, Func<T> make, Action<T> prepare, Func<T, RawConnection, Task> work, TimeProvider? clock)
        where T : IWebSocket
    {
        using ClientHost host = new(engine, clock);
        using RawPeer peer = new();
        await host.RunAsync(async () =>
        {
            using T socket = make();
            prepare(socket);
            Task<RawConnection> accept = Task.Run(() => peer.AcceptUpgradeAsync());
            await socket.ConnectAsync(peer.Uri);
            using RawConnection connection = await accept;
            await work(socket, connection);
        });
    }
}
