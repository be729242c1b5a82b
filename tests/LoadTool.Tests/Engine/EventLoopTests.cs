using System.Net.Sockets;
using LoadTool.Sockets;

namespace LoadTool.Tests.Engine;

/// <summary>The loop without sockets: posting, timers, ends.</summary>
public sealed class EventLoopTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static TheoryData<EngineKind> Engines => OperatingSystem.IsLinux() ? [EngineKind.Epoll, EngineKind.Portable] : [EngineKind.Portable];

    [Theory]
    [MemberData(nameof(Engines))]
    public void Every_post_wakes_a_sleeping_loop(EngineKind engine)
    {
        const int Threads = 4;
        const int PostsEach = 5_000;
        using EventLoop loop = Started(engine);
        using Barrier start = new(Threads);
        int ran = 0;
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            using ManualResetEventSlim done = new();
            start.SignalAndWait();
            for (int i = 0; i < PostsEach; i++)
            {
                // Waits each time, so that the loop falls asleep between the posts of all.
                done.Reset();
                loop.Post(_ =>
                {
                    ran++;
                    done.Set();
                }, null);
                Assert.True(done.Wait(Limit));
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(Threads * PostsEach, ran);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Timers_fire_in_order_and_not_early(EngineKind engine)
    {
        using EventLoop loop = Started(engine);
        List<(long DueAt, long FiredAt)> fired = [];
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long[] delays = [.. Enumerable.Range(0, 200).Select(i => new Random(i).NextInt64(30_000_000))];
        loop.Post(_ =>
        {
            long start = loop.Now;
            foreach (long delay in delays)
            {
                loop.Arm(new Timer(dueAt =>
                {
                    fired.Add((dueAt, loop.Now));
                    if (fired.Count == delays.Length)
                        done.SetResult();
                }), start + delay);
            }
        }, null);
        await done.Task.WaitAsync(Limit);
        Assert.Equal(fired.Select(each => each.DueAt).Order(), fired.Select(each => each.DueAt));
        Assert.All(fired, each => Assert.True(each.FiredAt >= each.DueAt));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_timer_that_arms_itself_for_now_does_not_hold_up_what_is_posted(EngineKind engine)
    {
        using EventLoop loop = Started(engine);
        bool stop = false;
        Timer? timer = null;
        timer = new Timer(_ =>
        {
            if (!stop)
                loop.Arm(timer!, loop.Now);
        });
        loop.Post(_ => loop.Arm(timer, loop.Now), null);
        for (int i = 0; i < 100; i++)
            await loop.RunAsync(() => Task.CompletedTask).WaitAsync(Limit);
        loop.Post(_ => stop = true, null);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Exceptions_do_not_end_the_loop_and_are_counted_and_told(EngineKind engine)
    {
        using EventLoop loop = Started(engine);
        List<string> told = [];
        loop.UnhandledException += error => told.Add(error.Message);
        loop.Post(_ => throw new InvalidOperationException("posted"), null);
        loop.Post(_ => loop.Arm(new Timer(_ => throw new InvalidOperationException("timer")), 0), null);
        loop.Post(_ => ThrowLater(), null);
        while (await OnLoop(loop, () => loop.UnhandledExceptions) < 3)
            await OnLoop(loop, () => 0);
        Assert.Equal(["async void", "posted", "timer"], told.Order());

        static async void ThrowLater()
        {
            await Task.Yield();
            throw new InvalidOperationException("async void");
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_handler_of_unhandled_exceptions_that_throws_does_not_end_the_loop(EngineKind engine)
    {
        using EventLoop loop = Started(engine);
        loop.UnhandledException += _ => throw new InvalidOperationException("the handler too");
        loop.Post(_ => throw new InvalidOperationException("posted"), null);
        Assert.Equal(2, await OnLoop(loop, () => loop.UnhandledExceptions));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Foreign_awaits_come_back_to_the_loop(EngineKind engine)
    {
        using EventLoop loop = Started(engine);
        await loop.RunAsync(async () =>
        {
            int thread = Environment.CurrentManagedThreadId;
            Assert.True(loop.IsCurrent);
            Assert.False(await Task.Run(() => loop.IsCurrent));
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
            using HttpClient client = new();
            await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync($"http://127.0.0.1:{UnusedPort()}/"));
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
            Assert.Same(loop, EventLoop.Current);
        }).WaitAsync(Limit);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void What_was_posted_before_the_end_runs(EngineKind engine)
    {
        EventLoop loop = Started(engine);
        int ran = 0;
        for (int i = 0; i < 10_000; i++)
            loop.Post(_ => ran++, null);
        loop.Dispose();
        Assert.Equal(10_000, ran);
        loop.Dispose();
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_loop_can_end_itself(EngineKind engine)
    {
        EventLoop loop = Started(engine);
        loop.Post(_ => loop.Dispose(), null);
        loop.Dispose();
        Assert.Null(EventLoop.Current);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Loops_that_end_give_their_descriptors_back_whether_started_or_not(EngineKind engine)
    {
        int before = OpenEventDescriptors();
        for (int i = 0; i < 200; i++)
        {
            using EventLoop neverStarted = EventLoop.Create(engine, TimeProvider.System, "never started");
            neverStarted.Dispose();
            Started(engine).Dispose();
        }

        // Room for what other tests hold at the moment.
        Assert.InRange(OpenEventDescriptors(), 0, before + 50);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_cancelled_task_ends_as_cancelled_with_its_own_exception(EngineKind engine)
    {
        using EventLoop loop = Started(engine);
        OperationCanceledException cancelled = Failures.Cancelled(new CancellationToken(canceled: true));
        Task run = loop.RunAsync(() => throw cancelled);
        OperationCanceledException seen = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(Limit));
        Assert.True(run.IsCanceled);
        Assert.Equal(HResults.Cancelled, seen.HResult);
        Task failed = loop.RunAsync(() => throw new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => failed.WaitAsync(Limit));
        Assert.True(failed.IsFaulted);
    }

    [Fact]
    public void A_descriptor_that_epoll_refuses_leaves_nothing_behind()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using EpollLoop loop = (EpollLoop)EventLoop.Create(EngineKind.Epoll, TimeProvider.System, "test");
        EpollConnection connection = new(loop);

        // epoll refuses regular files (EPERM), as it refuses any when its limit is reached.
        using FileStream file = new(Path.GetTempFileName(), FileMode.Open, FileAccess.Read, FileShare.None, 1, FileOptions.DeleteOnClose);
        for (int i = 0; i < 100; i++)
            Assert.Throws<SocketException>(() => loop.Add(connection, (int)file.SafeFileHandle.DangerousGetHandle(), Libc.EpollIn));
        Assert.Throws<SocketException>(() => connection.Adopt(-1));
        Assert.Equal(0, loop.Counters.Connections);

        // The refused ones gave their slot back: the next one has the first.
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        Assert.Equal(0u, (uint)loop.Add(connection, (int)socket.Handle, Libc.EpollIn));
    }

    [Fact]
    public void A_message_is_never_allowed_more_bytes_than_an_array_holds()
    {
        using EventLoop loop = EventLoop.Create(EngineKind.Portable, TimeProvider.System, "test");
        ClientChannel channel = new(loop, owner: null!);
        Assert.Equal(Array.MaxLength, channel.MaxMessageBytes);
        channel.MaxMessageBytes = uint.MaxValue;
        Assert.Equal(Array.MaxLength, channel.MaxMessageBytes);
        channel.MaxMessageBytes = 100;
        Assert.Equal(100, channel.MaxMessageBytes);
    }

    private static int OpenEventDescriptors() => !OperatingSystem.IsLinux()
        ? 0
        : new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos().Count(entry => entry.LinkTarget is string target && target.Contains("[event"));

    private static EventLoop Started(EngineKind engine)
    {
        EventLoop loop = EventLoop.Create(engine, TimeProvider.System, "test");
        loop.Start();
        return loop;
    }

    private static async Task<T> OnLoop<T>(EventLoop loop, Func<T> read)
    {
        T value = default!;
        await loop.RunAsync(() =>
        {
            value = read();
            return Task.CompletedTask;
        }).WaitAsync(Limit);
        return value;
    }

    private static int UnusedPort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        return ((System.Net.IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private sealed class Timer(Action<long> fire) : LoopTimer
    {
        internal override void Fire(long dueAt) => fire(dueAt);
    }
}
