using LoadTool.EndToEnd.Servers;
using LoadTool.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>Reads that are held to a rate, on a clock that the test moves.</summary>
public sealed class SlowReaderTests
{
    private const int HeaderBytes = 4;

    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    private static LoopCounters Counters => EventLoop.Current!.Counters;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_slow_reader_reads_its_rate_in_small_portions_and_a_frame_under_way_is_no_stall(EngineKind engine)
    {
        const int Rate = 1000, Portion = 50, Message = 40_000;
        ManualClock clock = new();
        await OpenSocket.MessageAsync(
            engine,
            socket =>
            {
                socket.Control.DesiredUnsolicitedPongInterval = TimeSpan.Zero;
                socket.Control.Tuning.MaxReceiveBytesPerSecond = Rate;
            },
            async (socket, connection) =>
            {
                int idleTimers = TimersOf(EventLoop.Current!);
                long before = Counters.BytesReceived;
                await connection.SendAsync(RawPeer.Frame(2, new byte[Message]));
                Task<ReceivedMessage> receiving = socket.ReceiveAsync().AsTask();

                // 40 s, which is longer than the limit of a frame that stalls.
                for (long read = Portion; read < Message + HeaderBytes; read += Portion)
                {
                    await UntilAsync(() => Counters.BytesReceived >= before + read);
                    await TurnAsync();
                    Assert.Equal(read, Counters.BytesReceived - before);
                    clock.Advance(TimeSpan.FromSeconds((double)Portion / Rate));
                }

                Assert.Equal(Message, (await receiving).Length);

                // The timer is for reads that wait.
                clock.Advance(TimeSpan.FromSeconds(1));
                await UntilAsync(() => TimersOf(EventLoop.Current!) == idleTimers);
            },
            clock);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_rate_may_change_at_any_time_and_a_silence_saves_nothing_up(EngineKind engine)
    {
        ManualClock clock = new();
        await OpenSocket.MessageAsync(
            engine,
            socket => socket.Control.DesiredUnsolicitedPongInterval = TimeSpan.Zero,
            async (socket, connection) =>
            {
                clock.Advance(TimeSpan.FromHours(1));
                socket.Control.Tuning.MaxReceiveBytesPerSecond = 10;
                long before = Counters.BytesReceived;
                await connection.SendAsync(RawPeer.Frame(2, new byte[100_000]));

                // The portion that silence allows, and the first of its own.
                await UntilAsync(() => Counters.BytesReceived > before);
                await TurnAsync();
                Assert.InRange(Counters.BytesReceived - before, 1, 2);

                socket.Control.Tuning.MaxReceiveBytesPerSecond = 0;
                Assert.Equal(100_000, (await socket.ReceiveAsync()).Length);

                socket.Control.Tuning.MaxReceiveBytesPerSecond = 10;
                await connection.SendAsync(RawPeer.Frame(2, new byte[100]));
                await TurnAsync();
                Task<WebSocketCloseResult> closing = socket.CloseAsync();
                await connection.SendAsync(RawPeer.Close(1000));
                Assert.Equal(1000, (await closing).Code);
                Assert.Throws<ArgumentException>(() => socket.Control.Tuning.MaxReceiveBytesPerSecond = -1);
            },
            clock);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_full_inbox_holds_reading_back_also_where_the_rate_would_allow_it(EngineKind engine)
    {
        const int Messages = 300, Message = 10_000;
        ManualClock clock = new();
        await OpenSocket.MessageAsync(
            engine,
            socket =>
            {
                socket.Control.DesiredUnsolicitedPongInterval = TimeSpan.Zero;
                socket.Control.Tuning.MaxReceiveBytesPerSecond = 10_000_000;
            },
            async (socket, connection) =>
            {
                Task sending = Task.Run(async () =>
                {
                    for (int i = 0; i < Messages; i++)
                        await connection.SendAsync(RawPeer.Frame(2, new byte[Message]));
                });
                await UntilAsync(() =>
                {
                    clock.Advance(TimeSpan.FromMilliseconds(10));
                    return Counters.BytesReceived > MessageReceiver.MaxInboxBytes;
                });
                await TurnAsync();
                long held = Counters.BytesReceived;
                Assert.InRange(held, MessageReceiver.MaxInboxBytes, MessageReceiver.MaxInboxBytes + EventLoop.ReceiveBufferBytes + 10_000);
                for (int i = 0; i < 20; i++)
                {
                    clock.Advance(TimeSpan.FromSeconds(1));
                    await TurnAsync();
                }

                Assert.Equal(held, Counters.BytesReceived);
                for (int i = 0; i < Messages; i++)
                {
                    Task<ReceivedMessage> receiving = socket.ReceiveAsync().AsTask();
                    await UntilAsync(() =>
                    {
                        clock.Advance(TimeSpan.FromMilliseconds(10));
                        return receiving.IsCompleted;
                    });
                    Assert.Equal(Message, (await receiving).Length);
                }

                await sending;
            },
            clock);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_slow_reader_is_slow_inside_TLS_too(EngineKind engine)
    {
        const int Rate = 100_000, Message = 500_000;
        ManualClock clock = new();
        await using KestrelEcho server = await KestrelEcho.StartAsync(TestCertificates.Instance.SelfSigned);
        using ClientHost host = new(engine, clock);
        host.Loop.AcceptsAnyServerCertificate = true;
        await host.RunAsync(async () =>
        {
            // The clock runs ahead of the server, which lives on another.
            using MessageWebSocket socket = new() { StallLimit = TimeSpan.FromDays(1) };
            socket.Control.DesiredUnsolicitedPongInterval = TimeSpan.Zero;
            socket.Control.Tuning.MaxReceiveBytesPerSecond = Rate;
            await socket.ConnectAsync(server.Uri);
            long start = host.Loop.Now;
            await socket.SendAsync(new byte[Message]);
            Task<ReceivedMessage> receiving = socket.ReceiveAsync().AsTask();
            await UntilAsync(() =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(10));
                return receiving.IsCompleted;
            });
            Assert.Equal(Message, (await receiving).Length);

            // The last portion, a record of TLS at most, is paid for after it was read.
            Assert.InRange(host.Loop.Now - start, (Message - 32_768) / Rate * 1_000_000_000L, long.MaxValue);
        });
    }

    /// <summary>Turns the loop until something holds; the test as a whole is bounded to 30 s.</summary>
    private static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
            await Task.Yield();
    }

    private static async Task TurnAsync()
    {
        for (int i = 0; i < 5; i++)
            await Task.Yield();
    }

    private static int TimersOf(EventLoop loop) => ((TimerHeap)typeof(EventLoop)
        .GetField("_timers", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.GetValue(loop)!).Count;
}
