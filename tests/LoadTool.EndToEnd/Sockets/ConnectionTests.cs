using System.Net;
using System.Net.Sockets;
using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>TCP connections and listeners of both engines, without frames.</summary>
public sealed class ConnectionTests
{
    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Every_byte_reaches_a_peer_with_a_tiny_buffer_that_reads_slowly_in_order(EngineKind engine)
    {
        const int Total = 2_000_000;
        using ClientHost host = new(engine);
        using RawPeer peer = new(receiveBufferBytes: 2048);
        Recorder recorder = new();
        Task<byte[]> reading = Task.Run(async () =>
        {
            using RawConnection connection = await peer.AcceptAsync();
            using MemoryStream all = new();
            Random random = new(1);
            while (all.Length < Total)
                all.Write(await connection.ReadAsync((int)Math.Min(Total - all.Length, random.Next(1, 5000))));
            return all.ToArray();
        });
        byte[] bytes = new byte[Total];
        new Random(2).NextBytes(bytes);
        bool waited = false;
        await host.RunAsync(async () =>
        {
            Connection connection = host.Loop.Connect(peer.EndPoint, new(NoDelay: true, SendBufferBytes: 4096), recorder);
            await recorder.Connected.Task;

            // Pieces of all sizes, several of them behind one another while the peer is slow.
            Random random = new(3);
            for (int sent = 0; sent < Total;)
            {
                int length = Math.Min(Total - sent, random.Next(1, 50_000));
                SocketError error = connection.Send(bytes.AsSpan(sent, length));
                sent += length;
                Assert.True(error is SocketError.Success or SocketError.WouldBlock);
                waited |= error == SocketError.WouldBlock;
                if (connection.PendingBytes > 200_000)
                    await recorder.DrainedAsync();
            }

            while (connection.PendingBytes > 0)
                await recorder.DrainedAsync();
            connection.Close();
        });
        Assert.Equal(bytes, await reading);
        Assert.True(waited);
        Assert.Equal(Total, host.Loop.Counters.BytesSent);
        Assert.Equal(0, host.Loop.Counters.Connections);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_peer_that_ended_its_sending_side_still_gets_what_is_sent(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        Recorder recorder = new();
        Task<byte[]> reading = Task.Run(async () =>
        {
            using RawConnection connection = await peer.AcceptAsync();
            connection.Socket.Shutdown(SocketShutdown.Send);
            return await connection.ReadToEndAsync();
        });
        await host.RunAsync(async () =>
        {
            Connection connection = host.Loop.Connect(peer.EndPoint, ConnectionOptions.Default, recorder);
            await recorder.Ended.Task;
            for (int i = 0; i < 100; i++)
            {
                Assert.True(connection.Send(new byte[10_000]) is SocketError.Success or SocketError.WouldBlock);
                while (connection.PendingBytes > 0)
                    await recorder.DrainedAsync();
            }

            Assert.Equal(1, recorder.Ends);
            connection.Close();
        });
        Assert.Equal(1_000_000, (await reading).Length);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Close_is_a_FIN_and_a_reset_is_a_RST(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        foreach (bool reset in (bool[])[false, true])
        {
            Recorder recorder = new();
            Task<Exception?> reading = Task.Run<Exception?>(async () =>
            {
                using RawConnection connection = await peer.AcceptAsync();
                Exception? error = await Record.ExceptionAsync(connection.ReadToEndAsync);
                return error;
            });
            await host.RunAsync(async () =>
            {
                Connection connection = host.Loop.Connect(peer.EndPoint, ConnectionOptions.Default, recorder);
                await recorder.Connected.Task;
                connection.Close(reset);
                connection.Close(reset);
            });
            Assert.Equal(reset ? SocketError.ConnectionReset : null, (await reading as SocketException)?.SocketErrorCode);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_loop_that_ends_closes_its_connections_with_FIN(EngineKind engine)
    {
        using RawPeer peer = new();
        EventLoop loop = EventLoop.Create(engine, TimeProvider.System, "test");
        loop.Start();
        Recorder[] recorders = [.. Enumerable.Range(0, 20).Select(_ => new Recorder())];
        loop.Post(_ =>
        {
            foreach (Recorder recorder in recorders)
                loop.Connect(peer.EndPoint, ConnectionOptions.Default, recorder);
        }, null);
        List<RawConnection> accepted = [];
        foreach (Recorder recorder in recorders)
        {
            accepted.Add(await peer.AcceptAsync());
            await recorder.Connected.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }

        bool ran = false;
        loop.Post(_ => ran = true, null);
        loop.Dispose();
        Assert.True(ran);
        foreach (RawConnection connection in accepted)
        {
            Assert.Empty(await connection.ReadToEndAsync());
            connection.Dispose();
        }

        Assert.Equal(0, loop.Counters.Connections);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_paused_connection_reads_nothing_until_it_is_resumed(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        Recorder recorder = new();
        Task<RawConnection> accept = peer.AcceptAsync();
        await host.RunAsync(async () =>
        {
            Connection connection = host.Loop.Connect(peer.EndPoint, ConnectionOptions.Default, recorder);
            await recorder.Connected.Task;
            using RawConnection other = await accept;
            recorder.OnBytes = () => connection.PauseReceiving();
            for (int round = 1; round <= 20; round++)
            {
                // One read of what is there, then the pause holds, however often the loop turns.
                await other.SendAsync(new byte[100]);
                while (recorder.Received < round * 100)
                    await Task.Yield();
                await other.SendAsync(new byte[100_000]);
                for (int turn = 0; turn < 50; turn++)
                    await Task.Yield();
                Assert.Equal(round * 100, recorder.Received);
                recorder.OnBytes = null;
                connection.ResumeReceiving();
                while (recorder.Received < round * 100 + 100_000)
                    await Task.Yield();
                recorder.Received -= 100_000;
                recorder.OnBytes = () => connection.PauseReceiving();
                connection.ResumeReceiving();
            }

            connection.Close();
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_reset_is_told_while_paused_and_while_sending(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        foreach (bool paused in (bool[])[true, false])
        {
            Recorder recorder = new();
            Task<RawConnection> accept = peer.AcceptAsync();
            await host.RunAsync(async () =>
            {
                Connection connection = host.Loop.Connect(peer.EndPoint, ConnectionOptions.Default, recorder);
                await recorder.Connected.Task;
                RawConnection other = await accept;
                if (paused)
                {
                    connection.PauseReceiving();
                }
                else
                {
                    while (connection.Send(new byte[60_000]) == SocketError.Success)
                        continue;
                }

                other.Reset();

                // epoll tells at once; the runtime's sockets tell when they are read from again.
                if (paused && engine == EngineKind.Portable)
                    connection.ResumeReceiving();
                SocketError error = await recorder.Failed.Task;
                Assert.True(error is SocketError.ConnectionReset or SocketError.Shutdown, error.ToString());
                Assert.True(paused ? error == SocketError.ConnectionReset : connection.PendingBytes == 0);
                Assert.True(connection.IsClosed);
                Assert.Equal(SocketError.Shutdown, connection.Send(new byte[1]));
            });
        }

        Assert.Equal(0, host.Loop.Counters.Connections);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_pending_buffer_stays_small_when_little_waits_however_long(EngineKind engine)
    {
        using EventLoop loop = EventLoop.Create(engine, TimeProvider.System, "never started");
        LaggingConnection connection = new(loop);

        // The peer always lags one piece behind: 100 MB pass, 20 KB wait.
        for (int i = 0; i < 10_000; i++)
        {
            connection.Send(new byte[10_000]);
            if (i > 0)
                connection.Take(10_000);
        }

        Assert.Equal(10_000, connection.PendingBytes);
        Assert.InRange(connection.LargestBufferBytes, 10_000, 128 * 1024);
        await Task.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_handler_that_throws_does_not_end_its_listener(EngineKind engine)
    {
        EventLoop loop = EventLoop.Create(engine, TimeProvider.System, "server");
        loop.Start();
        Acceptor acceptor = new() { ThrowsAtFirst = true };
        IPEndPoint? endPoint = null;
        await loop.RunAsync(() =>
        {
            endPoint = loop.Listen(new(IPAddress.Loopback, 0), acceptor).LocalEndPoint;
            return Task.CompletedTask;
        });
        using Socket one = new(SocketType.Stream, ProtocolType.Tcp);
        await one.ConnectAsync(endPoint!);
        using Socket two = new(SocketType.Stream, ProtocolType.Tcp);
        await two.ConnectAsync(endPoint!);
        await acceptor.Second.Task.WaitAsync(TimeSpan.FromSeconds(30));
        loop.Dispose();
        Assert.Equal(1, loop.UnhandledExceptions);
    }

    private sealed class Acceptor : IListenerHandler
    {
        public bool ThrowsAtFirst;
        public readonly TaskCompletionSource Second = new(TaskCreationOptions.RunContinuationsAsynchronously);

        void IListenerHandler.OnAccepted(Connection connection)
        {
            if (ThrowsAtFirst)
            {
                ThrowsAtFirst = false;
                throw new InvalidOperationException("the first one");
            }

            Second.SetResult();
        }

        void IListenerHandler.OnAcceptFailed(SocketError error) => Second.SetException(new SocketException((int)error));
    }

    /// <summary>Hears a connection.</summary>
    private sealed class Recorder : IConnectionHandler
    {
        public readonly TaskCompletionSource Connected = new();
        public readonly TaskCompletionSource Ended = new();
        public readonly TaskCompletionSource<SocketError> Failed = new();
        private TaskCompletionSource _drained = new();

        public int Ends { get; private set; }

        public long Received { get; set; }

        public Action? OnBytes { get; set; }

        public Task DrainedAsync()
        {
            if (_drained.Task.IsCompleted)
                _drained = new TaskCompletionSource();
            return _drained.Task;
        }

        void IConnectionHandler.OnConnected() => Connected.SetResult();

        void IConnectionHandler.OnReceived(Memory<byte> bytes, long receivedAt)
        {
            Received += bytes.Length;
            OnBytes?.Invoke();
        }

        void IConnectionHandler.OnEnd()
        {
            Ends++;
            Ended.TrySetResult();
        }

        void IConnectionHandler.OnSendDrained() => _drained.TrySetResult();

        void IConnectionHandler.OnFailed(SocketError error) => Failed.SetResult(error);
    }
}
