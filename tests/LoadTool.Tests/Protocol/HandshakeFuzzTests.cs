using System.Text;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Tests.Protocol;

/// <summary>Heads of both sides, mostly valid, damaged and cut by chance, against the model.</summary>
public sealed class HandshakeFuzzTests
{
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";
    private const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private static readonly string[] Offered = ["a", "b.c"];

    private static readonly string[] AnswerLines =
    [
        "Upgrade: websocket", "upgrade:WebSocket ", "Upgrade: h2c", "Connection: Upgrade", "Connection: keep-alive, upgrade", "Connection:", $"Sec-WebSocket-Accept: {Accept}",
        $"SEC-WEBSOCKET-ACCEPT:\t{Accept}\t", "Sec-WebSocket-Protocol: a", "Sec-WebSocket-Protocol: x", "Sec-WebSocket-Protocol:", "Sec-WebSocket-Extensions:",
        "Sec-WebSocket-Extensions: permessage-deflate", "Server: x", "Date: now", "X: \u00E9", "Set-Cookie: a=b; c",
    ];

    private static readonly string[] RequestLines =
    [
        "Host: a", "Host:", "Upgrade: websocket", "Upgrade: h2c, WEBSOCKET", "Connection: Upgrade", "Connection: keep-alive, upgrade", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Version: 8", $"Sec-WebSocket-Key: {Key}", "Sec-WebSocket-Key: AAAA", "Sec-WebSocket-Protocol: a, b", "Sec-WebSocket-Protocol: a b", "Sec-WebSocket-Protocol: ,",
        "Sec-WebSocket-Extensions: x", "Origin: http://a", "X: \u00E9",
    ];

    private static readonly string[] StatusLines = ["HTTP/1.1 101 Switching Protocols", "HTTP/1.1 101", "HTTP/1.1 101 ", "HTTP/1.0 101 X", "HTTP/1.1 404 X", "HTTP/1.1 99 X", "SSH-2.0"];

    private static readonly string[] Requests = ["GET / HTTP/1.1", "GET /a?b HTTP/1.1", "POST / HTTP/1.1", "GET / HTTP/1.0", "GET * HTTP/1.1", "GET  HTTP/1.1", "GET http://a/ HTTP/1.1"];

    [Fact]
    public void A_client_agrees_with_the_model_on_damaged_answers() => Fuzz.Run(0.2, random =>
    {
        byte[] bytes = Damaged(random, Head(random, StatusLines, AnswerLines, [0, 3, 6]), Head(random, StatusLines, AnswerLines, [1, 4, 7]));
        if (EndOf(random, bytes) is not { } head)
            return;
        HandshakeResult result = ClientHandshake.Read(head, Encoding.ASCII.GetBytes(Key), Offered);
        string actual = result.Outcome switch
        {
            HandshakeOutcome.Accepted => $"Accepted {result.Subprotocol}",
            HandshakeOutcome.HttpStatus => $"HttpStatus {result.Status}",
            _ => $"{result.Outcome}",
        };
        string text = Encoding.Latin1.GetString(head);
        Assert.True(HeadModel.Answer(text, Accept, Offered) == actual, $"{text} gave {actual}, not {HeadModel.Answer(text, Accept, Offered)}.");
        Assert.Equal(result.Outcome is HandshakeOutcome.Accepted or HandshakeOutcome.HttpStatus, result.Problem is null);
    });

    [Fact]
    public void A_server_agrees_with_the_model_on_damaged_requests() => Fuzz.Run(0.15, random =>
    {
        byte[] bytes = Damaged(random, Head(random, Requests, RequestLines, [0, 2, 4, 6, 8]), Head(random, Requests, RequestLines, [0, 3, 5, 6, 8]));
        if (EndOf(random, bytes) is not { } head)
            return;
        ServerHandshakeResult result = ServerHandshake.Read(head);
        string actual = result.Status == 101 ? $"101 {Encoding.Latin1.GetString(result.Target)} {string.Join(',', result.Subprotocols)}" : $"{result.Status}";
        string text = Encoding.Latin1.GetString(head);
        Assert.True(HeadModel.Request(text) == actual, $"{text} gave {actual}, not {HeadModel.Request(text)}.");
    });

    /// <summary>The head that is found, however the bytes are cut; null when more must come, where the model must agree.</summary>
    private static byte[]? EndOf(Random random, byte[] bytes)
    {
        int expected = HeadModel.End(Encoding.Latin1.GetString(bytes));
        int scanned = 0;
        bool isFound = HttpHead.TryFindEnd(bytes, ref scanned, out int headBytes);
        Assert.Equal(expected, isFound ? headBytes : -1);
        scanned = 0;
        int pieceEnd = -1;
        for (int received = 0; received < bytes.Length && pieceEnd < 0;)
        {
            received = Math.Min(bytes.Length, received + random.Next(1, 40));
            pieceEnd = HttpHead.TryFindEnd(bytes.AsSpan(0, received), ref scanned, out int end) ? end : -1;
        }

        Assert.Equal(expected, pieceEnd);
        return expected < 0 ? null : bytes[..expected];
    }

    private static byte[] Damaged(Random random, string head, string other) => Fuzz.Mutate(random, Encoding.Latin1.GetBytes(head), Encoding.Latin1.GetBytes(other));

    /// <summary>The lines that make it right, in some order, with others between them; now and then one is missing or there twice.</summary>
    private static string Head(Random random, string[] starts, string[] lines, int[] right)
    {
        List<string> chosen = [.. right.Where(_ => random.Next(30) != 0).Select(index => lines[index])];
        for (int more = random.Next(3); more > 0; more--)
            chosen.Insert(random.Next(chosen.Count + 1), lines[random.Next(lines.Length)]);
        return starts[random.Next(4) == 0 ? random.Next(starts.Length) : 0] + "\r\n" + string.Concat(chosen.Select(line => line + "\r\n")) + "\r\n" + (random.Next(4) == 0 ? "\u0081\u0001x" : "");
    }
}
