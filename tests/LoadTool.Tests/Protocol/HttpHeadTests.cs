using System.Text;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Tests.Protocol;

public sealed class HttpHeadTests
{
    [Theory]
    [InlineData("HTTP/1.1 101 X\r\n\r\n", "")]
    [InlineData("HTTP/1.1 101 X\r\nA: b\r\n\r\n", "\x81\x05hello")]
    [InlineData("HTTP/1.1 101 X\r\nA: b\r\n\r\n", "\r\n\r\n")]
    public void The_end_of_a_head_is_found_however_it_is_cut(string head, string after)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(head + after);
        foreach (int[] pieces in Cuts.Of(bytes.Length))
        {
            int received = 0, scanned = 0;
            foreach (int piece in pieces)
            {
                received += piece;
                bool found = HttpHead.TryFindEnd(bytes.AsSpan(0, received), ref scanned, out int headBytes);
                Assert.Equal(received >= head.Length, found);
                if (!found)
                    continue;
                Assert.Equal(head.Length, headBytes);
                break;
            }
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad\n")]
    [InlineData("\n")]
    [InlineData("HTTP/1.1 400 Bad\r\nA: b\n")]
    [InlineData("HTTP/1.1 400 Bad\r\nA: b\0")]
    [InlineData("\u0015")]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n")]
    [InlineData("220 mail.example ESMTP\r\n")]
    public void What_cannot_become_a_head_any_more_ends_the_wait_and_is_refused(string start)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(start);
        int scanned = 0;
        Assert.True(HttpHead.TryFindEnd(bytes, ref scanned, out int headBytes));
        Assert.Equal(HandshakeOutcome.Invalid, ClientHandshake.Read(bytes.AsSpan(0, headBytes), new byte[24], []).Outcome);
    }

    [Fact]
    public void A_head_of_32_KB_without_an_end_ends_the_wait_and_is_refused()
    {
        byte[] bytes = Encoding.ASCII.GetBytes("HTTP/1.1 101 X\r\n" + string.Concat(Enumerable.Repeat("A: b\r\n", 10_000)));
        int scanned = 0;
        Assert.False(HttpHead.TryFindEnd(bytes.AsSpan(0, HttpHead.MaxHeadBytes - 1), ref scanned, out _));
        Assert.True(HttpHead.TryFindEnd(bytes, ref scanned, out int headBytes));
        Assert.Equal(HttpHead.MaxHeadBytes, headBytes);
        Assert.Equal(HandshakeOutcome.Invalid, ClientHandshake.Read(bytes.AsSpan(0, headBytes), new byte[24], []).Outcome);
    }

    [Theory]
    [InlineData("HTTP/1.1 101 Switching Protocols", 101)]
    [InlineData("HTTP/1.1 404 ", 404)]
    [InlineData("HTTP/1.1 404", 404)]
    [InlineData("HTTP/1.0 500 no such é thing", 500)]
    [InlineData("HTTP/1.1 999 Denied", 999)]
    public void A_status_line_may_have_any_reason(string line, int status)
    {
        var head = new HttpHead(Encoding.UTF8.GetBytes(line + "\r\n\r\n"));
        Assert.True(head.TryReadStatusLine(out int found, out _), head.Problem);
        Assert.Equal(status, found);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1")]
    [InlineData("HTTP/1.1 10")]
    [InlineData("HTTP/1.1 1010")]
    [InlineData("HTTP/1.1 099 X")]
    [InlineData("HTTP/1.1 1O1 X")]
    [InlineData("HTTP/1.1  101 X")]
    [InlineData("HTTP/2.0 101 X")]
    [InlineData("HTTP/1.x 101 X")]
    [InlineData("http/1.1 101 X")]
    [InlineData(" HTTP/1.1 101 X")]
    [InlineData("HTTP/1.1 101 X\0")]
    [InlineData("SSH-2.0-OpenSSH_9.6")]
    public void Other_status_lines_are_refused_with_a_reason(string line)
    {
        var head = new HttpHead(Encoding.ASCII.GetBytes(line + "\r\n\r\n"));
        Assert.False(head.TryReadStatusLine(out _, out _));
        Assert.NotNull(head.Problem);
    }

    [Fact]
    public void Headers_come_in_order_with_white_space_trimmed()
    {
        var head = new HttpHead("GET /a?b HTTP/1.1\r\nHost:x\r\nEmpty:\r\nA: \t b c\t \r\nA:d:e\r\n\r\n"u8);
        Assert.True(head.TryReadRequestLine(out ReadOnlySpan<byte> method, out ReadOnlySpan<byte> target, out int minorVersion));
        Assert.Equal("GET /a?b 1", $"{Encoding.ASCII.GetString(method)} {Encoding.ASCII.GetString(target)} {minorVersion}");
        var headers = new List<string>();
        while (head.TryReadHeader(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
            headers.Add($"{Encoding.ASCII.GetString(name)}={Encoding.ASCII.GetString(value)}");
        Assert.Equal(["Host=x", "Empty=", "A=b c", "A=d:e"], headers);
        Assert.Null(head.Problem);
    }

    [Theory]
    [InlineData("A b: c\r\n\r\n")]
    [InlineData("A : c\r\n\r\n")]
    [InlineData(": c\r\n\r\n")]
    [InlineData("no colon\r\n\r\n")]
    [InlineData("A: b\r\n folded\r\n\r\n")]
    [InlineData("A: b\r\n\tfolded\r\n\r\n")]
    [InlineData("A: b\rc\r\n\r\n")]
    [InlineData("A: b\0c\r\n\r\n")]
    [InlineData("A: \x7F\r\n\r\n")]
    [InlineData("A: b\n\r\n")]
    [InlineData("A: b\r\n")]
    [InlineData("A: b")]
    [InlineData("A: b\r\n\r\nmore")]
    public void Other_headers_are_refused_with_a_reason(string headers)
    {
        var head = new HttpHead(Encoding.ASCII.GetBytes("HTTP/1.1 101 X\r\n" + headers));
        Assert.True(head.TryReadStatusLine(out _, out _));
        while (head.TryReadHeader(out _, out _))
        {
        }

        Assert.NotNull(head.Problem);
    }

    [Theory]
    [InlineData(128, 10, true)]
    [InlineData(129, 10, false)]
    [InlineData(1, HttpHead.MaxLineBytes - 3, true)]
    [InlineData(1, HttpHead.MaxLineBytes - 2, false)]
    public void Headers_are_limited_in_number_and_length(int count, int valueBytes, bool isAccepted)
    {
        string header = "A: " + new string('x', valueBytes) + "\r\n";
        var head = new HttpHead(Encoding.ASCII.GetBytes("HTTP/1.1 101 X\r\n" + string.Concat(Enumerable.Repeat(header, count)) + "\r\n"));
        Assert.True(head.TryReadStatusLine(out _, out _));
        while (head.TryReadHeader(out _, out _))
        {
        }

        Assert.Equal(isAccepted, head.Problem is null);
    }

    [Fact]
    public void No_head_makes_a_reader_throw()
    {
        string[] parts = ["HTTP/1.1 ", "101", " X", "GET / HTTP/1.1", "\r\n", "\r", "\n", "\r\n\r\n", "Upgrade: websocket", "Connection: Upgrade", ":", " ", "\0", "é", "Host: a"];
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => parts[random.Next(parts.Length)])));
            if (bytes.Length > 0 && random.Next(2) == 0)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);

            int scanned = 0;
            HttpHead.TryFindEnd(bytes, ref scanned, out int headBytes);
            int pieceScanned = 0, pieceEnd = 0;
            for (int length = 0; length <= bytes.Length && !HttpHead.TryFindEnd(bytes.AsSpan(0, length), ref pieceScanned, out pieceEnd); length++)
            {
            }

            Assert.True(headBytes == pieceEnd, $"Seed {seed}: the cut moved the end.");
            Assert.NotEqual(HandshakeOutcome.Accepted, ClientHandshake.Read(bytes.AsSpan(0, headBytes), new byte[24], []).Outcome);
            Assert.NotEqual(101, ServerHandshake.Read(bytes.AsSpan(0, headBytes)).Status);
        }
    }
}
