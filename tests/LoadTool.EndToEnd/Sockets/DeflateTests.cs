using System.Text;
using LoadTool.EndToEnd.Programs;
using LoadTool.EndToEnd.Servers;
using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;
using Windows.Networking.Sockets;
using Windows.Storage.Streams;
using Buffer = Windows.Storage.Streams.Buffer;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>Compressed messages (RFC 7692) over real sockets: our own ends, ends no one here wrote, and one that says what the test wants.</summary>
public sealed class DeflateTests
{
    private static readonly int[] Sizes = [0, 1, 2, 125, 126, 1000, 65_535, 65_536, 70_000, 1_000_000];

    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    private static IEnumerable<DeflateOptions> AllOptions =>
        from clientForgets in (bool[])[false, true]
        from serverForgets in (bool[])[false, true]
        from clientBits in (int?[])[null, 8, 9, 12, 15]
        from serverBits in (int?[])[null, 8, 9, 12, 15]
        select new DeflateOptions(clientForgets, serverForgets, clientBits, serverBits);

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Messages_of_every_size_pass_both_ways_whatever_is_agreed_on(EngineKind engine)
    {
        foreach (DeflateOptions options in AllOptions)
        {
            using AnsweringServer server = await AnsweringServer.StartAsync(engine, _ => Echo(DeflateOptions.OfBrowsers));
            await server.OnClientAsync(() => AssertEchoesAsync(server.Uri, options));
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task What_the_server_asks_for_is_agreed_on_too(EngineKind engine)
    {
        foreach (DeflateOptions wanted in AllOptions)
        {
            using AnsweringServer server = await AnsweringServer.StartAsync(engine, _ => Echo(wanted));
            await server.OnClientAsync(async () =>
            {
                DeflateOptions agreed = await AssertEchoesAsync(server.Uri, DeflateOptions.OfBrowsers);
                Assert.Equal(wanted.ServerMaxWindowBits, agreed.ServerMaxWindowBits);
                Assert.Equal(wanted.ClientMaxWindowBits ?? 15, agreed.ClientMaxWindowBits);
                Assert.Equal((wanted.ClientNoContextTakeover, wanted.ServerNoContextTakeover), (agreed.ClientNoContextTakeover, agreed.ServerNoContextTakeover));
            });
        }
    }

    [FactWith(nameof(Programs.Program.Node))]
    public async Task Messages_of_every_size_pass_against_ws_of_npm_whatever_is_agreed_on()
    {
        await using EchoPeer server = await EchoPeer.StartAsync(Programs.Program.Node.Path("node"), "ws-deflate.js", await NodePackages.FolderAsync());
        await AssertEchoesAsync(
            server.Uri, "{}", "{\"frame\":1000}", "{\"serverNoContextTakeover\":true,\"clientNoContextTakeover\":true,\"frame\":60000}");
    }

    [FactWith(nameof(Programs.Program.PythonWebSockets))]
    public async Task Messages_of_every_size_pass_against_websockets_of_Python_whatever_is_agreed_on()
    {
        await using EchoPeer server = await EchoPeer.StartAsync(
            Programs.Program.PythonWebSockets.Path("/usr/bin/python3"), "websockets-deflate.py", Path.Combine(Repository.Root, "tests", "peers"));
        await AssertEchoesAsync(server.Uri, "{}", "{\"frame\":1000}", "{\"server_no_context_takeover\":true,\"client_no_context_takeover\":true,\"frame\":60000}");
    }

    [FactWith(nameof(Programs.Program.Node))]
    public async Task A_client_on_ws_of_npm_passes_messages_of_every_size_through_our_own_server()
    {
        foreach (EngineKind engine in (EngineKind[])[EngineKind.Epoll, EngineKind.Portable])
        {
            using AnsweringServer server = await AnsweringServer.StartAsync(engine, _ => Echo(DeflateOptions.OfBrowsers));
            (int exitCode, string output, string error) = await Programs.Program.RunAsync(
                Programs.Program.Node.Path("node"), ["ws-deflate-client.js", server.Uri.ToString()], await NodePackages.FolderAsync());
            Assert.Equal((0, "36 1152\n", ""), (exitCode, output, error));
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Compressed_messages_pass_inside_TLS(EngineKind engine)
    {
        await using KestrelEcho server = await KestrelEcho.StartAsync(TestCertificates.Instance.SelfSigned, compresses: true);
        using ClientHost host = new(engine);
        host.Loop.AcceptsAnyServerCertificate = true;
        await host.RunAsync(async () =>
        {
            DeflateOptions agreed = await AssertEchoesAsync(server.Uri, DeflateOptions.OfBrowsers, agreedBits: null);
            Assert.False(agreed.ServerNoContextTakeover);
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_server_that_does_not_know_the_extension_gets_plain_messages(EngineKind engine)
    {
        using AnsweringServer server = await AnsweringServer.StartAsync(engine, _ => Echo(null));
        await server.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new();
            socket.Control.Tuning.Deflate = DeflateOptions.OfBrowsers;
            await socket.ConnectAsync(server.Uri);
            Assert.Null(socket.Information.Compression);
            await socket.SendAsync("plain");
            Assert.Equal("plain", (await socket.ReceiveAsync()).ReadString());
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public Task What_the_server_answers_is_judged_strictly(EngineKind engine) => WithPeerAsync(engine, async peer =>
    {
        foreach (string answer in (string[])["permessage-deflate; server_max_window_bits=16", "permessage-deflate, permessage-deflate", "permessage-foo"])
        {
            using MessageWebSocket socket = new();
            socket.Control.Tuning.Deflate = new DeflateOptions();
            Task<RawConnection> accept = Task.Run(() => AcceptAsync(peer, answer));
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(peer.Uri));
            Assert.Equal(ConnectionPhase.Upgrade, error.Cause.Phase);
            (await accept).Dispose();
        }
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task RSV1_marks_a_message_s_first_frame_and_a_message_may_go_plain_at_any_time(EngineKind engine) => WithPeerAsync(engine, async peer =>
    {
        (MessageWebSocket socket, RawConnection connection) = await ConnectAsync(peer, "permessage-deflate");
        using (socket)
        using (connection)
        {
            using DeflatePool pool = new();
            using MessageInflater inflater = new(pool, 15, keepsContext: true, maxMessageBytes: 100);
            socket.Control.MessageType = SocketMessageType.Utf8;
            await socket.SendAsync("Hello");
            string first = await FrameAsync(connection);
            Assert.Equal(("C1", "Hello"), (first[..2], Inflate(inflater, first)));
            socket.Control.Tuning.CompressesMessages = false;
            await socket.SendAsync("Hello");
            Assert.Equal("81 48656C6C6F", await FrameAsync(connection));
            socket.Control.Tuning.CompressesMessages = true;
            await socket.SendAsync("Hello");
            string again = await FrameAsync(connection);
            Assert.Equal(("C1", "Hello"), (again[..2], Inflate(inflater, again)));

            // The context was referred to (RFC 7692, section 7.2.3.2).
            Assert.True(again.Length < first.Length);

            // Decided with the first frame.
            await socket.SendNonfinalFrameAsync("He"u8.ToArray().AsBuffer());
            socket.Control.Tuning.CompressesMessages = false;
            await socket.SendFinalFrameAsync("llo"u8.ToArray().AsBuffer());
            string begin = await FrameAsync(connection), end = await FrameAsync(connection);
            Assert.Equal(("41", "80", "Hello"), (begin[..2], end[..2], Inflate(inflater, begin + end[3..])));
        }
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task What_breaks_the_extension_fails_the_receive_and_is_told_by_its_close_code(EngineKind engine)
    {
        (string Name, byte[] Bytes, int Code)[] violations =
        [
            ("RSV1 on a continuation", [0x41, 0, 0xC0, 0], 1002),
            ("RSV1 on a ping", [0xC9, 0], 1002),
            ("RSV2", [0xA1, 0], 1002),
            ("no DEFLATE", [0xC2, 3, 0xFF, 0xFF, 0xFF], 1007),
            ("a block cut off", [0xC1, 3, 0xF2, 0x48, 0xCD], 1007),
            ("text not UTF-8", [0xC1, .. Compressed([0xFF])], 1007),
            ("text that ends inside a character", [0xC1, .. Compressed([0xC3])], 1007),
            ("larger than MaxMessageSize", [0xC2, .. Compressed(new byte[101])], 1009),
        ];
        foreach ((string name, byte[] bytes, int code) in violations)
        {
            await WithPeerAsync(engine, async peer =>
            {
                (MessageWebSocket socket, RawConnection connection) = await ConnectAsync(peer, "permessage-deflate", made => made.Control.MaxMessageSize = 100);
                using (socket)
                using (connection)
                {
                    await connection.SendAsync((byte[])[0xC2, .. Compressed(new byte[100]), .. bytes]);
                    Assert.Equal(100, (await socket.ReceiveAsync()).Length);
                    WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(async () => await socket.ReceiveAsync());
                    Assert.True(error.Cause.CloseCode == code, $"{name}: {error.Message}");
                    (int opcode, _, byte[] payload) = await connection.ReadFrameAsync();
                    Assert.Equal((8, code), (opcode, payload[0] << 8 | payload[1]));
                }
            });
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_message_is_inflated_up_to_MaxInflatedBytes_and_no_further(EngineKind engine)
    {
        byte[] bomb = Compressed(new byte[50_000_000]);
        Assert.InRange(bomb.Length, 1, 1_000_000);
        foreach (bool inPieces in (bool[])[false, true])
        {
            await WithPeerAsync(engine, async peer =>
            {
                TaskCompletionSource<Exception> told = new();
                (MessageWebSocket socket, RawConnection connection) = await ConnectAsync(peer, "permessage-deflate", made =>
                {
                    made.Control.Tuning.MaxInflatedBytes = 1_000_000;
                    if (!inPieces)
                        return;
                    made.Control.ReceiveMode = MessageWebSocketReceiveMode.PartialMessage;
                    made.MessageReceived += (_, args) =>
                    {
                        if (Record.Exception(args.GetDataReader) is { } failure)
                            told.SetResult(failure);
                    };
                });
                using (socket)
                using (connection)
                {
                    Task sending = Task.Run(() => connection.SendAsync((byte[])[0xC2, .. bomb]));
                    Exception failure = inPieces ? await told.Task : (await Record.ExceptionAsync(async () => await socket.ReceiveAsync()))!;
                    WebSocketTransportException error = Assert.IsType<WebSocketTransportException>(failure);
                    Assert.Equal(((ushort?)1009, "message too big"), (error.Cause.CloseCode, error.Cause.ToString()));
                    Assert.Equal(HResults.MessageTooBig, error.HResult);
                    Assert.InRange(socket.Information.Compression!.Value.ReceivedPlainBytes, 1, 1_000_001);
                    await Record.ExceptionAsync(() => sending);
                }
            });
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_stream_socket_and_partial_messages_get_what_was_inflated(EngineKind engine)
    {
        byte[] json = Json(300_000);
        using AnsweringServer server = await AnsweringServer.StartAsync(engine, _ => Echo(DeflateOptions.OfBrowsers));
        await server.OnClientAsync(async () =>
        {
            using StreamWebSocket stream = new();
            stream.Control.Tuning.Deflate = DeflateOptions.OfBrowsers;
            await stream.ConnectAsync(server.Uri);
            for (int round = 0; round < 3; round++)
            {
                await stream.OutputStream.WriteAsync(json.AsBuffer());
                Buffer read = new((uint)json.Length);
                await stream.InputStream.ReadAsync(read, read.Capacity, InputStreamOptions.None);
                Assert.True(((IBuffer)read).ToArray().AsSpan().SequenceEqual(json));
            }

            Assert.Equal(3 * json.Length, stream.Information.Compression!.Value.ReceivedPlainBytes);

            using MessageWebSocket pieces = new();
            pieces.Control.Tuning.Deflate = DeflateOptions.OfBrowsers;
            pieces.Control.ReceiveMode = MessageWebSocketReceiveMode.PartialMessage;
            Mailbox mailbox = new(pieces);
            await pieces.ConnectAsync(server.Uri);
            for (int round = 0; round < 3; round++)
            {
                await pieces.SendAsync(json);
                using MemoryStream all = new();
                for (bool isComplete = false; !isComplete;)
                {
                    MessageWebSocketMessageReceivedEventArgs args = await mailbox.NextAsync();
                    all.Write(Mailbox.Bytes(args));
                    isComplete = args.IsMessageComplete;
                }

                Assert.True(all.ToArray().AsSpan().SequenceEqual(json));
            }
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_figures_tell_what_compression_brought_on_the_socket_and_on_the_loop(EngineKind engine)
    {
        byte[] json = Json(10_000);
        using AnsweringServer server = await AnsweringServer.StartAsync(engine, _ => Echo(DeflateOptions.OfBrowsers));
        await server.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new();
            socket.Control.Tuning.Deflate = DeflateOptions.OfBrowsers;
            await socket.ConnectAsync(server.Uri);
            CompressionFigures none = socket.Information.Compression!.Value;
            Assert.Null(none.SentRatio);
            for (int i = 0; i < 10; i++)
            {
                await socket.SendAsync(json);
                await socket.ReceiveAsync();
            }

            CompressionFigures figures = socket.Information.Compression!.Value;
            LoopCounters counters = server.ClientLoop.Counters;
            Assert.Equal((100_000, 100_000), (figures.SentPlainBytes, figures.ReceivedPlainBytes));
            Assert.InRange(figures.SentRatio!.Value, 4, 1000);
            Assert.InRange(figures.ReceivedRatio!.Value, 4, 1000);
            Assert.True(figures.DeflateNanoseconds > 0 && figures.InflateNanoseconds > 0);
            Assert.Equal(
                (figures.SentPlainBytes, figures.SentCompressedBytes, figures.ReceivedPlainBytes, figures.ReceivedCompressedBytes, figures.DeflateNanoseconds, figures.InflateNanoseconds),
                (counters.SentPlainBytes, counters.SentCompressedBytes, counters.ReceivedPlainBytes, counters.ReceivedCompressedBytes, counters.DeflateNanoseconds, counters.InflateNanoseconds));
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_compressed_echo_round_trip_allocates_nothing_on_its_loop(EngineKind engine)
    {
        foreach (bool forgets in (bool[])[false, true])
        {
            using AnsweringServer server = await AnsweringServer.StartAsync(engine, _ => Echo(DeflateOptions.OfBrowsers));
            long least = long.MaxValue;
            await server.OnClientAsync(async () =>
            {
                using MessageWebSocket socket = new();
                socket.Control.Tuning.Deflate = new DeflateOptions(forgets, forgets);
                await socket.ConnectAsync(server.Uri);
                byte[] json = Json(2000);
                for (int round = 0; round < 5; round++)
                {
                    long before = GC.GetAllocatedBytesForCurrentThread();
                    for (int i = 0; i < 500; i++)
                    {
                        await socket.SendAsync(json);
                        await socket.ReceiveAsync();
                    }

                    least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
                }
            });
            Assert.Equal(0, least);
        }
    }

    [Fact]
    public void What_cannot_be_offered_is_refused_when_it_is_set()
    {
        using MessageWebSocket socket = new();
        Assert.Throws<ArgumentException>(() => socket.Control.Tuning.Deflate = new DeflateOptions(ClientMaxWindowBits: 7));
        Assert.Throws<ArgumentException>(() => socket.Control.Tuning.Deflate = new DeflateOptions(ServerMaxWindowBits: 16));
        Assert.Throws<ArgumentException>(() => socket.Control.Tuning.MaxInflatedBytes = -1);
        Assert.Null(socket.Control.Tuning.Deflate);
    }

    private static ServerAnswer Echo(DeflateOptions? deflate) => ServerAnswer.Accept(EchoBehaviour.Instance) with { Deflate = deflate };

    /// <summary>All that a client can offer, against a server that takes its own options from the query; engines and the server's options take turns.</summary>
    private static async Task AssertEchoesAsync(Uri server, params string[] queries)
    {
        using ClientHost epoll = new(EngineKind.Epoll), portable = new(EngineKind.Portable);

        // Zlib makes no raw window of 8 bits, so a server that uses it cannot promise one.
        foreach ((int index, DeflateOptions options) in AllOptions.Where(options => options.ServerMaxWindowBits != 8).Index())
        {
            Uri uri = new(server, "/?" + Uri.EscapeDataString(queries[index % queries.Length]));
            await (index % 2 == 0 ? epoll : portable).RunAsync(() => AssertEchoesAsync(uri, options, agreedBits: null));
        }
    }

    private static async Task<DeflateOptions> AssertEchoesAsync(Uri uri, DeflateOptions offer, int? agreedBits = 15)
    {
        using MessageWebSocket socket = new();
        socket.Control.Tuning.Deflate = offer;
        await socket.ConnectAsync(uri);
        CompressionFigures? before = socket.Information.Compression;
        Assert.NotNull(before);
        if (agreedBits is not null && offer.ServerMaxWindowBits is not null)
            Assert.Equal(offer.ServerMaxWindowBits, before.Value.Agreed.ServerMaxWindowBits);
        long plain = 0;
        foreach (int size in Sizes)
        {
            byte[] json = Json(size), noise = new byte[size];
            new Random(size).NextBytes(noise);
            foreach ((SocketMessageType type, byte[] payload) in ((SocketMessageType, byte[])[])[(SocketMessageType.Utf8, json), (SocketMessageType.Binary, noise)])
            {
                socket.Control.MessageType = type;
                await socket.SendAsync(payload);
                ReceivedMessage message = await socket.ReceiveAsync();
                Assert.True(type == message.MessageType && message.Span.SequenceEqual(payload), $"{offer}: {size} bytes of {type}");
                plain += size;
            }
        }

        CompressionFigures figures = socket.Information.Compression!.Value;
        Assert.Equal((plain, plain), (figures.SentPlainBytes, figures.ReceivedPlainBytes));
        return figures.Agreed;
    }

    private static async Task WithPeerAsync(EngineKind engine, Func<RawPeer, Task> work)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        await host.RunAsync(() => work(peer));
    }

    private static async Task<(MessageWebSocket Socket, RawConnection Connection)> ConnectAsync(RawPeer peer, string answer, Action<MessageWebSocket>? prepare = null)
    {
        MessageWebSocket socket = new();
        socket.Control.Tuning.Deflate = new DeflateOptions();
        prepare?.Invoke(socket);
        Task<RawConnection> accept = Task.Run(() => AcceptAsync(peer, answer));
        await socket.ConnectAsync(peer.Uri);
        return (socket, await accept);
    }

    private static async Task<RawConnection> AcceptAsync(RawPeer peer, string extensions)
    {
        RawConnection connection = await peer.AcceptAsync();
        string request = await connection.ReadHeadAsync();
        Assert.Contains("\r\nSec-WebSocket-Extensions: permessage-deflate\r\n", request);
        string answer = Encoding.ASCII.GetString(RawPeer.Answer(request));
        await connection.SendAsync(Encoding.ASCII.GetBytes($"{answer[..^2]}Sec-WebSocket-Extensions: {extensions}\r\n\r\n"));
        return connection;
    }

    /// <summary>The next frame's first byte and unmasked payload.</summary>
    private static async Task<string> FrameAsync(RawConnection connection)
    {
        byte[] start = await connection.ReadAsync(2);
        Assert.InRange(start[1] & 0x7F, 0, 125);
        byte[] key = await connection.ReadAsync(4);
        byte[] payload = await connection.ReadAsync(start[1] & 0x7F);
        for (int i = 0; i < payload.Length; i++)
            payload[i] ^= key[i & 3];
        return $"{start[0]:X2} {Convert.ToHexString(payload)}";
    }

    private static string Inflate(MessageInflater inflater, string frame)
    {
        byte[]? plain = null;
        int length = 0;
        Assert.True(inflater.TryAppend(Convert.FromHexString(frame[3..]), endsMessage: true, isText: true, ref plain, ref length));
        return Encoding.UTF8.GetString(plain!, 0, length);
    }

    /// <summary>Length and payload of a server's compressed frame.</summary>
    private static byte[] Compressed(byte[] plain)
    {
        using DeflatePool pool = new();
        using MessageDeflater deflater = new(pool, 15, keepsContext: false);
        byte[] room = new byte[plain.Length + 100];
        ReadOnlySpan<byte> source = plain;
        int written = deflater.Deflate(ref source, room, endsMessage: true, out bool isDone);
        Assert.True(isDone);
        return RawPeer.Frame(0, room[..written])[1..];
    }

    private static byte[] Json(int bytes)
    {
        StringBuilder text = new();
        for (int id = 0; text.Length < bytes; id++)
            text.Append($"{{\"id\":{id},\"name\":\"user {id % 17}\",\"active\":true}},");
        return Encoding.ASCII.GetBytes(text.ToString(0, bytes));
    }
}
