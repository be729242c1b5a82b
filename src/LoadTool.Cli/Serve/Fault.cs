using LoadTool.Sockets;

namespace LoadTool.Cli.Serve;

/// <summary>One way to break a client, or to find that it does not break.</summary>
/// <param name="Name">The path after <c>/fault/</c>.</param>
/// <param name="Purpose">What the server does, for the list of paths.</param>
/// <param name="Answer">To whoever asks for it.</param>
internal sealed record Fault(string Name, string Purpose, ServerAnswer Answer)
{
    private const long HalfSecond = 500_000_000;

    /// <summary>Each is one breach of RFC 6455 or one way to waste a client's time.</summary>
    internal static readonly IReadOnlyList<Fault> All =
    [
        Frames("bad-utf8", "sends text that is not UTF-8", [0x81, 2, 0xC3, 0x28]),
        Frames("masked-frame", "sends a masked frame", [0x82, 0x81, 1, 2, 3, 4, 5]),
        Frames("reserved-opcode", "sends a frame of opcode 3", [0x83, 0]),
        Frames("reserved-bit", "sends a frame with RSV2", [0xA2, 0]),
        Frames("compressed-frame", "sends a frame with RSV1 though nothing was agreed on", [0xC2, 0]),
        Frames("oversize-control", "sends a ping of 126 bytes", [0x89, 126, 0, 126, .. new byte[126]]),
        Frames("fragmented-control", "sends a ping in fragments", [0x09, 0, 0x80, 0]),
        Frames("unstarted-message", "sends a continuation of no message", [0x80, 0]),
        Frames("interleaved-message", "begins a message inside another", [0x02, 1, 97, 0x82, 0]),
        Frames("oversize-length", "claims a frame of 2^63 bytes", [0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0]),
        Frames("long-length", "writes a length in more bytes than it needs", [0x82, 126, 0, 1, 97]),
        Frames("stalled-frame", "sends half a frame, then nothing", [0x82, 100, 97]),
        Frames("truncated-frame", "sends half a frame, then FIN", [0x82, 100, 97], endsSending: true),
        Frames("half-close", "sends FIN without a Close frame, and reads on", [], endsSending: true),
        Frames("bad-close-code", "closes with code 1005, which must not be sent", [0x88, 2, 0x03, 0xED]),
        Frames("bad-close-reason", "closes with a reason that is not UTF-8", [0x88, 3, 0x03, 0xE8, 0xFF]),
        Frames("half-close-code", "closes with half a code", [0x88, 1, 3]),
        Frames("garbage", "sends bytes that are no frames", [0xFF, 0x00, 0xFF, 0x00]),
        Frames("endless-fragments", "sends a message that never ends", [0x02, 0], [0x00, 126, 0x10, 0, .. new byte[4096]]),
        Frames("ping-flood", "sends pings as fast as the client reads", [], [.. Enumerable.Repeat((byte[])[0x89, 4, 112, 105, 110, 103], 500).SelectMany(ping => ping)]),
        Raw("no-close-answer", "accepts, and never answers a Close frame", RawAnswer.Accepted + "\r\n"),
        Raw("bad-accept", "answers with another Sec-WebSocket-Accept", RawAnswer.Accepted.Replace("{0}", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", StringComparison.Ordinal) + "\r\n"),
        Raw("missing-accept", "answers without Sec-WebSocket-Accept", RawAnswer.Accepted.Replace("Sec-WebSocket-Accept: {0}\r\n", "\r\n", StringComparison.Ordinal)),
        Raw("missing-upgrade", "answers 101 without Upgrade", RawAnswer.Accepted.Replace("Upgrade: websocket\r\n", "", StringComparison.Ordinal) + "\r\n"),
        Raw("unasked-subprotocol", "chooses a subprotocol that was not offered", RawAnswer.Accepted + "Sec-WebSocket-Protocol: unasked\r\n\r\n"),
        Raw("unasked-extension", "chooses an extension that was not offered", RawAnswer.Accepted + "Sec-WebSocket-Extensions: x-unasked\r\n\r\n"),
        Raw("redirect", "sends the client elsewhere by a 302", "HTTP/1.1 302 Found\r\nLocation: /echo\r\nContent-Length: 0\r\n\r\n"),
        Raw("not-http", "answers with a line of another protocol", "220 mail.example ESMTP\r\n"),
        Raw("slow-head", "answers one byte per half second", "HTTP/1.1 101 Switching Protocols\r\nX: ", [97], HalfSecond),
        Raw("endless-head", "answers with a head that never ends", RawAnswer.Accepted, [.. Enumerable.Repeat("X: y\r\n"u8.ToArray(), 100).SelectMany(line => line)]),
        Raw("endless-body", "refuses by a 403 with a body that never ends", "HTTP/1.1 403 Forbidden\r\n\r\n", new byte[1000]),
    ];

    private static Fault Frames(string name, string purpose, byte[] bytes, byte[]? again = null, bool endsSending = false) =>
        new(name, purpose, ServerAnswer.Accept(new RawFrames(bytes, again, endsSending)));

    private static Fault Raw(string name, string purpose, string head, byte[]? again = null, long nanoseconds = 0) =>
        new(name, purpose, ServerAnswer.Leave(new RawAnswer(head, again, nanoseconds)));
}
