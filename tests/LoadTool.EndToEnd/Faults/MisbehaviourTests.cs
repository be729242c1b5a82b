using System.Text;
using System.Threading.Channels;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Storage.Streams;

namespace LoadTool.EndToEnd.Faults;

/// <summary>Every fault of a server in a table, on both engines and all kinds of sockets: none hangs, crashes or fools the client.</summary>
public sealed class MisbehaviourTests
{
    /// <summary>Far above what a case needs, far below what an unbounded one would take.</summary>
    private const long MaxAllocatedBytes = 24 << 20;

    private const uint MaxMessageBytes = 1 << 20;

    private static readonly byte[] Much = new byte[64 << 20];

    private static readonly Misbehaviour[] Table =
        [.. HandshakeFaults.Table, .. FrameFaults.Table, .. TextFaults.Table, .. FloodFaults.Table, .. DeflateFaults.Table, .. CloseFaults.Table, .. TransportFaults.Table, .. TlsFaults.Table];

    public static TheoryData<EngineKind, SocketKind, string> Cases()
    {
        TheoryData<EngineKind, SocketKind, string> cases = [];
        foreach (EngineKind engine in RawPeer.Engines)
        {
            foreach (Misbehaviour fault in Table)
            {
                foreach (SocketKind kind in fault.Kinds)
                    cases.Add(engine, kind, fault.Name);
            }
        }

        return cases;
    }

    [Fact]
    public void The_table_holds_more_than_a_hundred_faults_each_once()
    {
        Assert.Equal(Table.Length, Table.Select(fault => fault.Name).Distinct().Count());
        Assert.True(Table.Length >= 100);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_misbehaving_server_is_told_apart_and_left_behind(EngineKind engine, SocketKind kind, string name)
    {
        Misbehaviour fault = Table.Single(fault => fault.Name == name);
        ManualClock clock = new();
        using ClientHost host = new(engine, clock);
        using RawPeer peer = new();
        Task<Attack> serving = Task.Run(() => ServeAsync(fault, peer, host, clock));
        await host.RunAsync(async () =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            using WebSocketBase socket = kind == SocketKind.Stream ? new StreamWebSocket() : new MessageWebSocket();
            await new Client(socket, fault, kind).RunAsync(new Uri($"{(fault.IsSecure ? "wss" : "ws")}://{peer.EndPoint}/"));

            // Not disposed yet: what has ended lets go by itself.
            while (host.Loop.Counters.Connections > 0)
                await Task.Yield();
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaxAllocatedBytes);
        });
        using Attack attack = await serving.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(fault.IsHarmless ? 1000 : fault.CloseSent, attack.Wire.CloseCode);
        Assert.True(fault.End is null || fault.End == attack.End, $"The client ended TCP by {attack.End}.");
        Assert.False(peer.HasWaiting, "One ConnectAsync makes one TCP connection.");
    }

    private static async Task<Attack> ServeAsync(Misbehaviour fault, RawPeer peer, ClientHost host, ManualClock clock)
    {
        Attack attack = new(await peer.AcceptAsync(), host, clock);
        try
        {
            await fault.Serve(attack);
            await attack.StartReading(answersClose: fault.IsHarmless);
            return attack;
        }
        catch (Exception)
        {
            // The client is not to wait for a script that failed.
            attack.Dispose();
            throw;
        }
    }

    /// <summary>The victim, and what it must see.</summary>
    private sealed class Client(WebSocketBase socket, Misbehaviour fault, SocketKind kind)
    {
        private readonly Channel<MessageWebSocketMessageReceivedEventArgs?> _events = Channel.CreateUnbounded<MessageWebSocketMessageReceivedEventArgs?>();
        private readonly TaskCompletionSource<WebSocketClosedEventArgs> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly StringBuilder _received = new();

        public async Task RunAsync(Uri uri)
        {
            Prepare();
            Task<uint>? sending = null;
            Exception? failure = await Record.ExceptionAsync(async () =>
            {
                await socket.ConnectAsync(uri);
                if (fault.Act == ClientAct.Closes)
                    socket.Close(1000, "");
                else if (fault.Act == ClientAct.SendsMuch)
                    sending = socket.OutputStream.WriteAsync(Much.AsBuffer());
                await ReceiveAsync();
            });
            if (sending is not null)
                Assert.IsType<WebSocketTransportException>(await Record.ExceptionAsync(() => sending));
            await AssertEndAsync(failure);
        }

        private void Prepare()
        {
            socket.TrustedRoots = TestCertificates.Instance.Trusted;
            Tuning.Deflate = fault.Deflate;
            if ((fault.MaxInflatedBytes ?? (kind == SocketKind.Stream ? MaxMessageBytes : null)) is { } limit)
                Tuning.MaxInflatedBytes = limit;
            socket.Closed += (_, args) =>
            {
                _closed.SetResult(args);
                _events.Writer.TryWrite(null);
            };
            if (socket is StreamWebSocket stream)
            {
                foreach (string offer in fault.Offers)
                    stream.Control.SupportedProtocols.Add(offer);
                return;
            }

            MessageWebSocket message = (MessageWebSocket)socket;
            foreach (string offer in fault.Offers)
                message.Control.SupportedProtocols.Add(offer);
            message.Control.MaxMessageSize = MaxMessageBytes;
            if (kind == SocketKind.Event)
                message.MessageReceived += (_, args) => _events.Writer.TryWrite(args);
        }

        private WebSocketTuning Tuning => socket is StreamWebSocket stream ? stream.Control.Tuning : ((MessageWebSocket)socket).Control.Tuning;

        private async Task ReceiveAsync()
        {
            while (await NextAsync() is { } bytes)
            {
                _received.Append(Encoding.Latin1.GetString(bytes));
                if (fault.IsHarmless && Ends(_received, "fine"))
                {
                    socket.Close(1000, "");
                    await _closed.Task;
                    return;
                }
            }
        }

        /// <summary>Much may have been received, of which no copy is made each time.</summary>
        private static bool Ends(StringBuilder text, string end) => text.Length >= end.Length && text.ToString(text.Length - end.Length, end.Length) == end;

        /// <summary>The next message or the next part of a stream; null once the socket was closed in order.</summary>
        private async Task<byte[]?> NextAsync()
        {
            if (kind == SocketKind.Event)
            {
                MessageWebSocketMessageReceivedEventArgs? args = await _events.Reader.ReadAsync();
                return args is null ? null : Mailbox.Bytes(args);
            }

            try
            {
                if (socket is MessageWebSocket message)
                    return (await message.ReceiveAsync()).ToArray();
                IBuffer read = await ((StreamWebSocket)socket).InputStream.ReadAsync(new Windows.Storage.Streams.Buffer(4096), 4096, InputStreamOptions.Partial);
                return read.Length == 0 ? null : read.ToArray();
            }
            catch (WebSocketTransportException end) when (end.HResult == HResults.OperationAborted || end.Cause is { CloseCode: not null, Detail: null })
            {
                return null;
            }
            catch (ObjectDisposedException) when (fault.Act == ClientAct.Closes)
            {
                // A stream that was closed here before the read began.
                return null;
            }
        }

        private async Task AssertEndAsync(Exception? failure)
        {
            if (fault.Failure is { } expected)
            {
                WebSocketTransportException error = Assert.IsType<WebSocketTransportException>(failure);
                Assert.Equal(expected.For(kind), new Failure(error.Status, error.HResult, error.Cause.Phase));
                Assert.Equal(error.HResult, error.GetBaseException().HResult);
            }
            else
            {
                Assert.Null(failure);
            }

            if (fault.Closed is { } closed)
                Assert.Equal(closed, ((await _closed.Task).Code, (await _closed.Task).Reason));
            else
                Assert.Equal(fault.IsHarmless, _closed.Task.IsCompleted);
            string received = _received.ToString();
            if (kind == SocketKind.Stream)
                Assert.StartsWith(fault.Received, received, StringComparison.Ordinal);
            else
                Assert.Equal(fault.IsHarmless ? fault.Received + "fine" : fault.Received, received);
            Assert.Equal(0, socket.UnhandledHandlerExceptions);
        }
    }
}
