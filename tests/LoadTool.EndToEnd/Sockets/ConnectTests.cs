using System.Net;
using System.Net.Sockets;
using System.Text;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Web;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>How connecting fails. Numbers are those of the behaviours to prove.</summary>
public sealed class ConnectTests
{
    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_040_A_redirect_is_reported_and_not_followed(EngineKind engine)
    {
        using RawPeer other = new();
        foreach ((int code, WebErrorStatus status) in ((int, WebErrorStatus)[])[(301, WebErrorStatus.MovedPermanently), (302, WebErrorStatus.Found)])
        {
            using ClientHost host = new(engine);
            using RawPeer peer = new();
            Task server = Task.Run(async () =>
            {
                using RawConnection connection = await peer.AcceptAsync();
                await connection.ReadHeadAsync();
                await connection.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {code} x\r\nLocation: {other.Uri}\r\nContent-Length: 0\r\n\r\n"));
            });
            await host.RunAsync(async () =>
            {
                using MessageWebSocket socket = new();
                WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(peer.Uri));
                Assert.Equal(status, error.Status);
            });
            await server;
            Assert.False(other.HasWaiting);
            Assert.False(peer.HasWaiting);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_047_A_server_that_never_answers_is_given_up_after_60_seconds(EngineKind engine)
    {
        ManualClock clock = new();
        using ClientHost host = new(engine, clock);
        using RawPeer peer = new();
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            Task connect = socket.ConnectAsync(peer.Uri);
            using RawConnection connection = await peer.AcceptAsync();
            await connection.ReadHeadAsync();
            clock.Advance(TimeSpan.FromSeconds(60) - TimeSpan.FromMilliseconds(1));
            await TurnAsync();
            Assert.False(connect.IsCompleted);
            clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(WebErrorStatus.Timeout, (await Assert.ThrowsAsync<WebSocketTransportException>(() => connect)).Status);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_049_Each_address_has_60_seconds_of_its_own(EngineKind engine)
    {
        // A full backlog: the system answers no further SYN.
        using Socket deaf = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Listen(0);
        using Socket filler = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await filler.ConnectAsync(deaf.LocalEndPoint!);

        ManualClock clock = new();
        using ClientHost host = new(engine, clock);
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new() { Addresses = [IPAddress.Loopback, IPAddress.Loopback] };
            Task connect = socket.ConnectAsync(new Uri($"ws://{deaf.LocalEndPoint}/"));
            for (int address = 0; address < 2; address++)
            {
                await TurnAsync();
                clock.Advance(TimeSpan.FromSeconds(60) - TimeSpan.FromMilliseconds(1));
                await TurnAsync();
                Assert.False(connect.IsCompleted);
                clock.Advance(TimeSpan.FromMilliseconds(1));
            }

            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => connect);
            Assert.Equal((WebErrorStatus.Timeout, ConnectionPhase.Tcp), (error.Status, error.Cause.Phase));
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviours_051_052_A_refused_port_is_CannotConnect_and_an_unknown_name_HostNameNotResolved(EngineKind engine)
    {
        using ClientHost host = new(engine);
        RawPeer gone = new();
        Uri refused = gone.Uri;
        gone.Dispose();
        await host.RunAsync(async () =>
        {
            foreach ((Uri uri, WebErrorStatus status) in ((Uri, WebErrorStatus)[])[
                (refused, WebErrorStatus.CannotConnect), (new("ws://no-such-host.invalid/"), WebErrorStatus.HostNameNotResolved)])
            {
                using MessageWebSocket socket = new();
                WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(uri));
                Assert.Equal(status, WebSocketError.GetStatus(error.GetBaseException().HResult));
            }
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_116_Registered_and_private_close_codes_pass_unchanged_both_ways(EngineKind engine)
    {
        foreach (ushort code in (ushort[])[3000, 3999, 4000, 4999])
        {
            await OpenSocket.MessageAsync(engine, async (socket, connection) =>
            {
                TaskCompletionSource<int> closed = new();
                socket.Closed += (_, args) => closed.SetResult(args.Code);
                socket.Close(code, "");
                Assert.Equal(RawPeer.Close(code)[2..], (await connection.ReadFrameAsync()).Payload);
                await connection.SendAsync(RawPeer.Close(7999 - code));
                Assert.Equal(7999 - code, await closed.Task);
            });
        }
    }

    /// <summary>Lets the loop look at its clock and its sockets.</summary>
    private static async Task TurnAsync()
    {
        for (int i = 0; i < 5; i++)
            await Task.Yield();
    }
}
