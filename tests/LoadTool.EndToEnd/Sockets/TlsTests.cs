using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using LoadTool.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>Messages over TLS, between our own client and server.</summary>
public sealed class TlsTests
{
    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    private static TestCertificates Certificates => TestCertificates.Instance;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Messages_of_all_sizes_come_back_over_TLS_as_they_were(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.Server));
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = NewSocket();
            await socket.ConnectAsync(host.Uri("/echo"));
            foreach (int length in (int[])[0, 1, 125, 126, 16_384, 16_385, 65_535, 65_536, 3_000_000])
            {
                byte[] payload = new byte[length];
                new Random(length).NextBytes(payload);
                await socket.SendAsync(payload);
                ReceivedMessage message = await socket.ReceiveAsync();
                Assert.True(message.Span.SequenceEqual(payload));
            }

            Assert.Equal(SslProtocols.Tls13, socket.Information.TlsProtocol);
            Assert.NotEqual(TlsCipherSuite.TLS_NULL_WITH_NULL_NULL, socket.Information.TlsCipherSuite!.Value);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Two_thousand_messages_sent_over_TLS_before_any_is_awaited_come_back_in_order(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.Server));
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = NewSocket();
            await socket.ConnectAsync(host.Uri("/echo"));
            string padding = new('.', 1000);
            for (int i = 0; i < 2000; i++)
                await socket.SendAsync($"{i} {padding}");
            long last = 0;
            for (int i = 0; i < 2000; i++)
            {
                ReceivedMessage message = await socket.ReceiveAsync();
                Assert.StartsWith($"{i} ", message.ReadString());
                Assert.InRange(message.ReceivedAt, last, EventLoop.Current!.Now);
                last = message.ReceivedAt;
            }
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task An_echo_round_trip_over_TLS_allocates_nothing_on_its_loop(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.Server));
        long allocated = 0;
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = NewSocket();
            await socket.ConnectAsync(host.Uri("/echo"));
            ReadOnlyMemory<byte> payload = Encoding.UTF8.GetBytes(new string('x', 64));
            for (int i = 0; i < 2000; i++)
            {
                if (i == 1000)
                    allocated = GC.GetAllocatedBytesForCurrentThread();
                await socket.SendAsync(payload);
                await socket.ReceiveAsync();
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        });
        Assert.Equal(0, allocated);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_close_frame_from_the_server_comes_over_TLS(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.Server));
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = NewSocket();
            await socket.ConnectAsync(host.Uri("/close/4001"));
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(async () => await socket.ReceiveAsync());
            Assert.Equal((ushort?)4001, error.Cause.CloseCode);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_reset_ends_a_receive_over_TLS(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.Server));
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = NewSocket();
            await socket.ConnectAsync(host.Uri("/reset"));
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(async () => await socket.ReceiveAsync());
            Assert.Equal("connection reset", error.Cause.ToString());
        });
    }

    private static MessageWebSocket NewSocket() => new() { TrustedRoots = Certificates.Trusted };
}
