using LoadTool.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>When a message was queued and when the system had it.</summary>
public sealed class SendTimedTests
{
    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_message_counts_as_sent_when_the_system_has_taken_its_last_byte(EngineKind engine)
    {
        foreach (bool fromOutside in (bool[])[false, true])
        {
            ManualClock clock = new();
            await OpenSocket.MessageAsync(
                engine,
                socket => socket.Control.DesiredUnsolicitedPongInterval = TimeSpan.Zero,
                async (socket, connection) =>
                {
                    clock.Advance(TimeSpan.FromSeconds(1));
                    Assert.Equal(new SentMessage(1_000_000_000, 1_000_000_000), await SendAsync(socket, new byte[10]));
                    Assert.Equal(10, (await connection.ReadFrameAsync()).Payload.Length);

                    // More than the system takes before the peer reads; from outside it begins in its own time.
                    Task<SentMessage> sending = SendAsync(socket, new byte[20_000_000]);
                    while (EventLoop.Current!.Counters.BytesSent < 10_000)
                        await Task.Yield();
                    Assert.False(sending.IsCompleted);
                    clock.Advance(TimeSpan.FromSeconds(5));
                    Assert.Equal(20_000_000, (await Task.Run(() => connection.ReadFrameAsync())).Payload.Length);
                    Assert.Equal(new SentMessage(1_000_000_000, 6_000_000_000), await sending);
                },
                clock);

            Task<SentMessage> SendAsync(MessageWebSocket socket, byte[] payload) =>
                fromOutside ? Task.Run(async () => await socket.SendTimedAsync(payload)) : socket.SendTimedAsync(payload).AsTask();
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Timing_a_send_allocates_nothing(EngineKind engine)
    {
        using AnsweringServer server = await AnsweringServer.StartAsync(engine, _ => ServerAnswer.Accept(EchoBehaviour.Instance));
        long allocated = 0;
        await server.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(server.Uri);
            byte[] payload = new byte[64];
            for (int i = 0; i < 2000; i++)
            {
                if (i == 1000)
                    allocated = GC.GetAllocatedBytesForCurrentThread();
                SentMessage sent = await socket.SendTimedAsync(payload);
                ReceivedMessage echo = await socket.ReceiveAsync();
                Assert.True(sent.QueuedAt <= sent.SentAt && sent.QueuedAt < echo.ReceivedAt);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        });
        Assert.Equal(0, allocated);
    }

    [Fact]
    public async Task A_timed_send_fails_as_every_other_does()
    {
        using MessageWebSocket socket = new();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await socket.SendTimedAsync(new byte[1]));
    }
}
