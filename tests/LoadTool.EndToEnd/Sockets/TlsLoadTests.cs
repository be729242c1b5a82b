using LoadTool.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>Many TLS sessions on one loop, and those that are slow or paused.</summary>
public sealed class TlsLoadTests
{
    private const int Sockets = 500;

    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    private static TestCertificates Certificates => TestCertificates.Instance;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Five_hundred_sockets_shake_hands_at_once_and_leave_no_connection(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.Server));
        await host.OnClientAsync(async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, Sockets).Select(number => EchoAsync(host, number)));
            while (host.ClientLoop.Counters.Connections + Volatile.Read(ref host.ServerLoop.Counters.Connections) > 0)
                await Task.Yield();
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_receiver_that_was_paused_gets_everything_in_order(EngineKind engine)
    {
        const int Messages = 20_000;
        await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.Server));
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = NewSocket();
            await socket.ConnectAsync(host.Uri("/echo"));
            byte[] payload = new byte[1000];
            Task sending = SendAsync();

            // Past its inbox of 1 MB the socket stops reading; the server then stops reading too, and the sends wait.
            while (host.ClientLoop.Counters.BytesReceived < MessageReceiver.MaxInboxBytes * 9 / 10)
                await Task.Yield();
            for (int i = 0; i < 100; i++)
                await Task.Yield();
            Assert.False(sending.IsCompleted);
            for (int i = 0; i < Messages; i++)
            {
                ReceivedMessage message = await socket.ReceiveAsync();
                Assert.Equal(i, BitConverter.ToInt32(message.Span));
                Assert.Equal(payload.Length, message.Span.Length);
            }

            await sending;

            async Task SendAsync()
            {
                for (int i = 0; i < Messages; i++)
                {
                    BitConverter.TryWriteBytes(payload, i);
                    await socket.SendAsync(payload);
                }
            }
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task What_one_handler_sends_on_other_sockets_does_not_disturb_what_it_reads(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine, Certificates.Show(Certificates.Server));
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket first = NewSocket();
            using MessageWebSocket second = NewSocket();
            await first.ConnectAsync(host.Uri("/echo"));
            await second.ConnectAsync(host.Uri("/echo"));
            byte[] zeros = new byte[10_000];
            for (int i = 1; i < 200; i++)
            {
                byte[] payload = new byte[10_000];
                payload.AsSpan().Fill((byte)i);
                await first.SendAsync(payload);
                ReceivedMessage message = await first.ReceiveAsync();
                await second.SendAsync(zeros);
                await first.SendAsync(zeros);
                Assert.True(message.Span.SequenceEqual(payload));
                await first.ReceiveAsync();
                await second.ReceiveAsync();
            }
        });
    }

    private static async Task EchoAsync(LoopHost host, int number)
    {
        using MessageWebSocket socket = NewSocket();
        await socket.ConnectAsync(host.Uri("/echo"));
        await socket.SendAsync($"socket {number}");
        Assert.Equal($"socket {number}", (await socket.ReceiveAsync()).ReadString());
        socket.Close(1000, "");
    }

    private static MessageWebSocket NewSocket() => new() { TrustedRoots = Certificates.Trusted };
}
