using System.Text;
using LoadTool.EndToEnd.Programs;
using LoadTool.EndToEnd.Servers;
using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;
using Windows.Networking.Sockets;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>Deliberate breaches of the protocol: what is on the wire, and what servers make of it.</summary>
public sealed class FaultTests
{
    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    private static (WebSocketFault Fault, int Code)[] Codes =>
    [
        (WebSocketFault.InvalidUtf8, 1007),
        (WebSocketFault.TruncatedUtf8, 1007),
        (WebSocketFault.UnmaskedFrame, 1002),
        (WebSocketFault.ReservedOpcode, 1002),
        (WebSocketFault.ReservedControlOpcode, 1002),
        (WebSocketFault.ReservedBit, 1002),
        (WebSocketFault.OversizeControlFrame, 1002),
        (WebSocketFault.FragmentedControlFrame, 1002),
        (WebSocketFault.ContinuationWithoutStart, 1002),
        (WebSocketFault.MessageInsideMessage, 1002),
        (WebSocketFault.LongFormLength, 1002),
        (WebSocketFault.OversizeLength, 1002),
        (WebSocketFault.InvalidCloseCode, 1002),
        (WebSocketFault.HalfCloseCode, 1002),
        (WebSocketFault.InvalidCloseReason, 1007),
    ];

    [Theory]
    [MemberData(nameof(Engines))]
    public Task A_fault_puts_exactly_its_bytes_on_the_wire_and_messages_go_on(EngineKind engine) => OpenSocket.MessageAsync(engine, async (socket, connection) =>
    {
        socket.Control.Tuning.FragmentBytes = 3;
        foreach (WebSocketFault fault in Enum.GetValues<WebSocketFault>())
        {
            foreach (bool fromOutside in (bool[])[false, true])
            {
                await (fromOutside ? Task.Run(() => socket.SendFaultAsync(fault)) : socket.SendFaultAsync(fault));
                byte[] expected = FaultBytes.Of(fault);
                Assert.Equal(expected, await connection.ReadAsync(expected.Length));
                await socket.SendAsync("ok");
                (int opcode, bool isFinal, byte[] payload) = await connection.ReadFrameAsync();
                Assert.Equal((1, true, "ok"), (opcode, isFinal, Encoding.ASCII.GetString(payload)));
            }
        }
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public Task A_fault_waits_for_the_messages_before_it(EngineKind engine) => OpenSocket.MessageAsync(engine, async (socket, connection) =>
    {
        Task sending = socket.SendAsync(new byte[20_000_000]).AsTask(), fault = socket.SendFaultAsync(WebSocketFault.ReservedBit);
        Assert.False(fault.IsCompleted);
        Assert.Equal(20_000_000, (await Task.Run(() => connection.ReadFrameAsync())).Payload.Length);
        byte[] expected = FaultBytes.Of(WebSocketFault.ReservedBit);
        Assert.Equal(expected, await connection.ReadAsync(expected.Length));
        await Task.WhenAll(sending, fault);
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Our_own_server_answers_each_fault_with_its_close_code(EngineKind engine)
    {
        using AnsweringServer server = await AnsweringServer.StartAsync(engine, _ => ServerAnswer.Accept(EchoBehaviour.Instance));
        foreach ((WebSocketFault fault, int code) in Codes)
            await server.OnClientAsync(() => AssertClosedAsync(server.Uri, fault, code));
    }

    [FactWith(nameof(Programs.Program.Node))]
    public async Task Ws_of_npm_answers_each_fault_with_its_close_code()
    {
        await using EchoPeer server = await EchoPeer.StartAsync(Programs.Program.Node.Path("node"), "ws-echo.js", await NodePackages.FolderAsync());
        using ClientHost host = new(EngineKind.Epoll);
        foreach ((WebSocketFault fault, int code) in Codes)
        {
            // Ws does not ask for the shortest form, and finds a length of 2^63 too big first.
            if (fault != WebSocketFault.LongFormLength)
                await host.RunAsync(() => AssertClosedAsync(server.Uri, fault, fault == WebSocketFault.OversizeLength ? 1009 : code));
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_server_waits_for_the_rest_of_a_truncated_frame(EngineKind engine)
    {
        using AnsweringServer server = await AnsweringServer.StartAsync(engine, _ => ServerAnswer.Accept(EchoBehaviour.Instance));
        await server.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(server.Uri);
            await socket.SendFaultAsync(WebSocketFault.TruncatedFrame);

            // Taken for the rest of the frame: five bytes of the next one's start.
            await socket.SendAsync(Array.Empty<byte>());
            Task<ReceivedMessage> receiving = socket.ReceiveAsync().AsTask();
            while (server.ServerCounters.MessagesReceived == 0)
                await Task.Yield();
            Assert.Equal("Hello", Encoding.ASCII.GetString((await receiving).Span[..5]));
        });
    }

    [Fact]
    public async Task A_fault_needs_a_connected_socket_and_a_known_kind()
    {
        using MessageWebSocket socket = new();
        await Assert.ThrowsAsync<InvalidOperationException>(() => socket.SendFaultAsync(WebSocketFault.InvalidUtf8));
        await Assert.ThrowsAsync<ArgumentException>(() => socket.SendFaultAsync((WebSocketFault)99));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => socket.SendFaultAsync(WebSocketFault.InvalidUtf8, new CancellationToken(canceled: true)));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_server_chooses_the_subprotocol_of_its_answer_if_it_is_offered(EngineKind engine)
    {
        using AnsweringServer server = await AnsweringServer.StartAsync(engine, _ => ServerAnswer.Accept(EchoBehaviour.Instance) with { Subprotocol = "chat" });
        foreach ((string[] offered, string? chosen) in ((string[], string?)[])[([], null), (["other"], null), (["other", "chat"], "chat")])
        {
            await server.OnClientAsync(async () =>
            {
                using MessageWebSocket socket = new();
                foreach (string protocol in offered)
                    socket.Control.SupportedProtocols.Add(protocol);
                await socket.ConnectAsync(server.Uri);
                Assert.Equal(chosen, socket.Information.Protocol);
            });
        }
    }

    private static async Task AssertClosedAsync(Uri uri, WebSocketFault fault, int code)
    {
        using MessageWebSocket socket = new();
        await socket.ConnectAsync(uri);
        await socket.SendAsync("good");
        Assert.Equal("good", (await socket.ReceiveAsync()).ReadString());
        await socket.SendFaultAsync(fault);
        WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(async () => await socket.ReceiveAsync());
        Assert.True(code == error.Cause.CloseCode, $"{fault}: {error.Cause}");
    }
}
