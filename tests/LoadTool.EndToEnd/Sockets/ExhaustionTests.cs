using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Web;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>No descriptor left in this process. Alone, because no other test could open anything meanwhile.</summary>
[Collection(nameof(ExhaustionTests))]
[CollectionDefinition(nameof(ExhaustionTests), DisableParallelization = true)]
public sealed class ExhaustionTests
{
    private const int OpenFiles = 7;

    public static TheoryData<EngineKind> Engines => OperatingSystem.IsLinux() ? [EngineKind.Epoll, EngineKind.Portable] : [];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_connect_without_a_descriptor_is_CannotConnect_by_this_machine_s_own_exhaustion(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        await host.RunAsync(async () =>
        {
            // Once without the limit, so that what the runtime loads it has loaded.
            using MessageWebSocket refused = new();
            await Assert.ThrowsAsync<WebSocketTransportException>(() => refused.ConnectAsync(new Uri("ws://127.0.0.1:1/")));

            using MessageWebSocket socket = new();
            Exception? error;
            using (Exhaust())
                error = await Record.ExceptionAsync(() => socket.ConnectAsync(peer.Uri));
            WebSocketTransportException failure = Assert.IsType<WebSocketTransportException>(error);
            Assert.Equal(WebErrorStatus.CannotConnect, failure.Status);
            Assert.Equal("too many open files", failure.Cause.ToString());
            Assert.True(failure.Cause.IsClientExhaustion);

            // With descriptors again, the same socket connects.
            Task<RawConnection> accept = Task.Run(() => peer.AcceptUpgradeAsync());
            await socket.ConnectAsync(peer.Uri);
            (await accept).Dispose();
        });
        await host.UntilAsync(() => host.Loop.Counters.Connections == 0);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_listener_without_a_descriptor_says_so_once_per_rest_and_accepts_when_there_is_one_again(EngineKind engine)
    {
        ManualClock clock = new();
        using ClientHost host = new(engine, clock);
        Acceptor acceptor = new();
        IPEndPoint? endPoint = null;
        await host.RunAsync(() =>
        {
            endPoint = host.Loop.Listen(new(IPAddress.Loopback, 0), acceptor).LocalEndPoint;
            return Task.CompletedTask;
        });
        using Socket first = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        first.Connect(endPoint!);
        await host.UntilAsync(() => acceptor.Accepted == 1);

        using Socket second = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (Exhaust())
        {
            second.Connect(endPoint!);
            for (int rest = 1; rest <= 3; rest++)
            {
                await host.UntilAsync(() => acceptor.Failures.Count == rest);

                // However often the loop turns: the clock stands, so the rest lasts.
                for (int turn = 0; turn < 200; turn++)
                    await host.RunAsync(() => Task.CompletedTask);
                Assert.Equal(Enumerable.Repeat(SocketError.TooManyOpenSockets, rest), acceptor.Failures);
                clock.Advance(TimeSpan.FromTicks(Listener.RetryNanoseconds / TimeSpan.NanosecondsPerTick));
            }

            await host.UntilAsync(() => acceptor.Failures.Count == 4);
        }

        Assert.Equal(1, acceptor.Accepted);
        clock.Advance(TimeSpan.FromTicks(Listener.RetryNanoseconds / TimeSpan.NanosecondsPerTick));
        await host.UntilAsync(() => acceptor.Accepted == 2);
        Assert.Equal(4, acceptor.Failures.Count);
    }

    /// <summary>Takes every descriptor that this process may still have, until disposed.</summary>
    private static Descriptors Exhaust()
    {
        Assert.Equal(0, getrlimit(OpenFiles, out Limit before));
        int highest = new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos().Max(entry => int.Parse(entry.Name, System.Globalization.CultureInfo.InvariantCulture));
        Descriptors taken = new(before);
        Assert.Equal(0, setrlimit(OpenFiles, before with { Current = (nuint)highest + 10 }));
        try
        {
            while (true)
                taken.Sockets.Add(new Socket(SocketType.Stream, ProtocolType.Tcp));
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.TooManyOpenSockets)
        {
            return taken;
        }
    }

    [DllImport("libc")]
    private static extern int getrlimit(int resource, out Limit limit);

    [DllImport("libc")]
    private static extern int setrlimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private record struct Limit(nuint Current, nuint Maximum);

    private sealed class Descriptors(Limit before) : IDisposable
    {
        public List<Socket> Sockets { get; } = [];

        public void Dispose()
        {
            Assert.Equal(0, setrlimit(OpenFiles, before));
            Sockets.ForEach(socket => socket.Dispose());
        }
    }

    private sealed class Acceptor : IListenerHandler
    {
        public int Accepted { get; private set; }

        public List<SocketError> Failures { get; } = [];

        void IListenerHandler.OnAccepted(Connection connection) => Accepted++;

        void IListenerHandler.OnAcceptFailed(SocketError error) => Failures.Add(error);
    }
}
