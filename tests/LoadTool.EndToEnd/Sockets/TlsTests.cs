using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Storage.Streams;
using Windows.Web;

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
        long least = long.MaxValue;
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = NewSocket();
            await socket.ConnectAsync(host.Uri("/echo"));
            ReadOnlyMemory<byte> payload = Encoding.UTF8.GetBytes(new string('x', 64));

            // The least of several: SslStream's pools are the process's, and other tests take from them meanwhile.
            for (int window = 0; window < 20; window++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int i = 0; i < 200; i++)
                {
                    await socket.SendAsync(payload);
                    await socket.ReceiveAsync();
                }

                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }
        });
        Assert.Equal(0, least);
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

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviour_036_The_scheme_decides_whether_the_first_byte_is_of_TLS_or_of_HTTP(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        foreach ((string scheme, byte first) in (IEnumerable<(string, byte)>)[("ws", (byte)'G'), ("wss", 22)])
        {
            Task<byte[]> reading = Task.Run(async () =>
            {
                using RawConnection connection = await peer.AcceptAsync();
                byte[] start = await connection.ReadAsync(1);
                connection.Reset();
                return start;
            });
            await host.RunAsync(async () =>
            {
                using MessageWebSocket socket = NewSocket();
                await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(new Uri($"{scheme}://{peer.EndPoint}/")));
            });
            Assert.Equal([first], await reading);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_second_handshake_resumes_the_first_session_unless_told_not_to(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.Server));
        await host.OnClientAsync(async () =>
        {
            // A session that is resumed has no certificate in it.
            long certificateBytes = Certificates.Server.RawData.Length;
            long full = await HandshakeBytesAsync(allowResume: false);
            Assert.InRange(await HandshakeBytesAsync(allowResume: false), full - 100, full + 100);
            await HandshakeBytesAsync(allowResume: true);
            Assert.InRange(await HandshakeBytesAsync(allowResume: true), 1, full - certificateBytes);
        });

        async Task<long> HandshakeBytesAsync(bool allowResume)
        {
            long before = host.ClientLoop.Counters.BytesReceived;
            using MessageWebSocket socket = NewSocket();
            socket.Control.AllowTlsResume = allowResume;
            socket.Addresses = [IPAddress.Loopback];
            await socket.ConnectAsync(new Uri($"wss://localhost:{host.EndPoint.Port}/echo"));
            await socket.SendAsync("hello");
            await socket.ReceiveAsync();
            return host.ClientLoop.Counters.BytesReceived - before;
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Events_on_the_shared_loop_bring_messages_over_TLS(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.Server));
        using MessageWebSocket socket = NewSocket();
        TaskCompletionSource<string> received = new(TaskCreationOptions.RunContinuationsAsynchronously);
        socket.MessageReceived += (_, args) =>
        {
            using DataReader reader = args.GetDataReader();
            received.SetResult(reader.ReadString(reader.UnconsumedBufferLength));
        };
        await socket.ConnectAsync(host.Uri("/echo"));
        await Task.Run(async () => await socket.SendAsync("from a pool thread"));
        Assert.Equal("from a pool thread", await received.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_peer_that_takes_nothing_lets_a_send_over_TLS_time_out(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.Server));
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = NewSocket();
            socket.StallLimit = TimeSpan.FromMilliseconds(100);
            await socket.ConnectAsync(host.Uri("/stall"));
            byte[] large = new byte[32 * 1024 * 1024];
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(async () => await socket.SendAsync(large));
            Assert.Equal(WebErrorStatus.Timeout, error.Status);
        });
    }

    private static MessageWebSocket NewSocket() => new() { TrustedRoots = Certificates.Trusted };
}
