using System.Text;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Storage.Streams;
using Windows.Web;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>Receiving through MessageReceived. Numbers are those of the behaviours to prove.</summary>
public sealed class MessageReceivedTests
{
    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviours_076_077_081_095_A_message_has_its_type_is_loaded_and_outlives_its_event(EngineKind engine) =>
        WithMailboxAsync(engine, _ => { }, async (_, connection, mailbox) =>
        {
            await connection.SendAsync(RawPeer.Text("Très bien"));
            await connection.SendAsync(RawPeer.Frame(2, [0, 255]));
            MessageWebSocketMessageReceivedEventArgs text = await mailbox.NextAsync();
            MessageWebSocketMessageReceivedEventArgs binary = await mailbox.NextAsync();
            Assert.Equal((SocketMessageType.Binary, true), (binary.MessageType, binary.IsMessageComplete));
            Assert.Equal([0, 255], Mailbox.Bytes(binary));
            Assert.Equal((SocketMessageType.Utf8, true), (text.MessageType, text.IsMessageComplete));
            Assert.Equal("Très bien", Mailbox.Text(text));
            Assert.Equal("Très bien", Mailbox.Text(text));
            using IInputStream stream = text.GetDataStream();
            using DataReader reader = new(stream);
            Assert.Equal(10u, await reader.LoadAsync(100));
            Assert.Equal("Très bien", reader.ReadString(10));
        });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviours_079_080_An_empty_message_has_an_empty_reader_and_an_ended_stream(EngineKind engine) =>
        WithMailboxAsync(engine, _ => { }, async (_, connection, mailbox) =>
        {
            await connection.SendAsync(RawPeer.Text(""));
            MessageWebSocketMessageReceivedEventArgs message = await mailbox.NextAsync();
            Assert.Equal(0u, message.GetDataReader().UnconsumedBufferLength);
            Assert.Equal(0u, (await message.GetDataStream().ReadAsync(new Windows.Storage.Streams.Buffer(10), 10, InputStreamOptions.None)).Length);
        });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviour_082_A_message_in_fragments_is_one_event(EngineKind engine) => WithMailboxAsync(engine, _ => { }, async (_, connection, mailbox) =>
    {
        byte[] fragments = [.. RawPeer.Text("one, ", isFinal: false), .. RawPeer.Frame(0, "two, "u8.ToArray(), isFinal: false), .. RawPeer.Frame(0, "three"u8.ToArray())];
        await connection.SendAsync([.. fragments, .. RawPeer.Text("next")], Enumerable.Repeat(1, fragments.Length).Append(6));
        MessageWebSocketMessageReceivedEventArgs message = await mailbox.NextAsync();
        Assert.True(message.IsMessageComplete);
        Assert.Equal("one, two, three", Mailbox.Text(message));
        Assert.Equal("next", Mailbox.Text(await mailbox.NextAsync()));
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviours_083_084_Partial_mode_tells_pieces_that_add_up_whatever_way_they_are_cut(EngineKind engine) =>
        WithMailboxAsync(engine, socket => socket.Control.ReceiveMode = MessageWebSocketReceiveMode.PartialMessage, async (_, connection, mailbox) =>
        {
            const string Text = "Très 漢字 🙂 ";
            byte[] whole = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Text, 5)));
            byte[][] wires =
            [
                RawPeer.Frame(1, whole),
                [.. RawPeer.Frame(1, whole[..8], isFinal: false), .. RawPeer.Frame(9, [1, 2]), .. RawPeer.Frame(0, whole[8..])],
                [.. RawPeer.Frame(1, whole, isFinal: false), .. RawPeer.Frame(0, [])],
            ];
            foreach (byte[] wire in wires)
            {
                foreach (int cut in (int[])[0, 1, 7, 9, 20, wire.Length - 1])
                {
                    await connection.SendAsync(wire, [cut, wire.Length - cut]);
                    List<byte> pieces = [];
                    MessageWebSocketMessageReceivedEventArgs piece;
                    do
                    {
                        piece = await mailbox.NextAsync();
                        Assert.Equal(SocketMessageType.Utf8, piece.MessageType);
                        pieces.AddRange(Mailbox.Bytes(piece));
                        Assert.True(pieces.Count == whole.Length || !piece.IsMessageComplete);
                    }
                    while (!piece.IsMessageComplete);
                    Assert.Equal(whole, pieces);
                    Assert.True(mailbox.IsEmpty);
                }
            }
        });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviour_083_In_partial_mode_each_fragment_is_told_as_it_comes(EngineKind engine) =>
        WithMailboxAsync(engine, socket => socket.Control.ReceiveMode = MessageWebSocketReceiveMode.PartialMessage, async (_, connection, mailbox) =>
        {
            foreach ((int opcode, bool isFinal) in ((int, bool)[])[(2, false), (0, false), (0, true), (2, true)])
            {
                await connection.SendAsync(RawPeer.Frame(opcode, [7], isFinal));
                MessageWebSocketMessageReceivedEventArgs piece = await mailbox.NextAsync();
                Assert.Equal((SocketMessageType.Binary, isFinal), (piece.MessageType, piece.IsMessageComplete));
                Assert.Equal([7], Mailbox.Bytes(piece));
            }

            Assert.Equal(2, EventLoop.Current!.Counters.MessagesReceived);
        });

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviours_087_088_An_oversize_message_is_an_event_that_throws_and_the_end_of_the_socket(EngineKind engine)
    {
        foreach (MessageWebSocketReceiveMode mode in Enum.GetValues<MessageWebSocketReceiveMode>())
        {
            void Prepare(MessageWebSocket socket)
            {
                socket.Control.ReceiveMode = mode;
                socket.Control.MaxMessageSize = 10;
            }

            await WithMailboxAsync(engine, Prepare, async (socket, connection, mailbox) =>
            {
                await connection.SendAsync(RawPeer.Frame(2, new byte[10]));
                Assert.Equal(10, Mailbox.Bytes(await mailbox.NextAsync()).Length);
                await connection.SendAsync((byte[])[.. RawPeer.Frame(2, new byte[6], isFinal: false), .. RawPeer.Frame(0, new byte[5])]);
                MessageWebSocketMessageReceivedEventArgs message = await mailbox.NextAsync();
                if (mode == MessageWebSocketReceiveMode.PartialMessage)
                {
                    Assert.Equal(6, Mailbox.Bytes(message).Length);
                    message = await mailbox.NextAsync();
                }

                Assert.Equal(HResults.MessageTooBig, Assert.Throws<WebSocketTransportException>(message.GetDataReader).HResult);
                Assert.Equal(HResults.MessageTooBig, Assert.Throws<WebSocketTransportException>(message.GetDataStream).HResult);
                Assert.Equal((8, true, 1009), await CloseCodeAsync(connection));
                Assert.Equal(HResults.MessageTooBig, (await Assert.ThrowsAsync<WebSocketTransportException>(async () => await socket.SendAsync("x"))).HResult);
                Assert.Equal(HResults.IllegalMethodCall, (await Assert.ThrowsAsync<InvalidOperationException>(() => socket.ConnectAsync(new("ws://localhost/")))).HResult);
            });
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Behaviours_089_090_A_lost_connection_is_an_event_whose_getters_both_throw(EngineKind engine)
    {
        foreach (bool reset in (bool[])[true, false])
        {
            await WithMailboxAsync(engine, _ => { }, async (socket, connection, mailbox) =>
            {
                bool isClosed = false;
                socket.Closed += (_, _) => isClosed = true;
                if (reset)
                    connection.Reset();
                else
                    connection.Dispose();
                MessageWebSocketMessageReceivedEventArgs message = await mailbox.NextAsync();
                foreach (Func<object> getter in (Func<object>[])[message.GetDataReader, message.GetDataStream])
                {
                    WebSocketTransportException error = Assert.Throws<WebSocketTransportException>(getter);
                    Assert.Equal(WebErrorStatus.ConnectionAborted, WebSocketError.GetStatus(error.GetBaseException().HResult));
                }

                socket.Dispose();
                Assert.False(isClosed);
            });
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public Task Behaviour_120_Nothing_is_told_after_a_Close_though_the_server_goes_on(EngineKind engine) =>
        WithMailboxAsync(engine, _ => { }, async (socket, connection, mailbox) =>
        {
            TaskCompletionSource closed = new();
            socket.Closed += (_, _) => closed.SetResult();
            socket.Close(1000, "");
            await connection.SendAsync((byte[])[.. RawPeer.Text("late"), .. RawPeer.Text("later"), .. RawPeer.Close(1000)]);
            await closed.Task;
            Assert.True(mailbox.IsEmpty);
        });

    private static Task WithMailboxAsync(
        EngineKind engine, Action<MessageWebSocket> prepare, Func<MessageWebSocket, RawConnection, Mailbox, Task> work)
    {
        Mailbox? mailbox = null;
        return OpenSocket.MessageAsync(
            engine,
            socket =>
            {
                prepare(socket);
                mailbox = new Mailbox(socket);
            },
            (socket, connection) => work(socket, connection, mailbox!));
    }

    private static async Task<(int Opcode, bool IsFinal, int Code)> CloseCodeAsync(RawConnection connection)
    {
        (int opcode, bool isFinal, byte[] payload) = await connection.ReadFrameAsync();
        return (opcode, isFinal, payload[0] << 8 | payload[1]);
    }
}
