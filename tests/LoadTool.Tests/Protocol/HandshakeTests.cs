using System.Text;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Tests.Protocol;

public sealed class HandshakeTests
{
    private static readonly int InvalidArgument = unchecked((int)0x80070057);

    /// <summary>The example of RFC 6455, section 1.3.</summary>
    private static readonly byte[] Key = "dGhlIHNhbXBsZSBub25jZQ=="u8.ToArray();

    private static readonly string Accepted =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    private static HandshakeResult Read(string answer, params string[] subprotocols) =>
        ClientHandshake.Read(Encoding.Latin1.GetBytes(answer), Key, subprotocols);

    private static UpgradeRequest Request(string host = "example.com", int port = 80, bool isSecure = false) =>
        new(host, port, "/", isSecure, [], []);

    private static string Write(UpgradeRequest request)
    {
        var bytes = new byte[1024];
        Assert.True(ClientHandshake.TryWriteRequest(bytes, request, Key, out int written));
        for (int room = 0; room < written; room++)
            Assert.False(ClientHandshake.TryWriteRequest(bytes.AsSpan(0, room), request, Key, out _));
        return Encoding.UTF8.GetString(bytes, 0, written);
    }

    [Fact]
    public void A_key_is_its_16_bytes_in_base64()
    {
        var key = new byte[24];
        ClientHandshake.CreateKey(BitConverter.ToUInt64("the samp"u8), BitConverter.ToUInt64("le nonce"u8), key);
        Assert.Equal(Key, key);
        Assert.True(HandshakeKey.IsValid(key));
    }

    [Fact]
    public void A_request_holds_what_RFC_6455_section_4_1_asks_for_and_nothing_else() =>
        Assert.Equal(
            "GET /chat?room=1 HTTP/1.1\r\nHost: example.com:8080\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            Write(Request(port: 8080) with { PathAndQuery = "/chat?room=1" }));

    [Theory]
    [InlineData("example.com", 80, false, "example.com")]
    [InlineData("example.com", 443, true, "example.com")]
    [InlineData("example.com", 443, false, "example.com:443")]
    [InlineData("example.com", 80, true, "example.com:80")]
    [InlineData("127.0.0.1", 9000, false, "127.0.0.1:9000")]
    [InlineData("::1", 80, false, "[::1]")]
    [InlineData("fe80::1%eth0", 80, false, "[fe80::1]")]
    [InlineData("[::1]", 9000, false, "[::1]:9000")]
    public void Host_leaves_out_the_default_port_and_brackets_IPv6(string host, int port, bool isSecure, string expected) =>
        Assert.Contains($"\r\nHost: {expected}\r\n", Write(Request(host, port, isSecure)), StringComparison.Ordinal);

    [Fact]
    public void Behaviour_26_A_header_appears_in_the_request_verbatim()
    {
        string request = Write(Request() with { Headers = [new("X-Token", "  a b\tc é "), new("Cookie", "a=b; c=d")] });
        Assert.EndsWith("\r\nX-Token:   a b\tc é \r\nCookie: a=b; c=d\r\n\r\n", request, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Host_header_of_the_user_takes_the_place_of_ours()
    {
        string request = Write(Request() with { Headers = [new("host", "other.example")] });
        Assert.StartsWith("GET / HTTP/1.1\r\nhost: other.example\r\nUpgrade:", request, StringComparison.Ordinal);
        Assert.DoesNotContain("example.com", request, StringComparison.Ordinal);
    }

    [Fact]
    public void Behaviour_32_Subprotocols_are_sent_in_order_in_one_header() =>
        Assert.Contains("\r\nSec-WebSocket-Protocol: a, b, c\r\n", Write(Request() with { Subprotocols = ["a", "b", "c"] }), StringComparison.Ordinal);

    [Theory]
    [InlineData("Sec-WebSocket-Extensions")]
    [InlineData("sec-websocket-extensions")]
    public void Behaviour_29_A_header_Sec_WebSocket_Extensions_is_refused(string name) => AssertRefused(name, "x");

    [Fact]
    public void Behaviour_30_A_header_Sec_WebSocket_Protocol_is_refused() => AssertRefused("Sec-WebSocket-Protocol", "x");

    [Theory]
    [InlineData("a\r\nX: y")]
    [InlineData("a\r")]
    [InlineData("a\n")]
    [InlineData("a\0")]
    [InlineData("\x7F")]
    public void Behaviour_31_A_value_with_CR_LF_is_an_invalid_argument(string value) => AssertRefused("X", value);

    [Theory]
    [InlineData("Upgrade")]
    [InlineData("CONNECTION")]
    [InlineData("Sec-WebSocket-Key")]
    [InlineData("Sec-WebSocket-Version")]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a:")]
    [InlineData("a\r\nb")]
    [InlineData("é")]
    public void A_header_that_is_reserved_or_no_token_is_refused(string name) => AssertRefused(name, "x");

    [Fact]
    public void Host_and_Origin_are_accepted_as_headers()
    {
        ClientHandshake.ValidateHeader("Host", "x");
        ClientHandshake.ValidateHeader("Origin", "http://x\t");
        ClientHandshake.ValidateHeader("X", "");
    }

    [Fact]
    public void Subprotocols_must_be_tokens_that_occur_once()
    {
        ClientHandshake.ValidateSubprotocols(["a", "A", "b.c"]);
        foreach (string[] wrong in new[] { ["a", "a"], ["a b"], [""], ["a,b"], new[] { "a\r\nX: y" } })
            Assert.Equal(InvalidArgument, Assert.Throws<ArgumentException>(() => ClientHandshake.ValidateSubprotocols(wrong)).HResult);
    }

    private static void AssertRefused(string name, string value) =>
        Assert.Equal(InvalidArgument, Assert.Throws<ArgumentException>(() => ClientHandshake.ValidateHeader(name, value)).HResult);

    [Theory]
    [InlineData("Upgrade: websocket\r\nConnection: Upgrade")]
    [InlineData("upgrade: WebSocket\r\nCONNECTION: keep-alive, UPGRADE")]
    [InlineData("Connection: keep-alive\r\nConnection: ,upgrade ,\r\nUpgrade: websocket\r\nSet-Cookie: a=b\r\nDate: now")]
    public void An_answer_that_keeps_the_rules_is_accepted(string headers) =>
        Assert.Equal(new(HandshakeOutcome.Accepted), Read($"HTTP/1.1 101 \r\n{headers}\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"));

    [Theory]
    [InlineData("Upgrade: websocket\r\n", "")]
    [InlineData("Upgrade: websocket\r\n", "Upgrade: h2c\r\n")]
    [InlineData("Upgrade: websocket\r\n", "Upgrade: websocket\r\nUpgrade: websocket\r\n")]
    [InlineData("Connection: Upgrade\r\n", "")]
    [InlineData("Connection: Upgrade\r\n", "Connection: close\r\n")]
    [InlineData("Connection: Upgrade\r\n", "Connection: not-upgrade\r\n")]
    [InlineData("Sec-WebSocket-Accept: s3p", "Sec-WebSocket-Accept: S3p")]
    [InlineData("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", "")]
    [InlineData("Sec-WebSocket-Accept: ", "Sec-WebSocket-Accept: x\r\nSec-WebSocket-Accept: ")]
    [InlineData("Sec-WebSocket-Accept: ", "Sec-WebSocket-Accept:\r\nSec-WebSocket-Accept: ")]
    [InlineData("Upgrade: websocket\r\n", "Upgrade:\r\nUpgrade: websocket\r\n")]
    [InlineData("HTTP/1.1 101", "HTTP/1.0 101")]
    [InlineData("HTTP/1.1 101", "hello")]
    [InlineData("\r\n\r\n", "\r\nSec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: a\r\n\r\n")]
    [InlineData("\r\n\r\n", "\r\n")]
    [InlineData("\r\n\r\n", "\r\n x\r\n\r\n")]
    public void Behaviour_38_An_answer_that_breaks_a_rule_is_invalid_and_says_why(string part, string replacement)
    {
        HandshakeResult result = Read(Accepted.Replace(part, replacement, StringComparison.Ordinal), "a");
        Assert.Equal(HandshakeOutcome.Invalid, result.Outcome);
        Assert.NotNull(result.Problem);
    }

    [Fact]
    public void Behaviour_33_The_servers_choice_among_the_offered_subprotocols_is_reported()
    {
        string answer = Accepted.Replace("\r\n\r\n", "\r\nSec-WebSocket-Protocol: b\r\n\r\n", StringComparison.Ordinal);
        string[] offered = ["a", "b"];
        Assert.Same(offered[1], Read(answer, offered).Subprotocol);
    }

    [Theory]
    [InlineData("c")]
    [InlineData("B")]
    [InlineData("a, b")]
    [InlineData("")]
    public void Behaviour_34_A_subprotocol_that_was_not_offered_is_refused(string choice) =>
        Assert.Equal(
            HandshakeOutcome.UnofferedSubprotocol,
            Read(Accepted.Replace("\r\n\r\n", $"\r\nSec-WebSocket-Protocol: {choice}\r\n\r\n", StringComparison.Ordinal), "a", "b").Outcome);

    [Fact]
    public void Behaviour_35_An_extension_that_was_not_offered_is_refused() =>
        Assert.Equal(
            HandshakeOutcome.UnofferedExtension,
            Read(Accepted.Replace("\r\n\r\n", "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n", StringComparison.Ordinal)).Outcome);

    [Theory]
    [InlineData(200)]
    [InlineData(301)]
    [InlineData(403)]
    [InlineData(426)]
    [InlineData(503)]
    public void Another_status_is_reported_whatever_its_headers(int status)
    {
        Assert.Equal(new(HandshakeOutcome.HttpStatus, Status: status), Read($"HTTP/1.1 {status} X\r\nLocation: /\r\n\r\n"));
        Assert.Equal(new(HandshakeOutcome.HttpStatus, Status: status), Read($"HTTP/1.0 {status}\r\nodd header\r\n\r\n"));
    }

    [Fact]
    public void The_client_allocates_nothing_to_ask_and_to_judge_the_answer()
    {
        byte[] answer = Encoding.ASCII.GetBytes(Accepted.Replace("\r\n\r\n", "\r\nSec-WebSocket-Protocol: b\r\n\r\n", StringComparison.Ordinal));
        var buffer = new byte[1024];
        UpgradeRequest request = Request(port: 8080) with { Subprotocols = ["a", "b"], Headers = [new("Cookie", "a=b")] };
        HandshakeOutcome outcome = default;
        Assert.Equal(0, Allocation.Of(() =>
        {
            ClientHandshake.CreateKey(1, 2, buffer);
            ClientHandshake.TryWriteRequest(buffer, request, Key, out _);
            outcome = ClientHandshake.Read(answer, Key, request.Subprotocols).Outcome;
        }));
        Assert.Equal(HandshakeOutcome.Accepted, outcome);
    }

    [Fact]
    public void A_server_accepts_what_a_client_asks_and_the_client_accepts_the_answer()
    {
        var buffer = new byte[1024];
        UpgradeRequest request = Request() with { PathAndQuery = "/a?b=c", Subprotocols = ["x", "y"] };
        Assert.True(ClientHandshake.TryWriteRequest(buffer, request, Key, out int written));
        ServerHandshakeResult found = ServerHandshake.Read(buffer.AsSpan(0, written));
        Assert.Null(found.Problem);
        Assert.Equal(101, found.Status);
        Assert.Equal("/a?b=c", Encoding.ASCII.GetString(found.Target));
        Assert.Equal(["x", "y"], found.Subprotocols);

        var answer = new byte[ServerHandshake.MaxAnswerBytes];
        Assert.True(ServerHandshake.TryWriteAccept(answer, found.Key, "y", out int answerBytes));
        Assert.Equal(new(HandshakeOutcome.Accepted, "y"), ClientHandshake.Read(answer.AsSpan(0, answerBytes), Key, request.Subprotocols));
    }

    [Theory]
    [InlineData("", "", 101)]
    [InlineData("Upgrade: websocket", "Upgrade: h2c, WebSocket", 101)]
    [InlineData("GET ", "POST ", 405)]
    [InlineData("HTTP/1.1", "HTTP/1.0", 505)]
    [InlineData("HTTP/1.1", "HTTP/2.0", 400)]
    [InlineData("GET / ", "GET  ", 400)]
    [InlineData("GET / ", "GET x ", 400)]
    [InlineData("GET / ", "GET /a b ", 400)]
    [InlineData("Host: example.com\r\n", "", 400)]
    [InlineData("Host: example.com\r\n", "Host: a\r\nHost: b\r\n", 400)]
    [InlineData("Upgrade: websocket\r\n", "", 426)]
    [InlineData("Connection: Upgrade\r\n", "", 400)]
    [InlineData("Version: 13", "Version: 8", 426)]
    [InlineData("Sec-WebSocket-Version: 13\r\n", "", 426)]
    [InlineData("ZQ==", "ZQ", 400)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQAA", 400)]
    [InlineData("dGhl", "d Gh", 400)]
    [InlineData("dGhl", "d!hl", 400)]
    [InlineData("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "", 400)]
    [InlineData("Host: example.com", "Host: example.com\r\nSec-WebSocket-Protocol: a b", 400)]
    [InlineData("\r\n\r\n", "\r\n folded\r\n\r\n", 400)]
    public void A_server_judges_each_part_of_a_request(string part, string replacement, int status)
    {
        string request = Write(Request());
        ServerHandshakeResult found = ServerHandshake.Read(Encoding.ASCII.GetBytes(part.Length == 0 ? request : request.Replace(part, replacement, StringComparison.Ordinal)));
        Assert.Equal(status, found.Status);
        Assert.Equal(status == 101, found.Problem is null);
    }

    [Theory]
    [InlineData(400, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData(418, "HTTP/1.1 418 \r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData(426, "HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nConnection: upgrade, close\r\n\r\n")]
    public void A_refusal_has_no_body_and_closes(int status, string expected)
    {
        var bytes = new byte[ServerHandshake.MaxAnswerBytes];
        Assert.True(ServerHandshake.TryWriteRefusal(bytes, status, out int written));
        Assert.Equal(expected, Encoding.ASCII.GetString(bytes, 0, written));
        Assert.Equal(new(HandshakeOutcome.HttpStatus, Status: status), Read(expected));
        Assert.False(ServerHandshake.TryWriteRefusal(bytes.AsSpan(0, written - 1), status, out _));
    }
}
