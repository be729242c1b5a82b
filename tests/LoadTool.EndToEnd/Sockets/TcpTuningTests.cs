using System.Net;
using System.Net.Sockets;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Web;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>TCP options, and this end's address and port.</summary>
public sealed class TcpTuningTests
{
    /// <summary>Linux has all of 127.0.0.0/8; others only its first address.</summary>
    private static readonly IPAddress Own = OperatingSystem.IsLinux() ? IPAddress.Parse("127.0.9.9") : IPAddress.Loopback;

    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_receive_buffer_and_linger_are_set_on_both_kinds_of_sockets(EngineKind engine)
    {
        int doubled = OperatingSystem.IsLinux() ? 2 : 1;
        void Prepare(WebSocketTuning tuning) => (tuning.ReceiveBufferSizeInBytes, tuning.Linger) = (32_768, TimeSpan.Zero);
        Task Check(WebSocketBase socket)
        {
            (_, _, int receiveBufferBytes, LingerOption linger) = TcpOptions.Of(socket);
            Assert.Equal(32_768 * doubled, receiveBufferBytes);
            Assert.Equal((true, 0), (linger.Enabled, linger.LingerTime));
            return Task.CompletedTask;
        }

        await OpenSocket.MessageAsync(engine, socket => Prepare(socket.Control.Tuning), (socket, _) => Check(socket));
        await OpenSocket.StreamAsync(engine, socket => Prepare(socket.Control.Tuning), (socket, _) => Check(socket));
        await OpenSocket.MessageAsync(engine, (socket, _) =>
        {
            Assert.False(TcpOptions.Of(socket).Linger.Enabled);
            return Task.CompletedTask;
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public Task A_socket_that_lingers_for_no_time_ends_with_a_RST(EngineKind engine) => OpenSocket.MessageAsync(
        engine,
        socket => socket.Control.Tuning.Linger = TimeSpan.Zero,
        async (socket, connection) =>
        {
            socket.Close(1000, "");
            await connection.ReadFrameAsync();
            connection.Socket.Shutdown(SocketShutdown.Send);
            SocketException error = await Assert.ThrowsAsync<SocketException>(connection.ReadToEndAsync);
            Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
        });

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_connection_comes_from_the_local_address_that_was_set(EngineKind engine)
    {
        Task Check(WebSocketBase socket, WebSocketInformationBase information, RawConnection connection)
        {
            IPEndPoint seen = (IPEndPoint)connection.Socket.RemoteEndPoint!;
            Assert.Equal(Own, seen.Address);
            Assert.Equal(seen, information.LocalEndPoint);
            return Task.CompletedTask;
        }

        await OpenSocket.MessageAsync(
            engine, socket => socket.Control.Tuning.LocalAddress = Own, (socket, connection) => Check(socket, socket.Information, connection));
        await OpenSocket.StreamAsync(
            engine, socket => socket.Control.Tuning.LocalAddress = Own, (socket, connection) => Check(socket, socket.Information, connection));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Only_addresses_of_the_local_ones_kind_are_tried(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new() { Addresses = [IPAddress.IPv6Loopback, IPAddress.Loopback] };
            socket.Control.Tuning.LocalAddress = IPAddress.Loopback;
            Task<RawConnection> accept = Task.Run(() => peer.AcceptUpgradeAsync());
            await socket.ConnectAsync(peer.Uri);
            (await accept).Dispose();

            using MessageWebSocket other = new();
            other.Control.Tuning.LocalAddress = IPAddress.IPv6Loopback;
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => other.ConnectAsync(peer.Uri));
            Assert.Equal("address family not supported", error.Cause.ToString());
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task An_address_of_another_machine_is_a_mistake_and_not_exhaustion(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            socket.Control.Tuning.LocalAddress = IPAddress.Parse("203.0.113.7");
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(peer.Uri));
            Assert.Equal(("invalid local address", false, WebErrorStatus.CannotConnect), (error.Cause.ToString(), error.Cause.IsClientExhaustion, error.Status));
            Assert.Equal(0, host.Loop.Counters.Connections);
        });
    }

    public static TheoryData<EngineKind, bool> EnginesAndRanges
    {
        get
        {
            TheoryData<EngineKind, bool> cases = [];
            foreach (EngineKind engine in OperatingSystem.IsLinux() ? (EngineKind[])[EngineKind.Epoll, EngineKind.Portable] : [EngineKind.Portable])
            {
                cases.Add(engine, true);
                cases.Add(engine, false);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(EnginesAndRanges))]
    public async Task A_taken_port_of_the_range_is_passed_over_and_with_none_left_this_machine_is_to_blame(EngineKind engine, bool isOfSystem)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        (Socket first, Socket second, int port) = TakeTwo(isOfSystem);
        using Socket taken = first;
        second.Dispose();
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = NewSocket(new(port, port + 1));
            Task<RawConnection> accept = Task.Run(() => peer.AcceptUpgradeAsync());
            await socket.ConnectAsync(peer.Uri);
            using RawConnection connection = await accept;
            Assert.Equal(new IPEndPoint(Own, port + 1), connection.Socket.RemoteEndPoint);

            using MessageWebSocket late = NewSocket(new(port, port + 1));
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => late.ConnectAsync(peer.Uri));
            Assert.Contains(error.Cause.SocketError, (SocketError?[])[SocketError.AddressAlreadyInUse, SocketError.AddressNotAvailable]);
            Assert.True(error.Cause.IsClientExhaustion);
            Assert.Equal((WebErrorStatus.CannotConnect, ConnectionPhase.Tcp), (error.Status, error.Cause.Phase));

            taken.Dispose();
            accept = Task.Run(() => peer.AcceptUpgradeAsync());
            await late.ConnectAsync(peer.Uri);
            (await accept).Dispose();
            Assert.Equal(port, late.Information.LocalEndPoint!.Port);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task One_port_serves_a_connection_to_each_server_where_Linux_chooses_it(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer one = new();
        using RawPeer two = new();
        (Socket first, Socket second, int port) = TakeTwo(isOfSystem: true);
        first.Dispose();
        second.Dispose();
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = NewSocket(new(port, port));
            Task<RawConnection> accept = Task.Run(() => one.AcceptUpgradeAsync());
            await socket.ConnectAsync(one.Uri);
            using RawConnection connection = await accept;

            using MessageWebSocket other = NewSocket(new(port, port));
            Task<RawConnection> acceptOther = two.AcceptAsync();
            Task connecting = other.ConnectAsync(two.Uri);
            bool isNarrowed = OperatingSystem.IsOSPlatformVersionAtLeast("Linux", 6, 3);
            if (isNarrowed)
                Assert.Equal(port, ((IPEndPoint)(await acceptOther).Socket.RemoteEndPoint!).Port);
            else
                await Assert.ThrowsAsync<WebSocketTransportException>(() => connecting);
            other.Dispose();
            await Record.ExceptionAsync(() => connecting);
        });
    }

    [Fact]
    public void A_range_of_ports_has_its_ends_in_order_and_within_TCPs()
    {
        Assert.Equal((1, 65_535, "1-65535"), (new PortRange(1, 65_535).First, new PortRange(1, 65_535).Last, new PortRange(1, 65_535).ToString()));
        foreach ((int first, int last) in ((int, int)[])[(0, 5), (6, 5), (1, 65_536), (-1, 1)])
            Assert.Equal(HResults.InvalidArgument, Assert.ThrowsAny<ArgumentException>(() => new PortRange(first, last)).HResult);
        using MessageWebSocket socket = new();
        Assert.Equal(HResults.InvalidArgument, Assert.ThrowsAny<ArgumentException>(() => socket.Control.Tuning.LocalPorts = default(PortRange)).HResult);
        Assert.Equal(HResults.InvalidArgument, Assert.ThrowsAny<ArgumentException>(() => socket.Control.Tuning.Linger = TimeSpan.FromSeconds(1)).HResult);
        socket.Control.Tuning.LocalPorts = null;
        Assert.Null(socket.Control.Tuning.LocalPorts);
    }

    [Fact]
    public void Every_port_of_a_range_is_tried_once_and_a_mistake_ends_the_search()
    {
        foreach (uint random in (uint[])[0, 1, 7, uint.MaxValue])
        {
            List<int> tried = [];
            SocketError none = LocalPorts.BindFree(new(10, 14), random, port =>
            {
                tried.Add(port);
                return SocketError.AddressAlreadyInUse;
            });
            Assert.Equal(SocketError.AddressAlreadyInUse, none);
            Assert.Equal([10, 11, 12, 13, 14], tried.Order());
        }

        int tries = 0;
        Assert.Equal(SocketError.AddressNotAvailable, LocalPorts.BindFree(new(10, 14), 0, _ =>
        {
            tries++;
            return SocketError.AddressNotAvailable;
        }));
        Assert.Equal(1, tries);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public Task What_is_tuned_once_connected_is_refused(EngineKind engine) => OpenSocket.MessageAsync(engine, (socket, _) =>
    {
        WebSocketTuning tuning = socket.Control.Tuning;
        (string, Action)[] changes =
        [
            ("ReceiveBufferSizeInBytes", () => tuning.ReceiveBufferSizeInBytes = 1),
            ("Linger", () => tuning.Linger = TimeSpan.Zero),
            ("LocalAddress", () => tuning.LocalAddress = Own),
            ("LocalPorts", () => tuning.LocalPorts = new(1, 2)),
            ("DnsLimit", () => tuning.DnsLimit = TimeSpan.FromSeconds(1)),
            ("TcpLimit", () => tuning.TcpLimit = TimeSpan.FromSeconds(1)),
            ("TlsLimit", () => tuning.TlsLimit = TimeSpan.FromSeconds(1)),
            ("UpgradeLimit", () => tuning.UpgradeLimit = TimeSpan.FromSeconds(1)),
        ];
        foreach ((string member, Action change) in changes)
            Assert.StartsWith(member, Assert.Throws<InvalidOperationException>(change).Message);
        return Task.CompletedTask;
    });

    private static MessageWebSocket NewSocket(PortRange ports)
    {
        MessageWebSocket socket = new();
        (socket.Control.Tuning.LocalAddress, socket.Control.Tuning.LocalPorts) = (Own, ports);

        // What ends in order keeps its port for a minute, and this test wants it back.
        socket.Control.Tuning.Linger = TimeSpan.Zero;
        return socket;
    }

    /// <summary>Two neighbouring ports, inside the system's own range (where Linux narrows it) or below it (where ports are tried in turn).</summary>
    private static (Socket First, Socket Second, int Port) TakeTwo(bool isOfSystem)
    {
        for (int attempt = 0; ; attempt++)
        {
            // For all addresses, and not shared (the runtime shares where it is told of TCP): then nobody at all has them.
            Socket first = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Unspecified);
            Socket second = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                first.Bind(new IPEndPoint(IPAddress.Any, isOfSystem ? 0 : 10_000 + ((Environment.ProcessId + (attempt * 2)) % 10_000)));
                int port = ((IPEndPoint)first.LocalEndPoint!).Port;
                second.Bind(new IPEndPoint(IPAddress.Any, port + 1));
                return (first, second, port);
            }
            catch (SocketException) when (attempt < 100)
            {
                first.Dispose();
                second.Dispose();
            }
        }
    }
}
