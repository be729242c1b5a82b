using System.Text;

namespace LoadTool.Sockets.Protocol;

/// <summary>A request to upgrade, as the server sees it; spans point into the head it was read from.</summary>
internal readonly ref struct ServerHandshakeResult
{
    /// <summary>101 when the request may be accepted, otherwise the status it deserves.</summary>
    public int Status { get; init; }

    /// <summary>What is wrong, for people; null with 101.</summary>
    public string? Problem { get; init; }

    /// <summary>Path and query, from its first slash on.</summary>
    public ReadOnlySpan<byte> Target { get; init; }

    public ReadOnlySpan<byte> Key { get; init; }

    /// <summary>What the client offers, in its order.</summary>
    public IReadOnlyList<string> Subprotocols { get; init; }

    /// <summary>What the answer must say of permessage-deflate; null when no offer can be honoured, or none was asked for.</summary>
    public DeflateOptions? Deflate { get; init; }
}

/// <summary>The server's side of the opening handshake (RFC 6455, section 4.2).</summary>
internal static class ServerHandshake
{
    /// <summary>Room for any answer without a subprotocol.</summary>
    public const int MaxAnswerBytes = 256 + DeflateOptions.MaxHeaderBytes;

    /// <summary>Judges a request.</summary>
    /// <param name="head">What <see cref="HttpHead.TryFindEnd"/> found.</param>
    /// <param name="deflate">What to ask for when the client offers permessage-deflate; null declines every offer unread.</param>
    public static ServerHandshakeResult Read(ReadOnlySpan<byte> head, DeflateOptions? deflate = null)
    {
        var reader = new HttpHead(head);
        if (!reader.TryReadRequestLine(out ReadOnlySpan<byte> method, out ReadOnlySpan<byte> target, out int minorVersion))
            return Refuse(400, reader.Problem);

        var request = new Request { Subprotocols = [], WantedDeflate = deflate };
        while (reader.TryReadHeader(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
            request.Take(name, value);

        if (reader.Problem is not null)
            return Refuse(400, reader.Problem);
        if (minorVersion == 0)
            return Refuse(505, "The request is HTTP/1.0, which knows no upgrade.");
        if (!method.SequenceEqual("GET"u8))
            return Refuse(405, "The request's method is not GET.");
        if (target[0] != '/')
            return Refuse(400, "The request's target is not a path.");
        return request.Judge(target);
    }

    /// <summary>Writes the answer that accepts.</summary>
    /// <returns>False when <paramref name="destination"/> is too short.</returns>
    public static bool TryWriteAccept(
        Span<byte> destination, ReadOnlySpan<byte> key, string? subprotocol, out int written, DeflateOptions? deflate = null)
    {
        Span<byte> accept = stackalloc byte[HandshakeKey.AcceptBytes];
        HandshakeKey.WriteAccept(key, accept);
        var writer = new HeadWriter(destination);
        writer.Append("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "u8);
        writer.Append(accept);
        if (subprotocol is not null)
        {
            writer.Append("\r\nSec-WebSocket-Protocol: "u8);
            writer.Append(subprotocol);
        }

        writer.Append("\r\n"u8);
        deflate?.Append(ref writer, isOffer: false);
        writer.Append("\r\n"u8);
        written = writer.Written;
        return !writer.Overflowed;
    }

    /// <summary>Writes an answer of another status, without a body, after which the connection closes.</summary>
    /// <returns>False when <paramref name="destination"/> is shorter than <see cref="MaxAnswerBytes"/> and too short.</returns>
    public static bool TryWriteRefusal(Span<byte> destination, int status, out int written)
    {
        var writer = new HeadWriter(destination);
        writer.Append("HTTP/1.1 "u8);
        writer.Append(status);
        writer.Append(" "u8);
        writer.Append(ReasonOf(status));
        writer.Append("\r\nContent-Length: 0\r\n"u8);
        if (status == 405)
            writer.Append("Allow: GET\r\n"u8);
        writer.Append(status == 426
            ? "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nConnection: upgrade, close\r\n\r\n"u8
            : "Connection: close\r\n\r\n"u8);
        written = writer.Written;
        return !writer.Overflowed;
    }

    private static ServerHandshakeResult Refuse(int status, string? problem) => new() { Status = status, Problem = problem, Subprotocols = [] };

    /// <summary>Reasons are for people who look at the wire; clients ignore them.</summary>
    private static ReadOnlySpan<byte> ReasonOf(int status) => status switch
    {
        301 => "Moved Permanently"u8,
        302 => "Found"u8,
        400 => "Bad Request"u8,
        401 => "Unauthorized"u8,
        403 => "Forbidden"u8,
        404 => "Not Found"u8,
        405 => "Method Not Allowed"u8,
        426 => "Upgrade Required"u8,
        429 => "Too Many Requests"u8,
        500 => "Internal Server Error"u8,
        503 => "Service Unavailable"u8,
        505 => "HTTP Version Not Supported"u8,
        _ => ""u8,
    };

    /// <summary>The headers of a request that decide.</summary>
    private ref struct Request
    {
        private ReadOnlySpan<byte> _key;
        private ReadOnlySpan<byte> _version;
        private int _hosts;
        private int _keys;
        private bool _isUpgrade;
        private bool _isConnectionUpgrade;
        private bool _isSubprotocolInvalid;
        private bool _areExtensionsInvalid;
        private DeflateOptions? _deflate;

        public DeflateOptions? WantedDeflate { get; init; }

        public List<string> Subprotocols { get; init; }

        public void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
            if (Ascii.EqualsIgnoreCase(name, "Host"u8))
            {
                _hosts++;
            }
            else if (Ascii.EqualsIgnoreCase(name, "Upgrade"u8))
            {
                _isUpgrade |= HttpHead.ListContains(value, "websocket"u8);
            }
            else if (Ascii.EqualsIgnoreCase(name, "Connection"u8))
            {
                _isConnectionUpgrade |= HttpHead.ListContains(value, "upgrade"u8);
            }
            else if (Ascii.EqualsIgnoreCase(name, "Sec-WebSocket-Key"u8))
            {
                _keys++;
                _key = value;
            }
            else if (Ascii.EqualsIgnoreCase(name, "Sec-WebSocket-Version"u8))
            {
                _version = value;
            }
            else if (Ascii.EqualsIgnoreCase(name, "Sec-WebSocket-Protocol"u8))
            {
                TakeSubprotocols(value);
            }
            else if (WantedDeflate is { } wanted && Ascii.EqualsIgnoreCase(name, "Sec-WebSocket-Extensions"u8))
            {
                _areExtensionsInvalid |= !DeflateNegotiation.TryReadOffers(value, wanted, ref _deflate);
            }
        }

        public readonly ServerHandshakeResult Judge(ReadOnlySpan<byte> target)
        {
            if (_hosts != 1)
                return Refuse(400, "The request needs one Host header.");
            if (!_isUpgrade)
                return Refuse(426, "The request does not upgrade to websocket.");
            if (!_isConnectionUpgrade)
                return Refuse(400, "The request's Connection header lacks upgrade.");
            if (!_version.SequenceEqual("13"u8))
                return Refuse(426, "The request's Sec-WebSocket-Version is not 13.");
            if (_keys != 1 || !HandshakeKey.IsValid(_key))
                return Refuse(400, "The request needs one Sec-WebSocket-Key of 16 bytes in base64.");
            if (_isSubprotocolInvalid)
                return Refuse(400, "The request offers a subprotocol that is not a token.");
            if (_areExtensionsInvalid)
                return Refuse(400, "The request's Sec-WebSocket-Extensions breaks the grammar of RFC 6455.");
            return new() { Status = 101, Target = target, Key = _key, Subprotocols = Subprotocols, Deflate = _deflate };
        }

        private void TakeSubprotocols(ReadOnlySpan<byte> list)
        {
            foreach (Range item in list.Split((byte)','))
            {
                ReadOnlySpan<byte> subprotocol = list[item].Trim(" \t"u8);
                if (HttpHead.IsToken(subprotocol))
                    Subprotocols.Add(Encoding.ASCII.GetString(subprotocol));
                else
                    _isSubprotocolInvalid |= !subprotocol.IsEmpty;
            }
        }
    }
}
