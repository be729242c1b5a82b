using System.Net;
using System.Net.Sockets;
using LoadTool.Sockets;
using Windows.Foundation;
using Windows.Networking;
using Windows.Networking.Sockets;
using Windows.Security.Cryptography.Certificates;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>Control and Information before, during and after a connection. Numbers are those of the behaviours to prove.</summary>
public sealed class ControlTests
{
    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviour_001_A_message_socket_has_its_Control_and_Information_from_the_start(EngineKind engine) => OnLoopAsync(engine, () =>
    {
        using MessageWebSocket socket = new();
        Assert.NotNull(socket.Control);
        Assert.NotNull(socket.Information);
        Assert.Same(socket.Control, socket.Control);
        Assert.Same(socket.Information, socket.Information);
        Assert.Same(socket.OutputStream, socket.OutputStream);
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviour_002_A_stream_socket_has_its_Control_and_Information_from_the_start(EngineKind engine) => OnLoopAsync(engine, () =>
    {
        using StreamWebSocket socket = new();
        Assert.NotNull(socket.Control);
        Assert.NotNull(socket.Information);
        Assert.Same(socket.Control, socket.Control);
        Assert.Same(socket.Information, socket.Information);
        Assert.Same(socket.InputStream, socket.InputStream);
        Assert.Same(socket.OutputStream, socket.OutputStream);
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviours_003_004_005_011_The_defaults_of_Control_are_those_of_Windows(EngineKind engine) => OnLoopAsync(engine, () =>
    {
        using MessageWebSocket socket = new();
        Assert.Equal(SocketMessageType.Binary, socket.Control.MessageType);
        Assert.Equal(0xFFFFFFFF, socket.Control.MaxMessageSize);
        Assert.Equal(MessageWebSocketReceiveMode.FullMessage, socket.Control.ReceiveMode);
        Assert.Equal(TimeSpan.FromSeconds(30), socket.Control.DesiredUnsolicitedPongInterval);
        Assert.Equal(TimeSpan.Zero, socket.Control.ActualUnsolicitedPongInterval);
        foreach (TimeSpan interval in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromTicks(1), TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan])
        {
            socket.Control.DesiredUnsolicitedPongInterval = interval;
            Assert.Equal(interval, socket.Control.DesiredUnsolicitedPongInterval);
        }

        Assert.Equal(
            HResults.InvalidArgument, Assert.ThrowsAny<ArgumentException>(() => socket.Control.DesiredUnsolicitedPongInterval = TimeSpan.FromSeconds(-2)).HResult);
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviour_009_No_credential_and_no_client_certificate_by_default_and_none_may_be_set(EngineKind engine) => OnLoopAsync(engine, () =>
    {
        using MessageWebSocket message = new();
        using StreamWebSocket stream = new();
        foreach (WebSocketControlBase control in (WebSocketControlBase[])[message.Control, stream.Control])
        {
            Assert.Null(control.ServerCredential);
            Assert.Null(control.ProxyCredential);
            Assert.Null(control.ClientCertificate);
            control.ClientCertificate = TestCertificates.Instance.Client;
            Assert.Same(TestCertificates.Instance.Client, control.ClientCertificate);
            control.ClientCertificate = null;
            Assert.Null(control.ClientCertificate);
        }
    });

    [Fact]
    public void Control_and_Information_of_both_kinds_have_the_second_interfaces_of_Windows()
    {
        using MessageWebSocket message = new();
        using StreamWebSocket stream = new();
        foreach (IWebSocketControl2 control in (IWebSocketControl2[])[message.Control, stream.Control])
        {
            control.IgnorableServerCertificateErrors.Add(ChainValidationResult.Expired);
            Assert.Equal([ChainValidationResult.Expired], ((WebSocketControlBase)control).IgnorableServerCertificateErrors);
        }

        foreach (IWebSocketInformation2 information in (IWebSocketInformation2[])[message.Information, stream.Information])
        {
            Assert.Null(information.ServerCertificate);
            Assert.Equal(SocketSslErrorSeverity.None, information.ServerCertificateErrorSeverity);
            Assert.Empty(information.ServerCertificateErrors);
            Assert.Empty(information.ServerIntermediateCertificates);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviour_006_NoDelay_is_true_by_default_on_a_stream_socket(EngineKind engine) => OnLoopAsync(engine, () =>
    {
        using StreamWebSocket socket = new();
        Assert.True(socket.Control.NoDelay);
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviour_012_NoDelay_of_a_message_socket_belongs_to_the_extension_alone(EngineKind engine) => OnLoopAsync(engine, () =>
    {
        using MessageWebSocket socket = new();
        Assert.True(((ITcpControl)socket.Control).NoDelay);
        Assert.Null(typeof(IWebSocketControl).GetProperty(nameof(ITcpControl.NoDelay)));
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviour_013_An_undefined_value_of_an_enumeration_is_an_invalid_argument(EngineKind engine) => OnLoopAsync(engine, () =>
    {
        using MessageWebSocket socket = new();
        Assert.Equal(HResults.InvalidArgument, Assert.ThrowsAny<ArgumentException>(() => socket.Control.MessageType = (SocketMessageType)99).HResult);
        Assert.Equal(HResults.InvalidArgument, Assert.ThrowsAny<ArgumentException>(() => socket.Control.ReceiveMode = (MessageWebSocketReceiveMode)2).HResult);
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviour_008_SupportedProtocols_is_empty_by_default_and_readable_in_every_state(EngineKind engine) => OpenSocket.MessageAsync(
        engine,
        socket => Assert.Empty(socket.Control.SupportedProtocols),
        (socket, _) =>
        {
            Assert.Empty(socket.Control.SupportedProtocols);
            socket.Close(1000, "");
            Assert.Empty(socket.Control.SupportedProtocols);
            socket.Dispose();
            Assert.Empty(socket.Control.SupportedProtocols);
            return Task.CompletedTask;
        });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviours_015_017_018_024_What_is_for_before_the_connect_is_refused_afterwards_and_stays_as_it_was(EngineKind engine) =>
        OpenSocket.MessageAsync(engine, (socket, connection) =>
        {
            (string, Action)[] changes =
            [
                ("MaxMessageSize", () => socket.Control.MaxMessageSize = 1),
                ("ServerCredential", () => socket.Control.ServerCredential = new("a", "b")),
                ("ProxyCredential", () => socket.Control.ProxyCredential = new("a", "b")),
                ("ReceiveMode", () => socket.Control.ReceiveMode = MessageWebSocketReceiveMode.PartialMessage),
                ("DesiredUnsolicitedPongInterval", () => socket.Control.DesiredUnsolicitedPongInterval = TimeSpan.Zero),
                ("NoDelay", () => socket.Control.NoDelay = false),
                ("ClientCertificate", () => socket.Control.ClientCertificate = TestCertificates.Instance.Client),
            ];
            foreach ((string member, Action change) in changes)
            {
                InvalidOperationException error = Assert.Throws<InvalidOperationException>(change);
                Assert.Equal(HResults.IllegalMethodCall, error.HResult);
                Assert.StartsWith(member, error.Message);
            }

            Assert.Equal(uint.MaxValue, socket.Control.MaxMessageSize);
            Assert.Null(socket.Control.ServerCredential);
            Assert.Null(socket.Control.ProxyCredential);
            Assert.Equal(MessageWebSocketReceiveMode.FullMessage, socket.Control.ReceiveMode);
            Assert.Equal(TimeSpan.FromSeconds(30), socket.Control.DesiredUnsolicitedPongInterval);
            Assert.Null(socket.Control.ClientCertificate);
            Assert.True(connection.Socket.Connected);
            socket.Dispose();
            foreach ((string _, Action change) in changes)
                Assert.Equal(HResults.Closed, Assert.Throws<ObjectDisposedException>(change).HResult);
            return Task.CompletedTask;
        });

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviours_016_023_NoDelay_is_TCP_NODELAY_and_cannot_be_changed_once_connected(EngineKind engine)
    {
        foreach (bool noDelay in (bool[])[true, false])
        {
            await OpenSocket.StreamAsync(engine, socket => socket.Control.NoDelay = noDelay, (socket, _) =>
            {
                Assert.Equal(noDelay, TcpOptions.Of(socket).NoDelay);
                Assert.Equal(HResults.IllegalMethodCall, Assert.Throws<InvalidOperationException>(() => socket.Control.NoDelay = !noDelay).HResult);
                Assert.Equal(noDelay, socket.Control.NoDelay);
                Assert.Equal(noDelay, TcpOptions.Of(socket).NoDelay);
                return Task.CompletedTask;
            });
            await OpenSocket.MessageAsync(engine, socket => socket.Control.NoDelay = noDelay, (socket, _) =>
            {
                Assert.Equal(noDelay, TcpOptions.Of(socket).NoDelay);
                return Task.CompletedTask;
            });
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviours_010_019_020_OutboundBufferSizeInBytes_sets_SO_SNDBUF_before_the_connect_and_only_then(EngineKind engine)
    {
        int doubled = OperatingSystem.IsLinux() ? 2 : 1;
        await OpenSocket.MessageAsync(engine, socket => socket.Control.OutboundBufferSizeInBytes = 65_536, (socket, _) =>
        {
            Assert.Equal(65_536 * doubled, TcpOptions.Of(socket).SendBufferBytes);
            socket.Control.OutboundBufferSizeInBytes = 16_384;
            Assert.Equal(65_536u, socket.Control.OutboundBufferSizeInBytes);
            Assert.Equal(65_536 * doubled, TcpOptions.Of(socket).SendBufferBytes);
            return Task.CompletedTask;
        });
        await OpenSocket.MessageAsync(engine, async (socket, connection) =>
        {
            // A plain socket that has sent and received as much, to a peer of the same make.
            using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen();
            using Socket plain = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await plain.ConnectAsync(listener.LocalEndPoint!);
            Assert.Equal(0u, socket.Control.OutboundBufferSizeInBytes);
            Assert.Equal(plain.SendBufferSize, TcpOptions.Of(socket).SendBufferBytes);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_021_A_subprotocol_added_after_the_connect_is_not_offered(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            socket.Control.SupportedProtocols.Add("first");
            Task<(RawConnection, string)> accept = Task.Run(async () =>
            {
                RawConnection accepted = await peer.AcceptAsync();
                string request = await accepted.ReadHeadAsync();
                await accepted.SendAsync(RawPeer.Answer(request));
                return (accepted, request);
            });
            await socket.ConnectAsync(peer.Uri);
            (RawConnection connection, string request) = await accept;
            using RawConnection _ = connection;
            Assert.Contains("\r\nSec-WebSocket-Protocol: first\r\n", request);
            socket.Control.SupportedProtocols.Add("late");
            await socket.SendAsync("x");
            Assert.Equal("x"u8.ToArray(), (await connection.ReadFrameAsync()).Payload);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviours_148_149_150_Information_is_readable_in_every_state_and_knows_the_local_address(EngineKind engine) => OpenSocket.MessageAsync(
        engine,
        socket =>
        {
            Assert.Null(socket.Information.LocalAddress);
            Assert.Null(socket.Information.Protocol);
            Assert.Equal(default, socket.Information.BandwidthStatistics);
        },
        (socket, connection) =>
        {
            for (int stage = 0; stage < 3; stage++)
            {
                MessageWebSocketInformation information = socket.Information;
                Assert.Equal(((IPEndPoint)connection.Socket.RemoteEndPoint!).Address.ToString(), information.LocalAddress!.CanonicalName);
                Assert.Equal(HostNameType.Ipv4, information.LocalAddress.Type);
                Assert.Null(information.Protocol);
                Assert.Equal(default, information.BandwidthStatistics with { OutboundBitsPerSecond = 0 });
                if (stage == 0)
                    socket.Close(1000, "");
                else
                    socket.Dispose();
            }

            return Task.CompletedTask;
        });

    [Fact]
    public void A_HostName_tells_names_from_addresses()
    {
        (string Name, HostNameType Type, string Canonical)[] cases =
        [
            ("Example.COM", HostNameType.DomainName, "example.com"), ("127.0.0.1", HostNameType.Ipv4, "127.0.0.1"),
            ("0:0:0:0:0:0:0:1", HostNameType.Ipv6, "::1"),
        ];
        foreach ((string name, HostNameType type, string canonical) in cases)
        {
            HostName host = new(name);
            Assert.Equal((name, type, canonical, canonical), (host.RawName, host.Type, host.CanonicalName, host.ToString()));
        }

        Assert.Equal(HResults.InvalidArgument, Assert.ThrowsAny<ArgumentException>(() => new HostName("")).HResult);
    }

    [Fact]
    public void Behaviour_134_A_deferral_is_completed_once_and_disposed_at_will()
    {
        int completed = 0;
        Deferral deferral = new(() => completed++);
        deferral.Complete();
        Assert.Equal(HResults.IllegalMethodCall, Assert.Throws<InvalidOperationException>(deferral.Complete).HResult);
        deferral.Dispose();
        deferral.Dispose();
        Assert.Equal(1, completed);
        Deferral disposed = new(() => completed++);
        disposed.Dispose();
        disposed.Dispose();
        Assert.Equal(2, completed);
    }

    [Fact]
    public async Task AsTask_is_the_operation_itself_and_its_token_ends_the_wait_alone()
    {
        TaskCompletionSource<int> operation = new();
        Assert.Same(operation.Task, AsyncCompat.AsTask(operation.Task));
        Task plain = operation.Task;
        Assert.Same(plain, AsyncCompat.AsTask(plain));
        using CancellationTokenSource cancel = new();
        Task<int> wait = operation.Task.AsTask(cancel.Token);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        Assert.False(operation.Task.IsCompleted);
    }

    private static async Task OnLoopAsync(EngineKind engine, Action test)
    {
        using ClientHost host = new(engine);
        await host.RunAsync(() =>
        {
            test();
            return Task.CompletedTask;
        });
    }
}
