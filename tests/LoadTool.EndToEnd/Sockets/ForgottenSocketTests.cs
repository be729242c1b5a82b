using System.Net.Sockets;
using System.Runtime.CompilerServices;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Storage.Streams;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>The collector ends what nobody refers to, and nothing that somebody waits for.</summary>
public sealed class ForgottenSocketTests
{
    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_123_A_forgotten_message_socket_gives_its_connection_back(EngineKind engine)
    {
        using RawPeer peer = new();
        using ClientHost host = new(engine);
        (RawConnection connection, WeakReference socket) = await ForgetAsync(host, peer, uri => ConnectAsync<MessageWebSocket>(uri));
        await AssertGivenBackAsync(host, connection, socket);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_123_A_forgotten_stream_socket_gives_its_connection_back(EngineKind engine)
    {
        using RawPeer peer = new();
        using ClientHost host = new(engine);
        (RawConnection connection, WeakReference socket) = await ForgetAsync(host, peer, uri => ConnectAsync<StreamWebSocket>(uri));
        await AssertGivenBackAsync(host, connection, socket);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_socket_that_only_its_own_handlers_refer_to_is_heard_to_its_end(EngineKind engine)
    {
        using RawPeer peer = new();
        using ClientHost host = new(engine);
        Task<RawConnection> accepting = peer.AcceptUpgradeAsync();
        Task<string> heard = OnLoopAsync(host, () => HearAsync(peer.Uri));
        using RawConnection connection = await accepting;
        Collect();
        await connection.SendAsync(RawPeer.Text("still there"));
        await connection.SendAsync(RawPeer.Close(4003));
        Assert.Equal("still there 4003", await heard.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Behaviour_123_A_forgotten_socket_of_no_loop_gives_its_connection_back()
    {
        using RawPeer peer = new();
        Task<RawConnection> accepting = peer.AcceptUpgradeAsync();
        WeakReference socket = await ConnectAsync<MessageWebSocket>(peer.Uri);
        using RawConnection connection = await accepting;
        Task<(int Opcode, bool IsFinal, byte[] Payload)> frame = connection.ReadFrameAsync();
        await CollectUntilAsync(() => frame.IsCompleted && !socket.IsAlive);
        Assert.Equal(8, (await frame).Opcode);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_socket_that_only_its_own_wait_for_a_message_refers_to_is_not_forgotten(EngineKind engine)
    {
        using RawPeer peer = new();
        using ClientHost host = new(engine);
        Task<RawConnection> accepting = peer.AcceptUpgradeAsync();
        Task<string> received = OnLoopAsync(host, () => ReceiveOneAsync(peer.Uri));
        using RawConnection connection = await accepting;
        Collect();
        await connection.SendAsync(RawPeer.Text("still there"));
        Assert.Equal("still there", await received.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_socket_that_another_threads_wait_refers_to_is_not_forgotten()
    {
        using RawPeer peer = new();
        Task<RawConnection> accepting = peer.AcceptUpgradeAsync();
        Task<string> received = Task.Run(() => ReceiveOneAsync(peer.Uri));
        using RawConnection connection = await accepting;
        Collect();
        await connection.SendAsync(RawPeer.Text("still there"));
        Assert.Equal("still there", await received.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_stream_socket_that_only_its_own_read_refers_to_is_not_forgotten(EngineKind engine)
    {
        using RawPeer peer = new();
        using ClientHost host = new(engine);
        Task<RawConnection> accepting = peer.AcceptUpgradeAsync();
        Task<string> read = OnLoopAsync(host, () => ReadFourAsync(peer.Uri));
        using RawConnection connection = await accepting;
        Collect();
        await connection.SendAsync(RawPeer.Frame(2, "four"u8.ToArray()));
        Assert.Equal("four", await read.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_socket_that_only_its_own_ping_refers_to_is_not_forgotten(EngineKind engine)
    {
        using RawPeer peer = new();
        using ClientHost host = new(engine);
        Task<RawConnection> accepting = peer.AcceptUpgradeAsync();
        Task<string> pinged = OnLoopAsync(host, () => PingAsync(peer.Uri));
        using RawConnection connection = await accepting;
        (int opcode, _, byte[] payload) = await connection.ReadFrameAsync();
        Assert.Equal(9, opcode);
        Collect();
        await connection.SendAsync(RawPeer.Frame(10, payload));
        Assert.Equal("answered", await pinged.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_socket_that_only_a_send_under_way_refers_to_is_not_forgotten(EngineKind engine)
    {
        using RawPeer peer = new(receiveBufferBytes: 4096);
        using ClientHost host = new(engine);
        Task<RawConnection> accepting = peer.AcceptUpgradeAsync();
        const int Bytes = 20_000_000;
        Task sending = host.RunAsync(() => SendOneAsync(peer.Uri, Bytes));
        using RawConnection connection = await accepting;
        (int opcode, bool isFinal, byte[] payload) = await ReadSlowlyAsync(connection);
        Assert.Equal((2, true, Bytes), (opcode, isFinal, payload.Length));
        await sending;
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_socket_that_is_closed_and_forgotten_still_tells_its_end(EngineKind engine)
    {
        using RawPeer peer = new();
        using ClientHost host = new(engine);
        TaskCompletionSource<ushort> closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<RawConnection> accepting = peer.AcceptUpgradeAsync();
        await host.RunAsync(() => CloseAsync(peer.Uri, closed));
        using RawConnection connection = await accepting;
        Assert.Equal(8, (await connection.ReadFrameAsync()).Opcode);
        Collect();
        await connection.SendAsync(RawPeer.Close(4002));
        Assert.Equal(4002, await closed.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private static async Task AssertGivenBackAsync(ClientHost host, RawConnection connection, WeakReference socket)
    {
        using (connection)
        {
            Task<(int Opcode, bool IsFinal, byte[] Payload)> frame = connection.ReadFrameAsync();
            await CollectUntilAsync(() => frame.IsCompleted && !socket.IsAlive);
            (int opcode, _, byte[] payload) = await frame;
            Assert.Equal(8, opcode);
            Assert.Empty(payload);
            await connection.SendAsync(RawPeer.Frame(8, []));
            connection.Socket.Shutdown(SocketShutdown.Both);
            await host.UntilAsync(() => host.Loop.Counters.Connections == 0);
        }
    }

    /// <summary>Sockets are made in methods of their own, so that no frame on the stack refers to them any more.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<(RawConnection Connection, WeakReference Socket)> ForgetAsync(
        ClientHost host, RawPeer peer, Func<Uri, Task<WeakReference>> connect)
    {
        Task<RawConnection> accepting = peer.AcceptUpgradeAsync();
        WeakReference? socket = null;
        await host.RunAsync(async () => socket = await connect(peer.Uri));
        return (await accepting, socket!);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> ConnectAsync<T>(Uri uri)
        where T : WebSocketBase, new()
    {
        T socket = new();
        await socket.ConnectAsync(uri);
        return new WeakReference(socket);
    }

    private static async Task<string> OnLoopAsync(ClientHost host, Func<Task<string>> work)
    {
        string? result = null;
        await host.RunAsync(async () => result = await work());
        return result!;
    }

    private static async Task<string> ReceiveOneAsync(Uri uri)
    {
        MessageWebSocket socket = new();
        await socket.ConnectAsync(uri);
        return (await socket.ReceiveAsync()).ReadString();
    }

    private static async Task<string> HearAsync(Uri uri)
    {
        TaskCompletionSource<string> message = new();
        TaskCompletionSource<ushort> end = new();
        MessageWebSocket socket = new();
        socket.MessageReceived += (_, args) => message.TrySetResult(args.GetDataReader().ReadString(11));
        socket.Closed += (_, args) => end.SetResult(args.Code);
        await socket.ConnectAsync(uri);
        return $"{await message.Task} {await end.Task}";
    }

    private static async Task<string> PingAsync(Uri uri)
    {
        MessageWebSocket socket = new();
        await socket.ConnectAsync(uri);
        await socket.PingAsync();
        return "answered";
    }

    private static async Task<string> ReadFourAsync(Uri uri)
    {
        StreamWebSocket socket = new();
        await socket.ConnectAsync(uri);
        DataReader reader = new(socket.InputStream);
        await reader.LoadAsync(4);
        return reader.ReadString(4);
    }

    private static async Task SendOneAsync(Uri uri, int bytes)
    {
        MessageWebSocket socket = new();
        await socket.ConnectAsync(uri);
        await socket.SendAsync(new byte[bytes]);
    }

    private static async Task CloseAsync(Uri uri, TaskCompletionSource<ushort> closed)
    {
        MessageWebSocket socket = new();
        socket.Closed += (_, args) => closed.TrySetResult(args.Code);
        await socket.ConnectAsync(uri);
        socket.Close(1000, "");
    }

    private static async Task<(int Opcode, bool IsFinal, byte[] Payload)> ReadSlowlyAsync(RawConnection connection)
    {
        Collect();
        return await connection.ReadFrameAsync();
    }

    private static void Collect()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
            GC.WaitForPendingFinalizers();
        }
    }

    private static async Task CollectUntilAsync(Func<bool> holds)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        while (!holds())
        {
            limit.Token.ThrowIfCancellationRequested();
            Collect();
            await Task.Yield();
        }
    }
}
