using System.Text;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Web;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>ServerCredential: Basic, once, and only where it is asked for.</summary>
public sealed class CredentialTests
{
    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_401_that_asks_for_Basic_is_answered_with_the_credential(EngineKind engine)
    {
        foreach (string challenge in (string[])["Basic realm=\"x\"", "basic", "Digest realm=\"a, Basic b\", nonce=\"n\", BASIC realm=\"y\""])
        {
            using ClientHost host = new(engine);
            using RawPeer peer = new();
            Task<string[]> server = Task.Run(async () =>
            {
                string first = await RefuseAsync(peer, challenge);
                using RawConnection connection = await peer.AcceptAsync();
                string second = await connection.ReadHeadAsync();
                await connection.SendAsync(RawPeer.Answer(second));
                await connection.ReadFrameAsync();
                return (string[])[first, second];
            });
            await host.RunAsync(async () =>
            {
                using MessageWebSocket socket = new();
                socket.Control.ServerCredential = new("Aladdin", "open sesame");
                await socket.ConnectAsync(peer.Uri);
            });
            string[] requests = await server;
            Assert.DoesNotContain("Authorization", requests[0]);

            // The example of RFC 7617, section 2.
            Assert.Contains("\r\nAuthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n", requests[1]);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_second_401_is_the_answer(EngineKind engine)
    {
        using ClientHost host = new(engine);
        using RawPeer peer = new();
        Task server = Task.Run(async () =>
        {
            await RefuseAsync(peer, "Basic realm=\"x\"");
            await RefuseAsync(peer, "Basic realm=\"x\"");
        });
        await host.RunAsync(async () =>
        {
            using MessageWebSocket socket = new();
            socket.Control.ServerCredential = new("user", "wrong");
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(peer.Uri));
            Assert.Equal(WebErrorStatus.Unauthorized, error.Status);
        });
        await server;
        Assert.False(peer.HasWaiting);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task No_password_goes_to_a_server_that_does_not_ask_for_Basic(EngineKind engine)
    {
        (string?, bool, bool)[] cases =
        [
            (null, true, false), ("Negotiate", true, false), ("Digest realm=\"Basic\", qop=\"Basic , Basic\"", true, false), ("Basicly x", true, false),
            ("Basic realm=\"x\"", false, false), ("Basic realm=\"x\"", true, true),
        ];
        foreach ((string? challenge, bool hasCredential, bool hasHeader) in cases)
        {
            using ClientHost host = new(engine);
            using RawPeer peer = new();
            Task<string> server = Task.Run(() => RefuseAsync(peer, challenge));
            await host.RunAsync(async () =>
            {
                using MessageWebSocket socket = new();
                if (hasCredential)
                    socket.Control.ServerCredential = new("user", "secret");
                if (hasHeader)
                    socket.SetRequestHeader("authorization", "Bearer token");
                WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(peer.Uri));
                Assert.Equal(WebErrorStatus.Unauthorized, error.Status);
            });
            Assert.DoesNotContain("Basic", await server);
            Assert.False(peer.HasWaiting);
        }
    }

    [Fact]
    public void A_credential_needs_a_user_name()
    {
        using MessageWebSocket socket = new();
        Assert.Equal(HResults.InvalidArgument, Assert.ThrowsAny<ArgumentException>(() => socket.Control.ServerCredential = new("", "x")).HResult);
        Assert.Equal(HResults.InvalidArgument, Assert.ThrowsAny<ArgumentException>(() => socket.Control.ProxyCredential = new("", "x")).HResult);
        socket.Control.ServerCredential = new("a", "b");
        socket.Control.ServerCredential = null;
        Assert.Null(socket.Control.ServerCredential);
    }

    private static async Task<string> RefuseAsync(RawPeer peer, string? challenge)
    {
        using RawConnection connection = await peer.AcceptAsync();
        string request = await connection.ReadHeadAsync();
        string header = challenge is null ? "" : $"WWW-Authenticate: {challenge}\r\n";
        await connection.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 401 Unauthorized\r\n{header}Content-Length: 0\r\n\r\n"));
        return request;
    }
}
