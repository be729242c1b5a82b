using LoadTool.Sockets;

namespace LoadTool.Tests.Protocol;

public sealed class HandshakeInfoTests
{
    private static ReadOnlySpan<byte> Head =>
        "HTTP/1.1 101 S\r\nsec-websocket-extensions: a; b=1\r\nSec-WebSocket-Extensions:\r\nSec-WebSocket-Extensions: c\r\nSec-WebSocket-Protocol: chat\r\n\r\n"u8;

    [Fact]
    public void What_was_agreed_on_is_what_an_accepted_answer_says()
    {
        HandshakeInfo info = new();
        info.Answer(Head, isAccepted: true);
        Assert.Equal((101, "a; b=1, c", "chat"), (info.Status, info.Extensions, info.Subprotocol));
        Assert.Equal(4, info.Headers.Count);
    }

    [Fact]
    public void Nothing_is_agreed_on_with_an_answer_that_was_refused()
    {
        HandshakeInfo info = new();
        info.Answer(Head, isAccepted: false);
        Assert.Equal((101, null, null), (info.Status, info.Extensions, info.Subprotocol));
        Assert.Equal(4, info.Headers.Count);
    }

    [Fact]
    public void An_answer_that_is_no_HTTP_leaves_nothing()
    {
        HandshakeInfo info = new();
        info.Answer("SSH-2.0\r\n\r\n"u8, isAccepted: false);
        Assert.Equal(0, info.Status);
        Assert.Empty(info.Headers);
    }
}
