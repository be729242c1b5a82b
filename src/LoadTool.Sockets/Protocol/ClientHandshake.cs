using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;

namespace LoadTool.Sockets.Protocol;

/// <summary>The client's side of the opening handshake (RFC 6455, section 4.1).</summary>
internal static class ClientHandshake
{
    private static readonly SearchValues<char> ForbiddenInValues = SearchValues.Create(
        string.Concat(Enumerable.Range(0, 32).Where(value => value != '\t').Select(value => (char)value)) + '\x7F');

    /// <summary>What the handshake itself decides. Host is not among them: virtual hosting is tested with it.</summary>
    private static readonly HashSet<string> ReservedHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions",
    };

    /// <summary>Refuses headers that would break the request or that the handshake decides itself.</summary>
    /// <exception cref="ArgumentException">The name is no token or reserved, or the value contains a control character.</exception>
    public static void ValidateHeader(string name, string value)
    {
        if (!IsToken(name))
            throw Failures.InvalidArgument("A header's name is not a token.", nameof(name));
        if (ReservedHeaders.Contains(name))
            throw Failures.InvalidArgument($"The handshake sets {name} itself; subprotocols are offered through SupportedProtocols.", nameof(name));
        if (value is null || value.ContainsAny(ForbiddenInValues))
            throw Failures.InvalidArgument("A header's value is missing or contains a control character.", nameof(value));
    }

    /// <summary>Refuses subprotocols that RFC 6455, section 4.1, does not let a client offer.</summary>
    /// <exception cref="ArgumentException">One is no token, or occurs twice.</exception>
    public static void ValidateSubprotocols(IReadOnlyList<string> subprotocols)
    {
        for (int index = 0; index < subprotocols.Count; index++)
        {
            if (!IsToken(subprotocols[index]))
                throw Failures.InvalidArgument("A subprotocol is not a token.", nameof(subprotocols));
            for (int earlier = 0; earlier < index; earlier++)
            {
                if (subprotocols[earlier] == subprotocols[index])
                    throw Failures.InvalidArgument($"Subprotocol {subprotocols[index]} is offered twice.", nameof(subprotocols));
            }
        }
    }

    /// <summary>Writes the key made of two random numbers, <see cref="HandshakeKey.KeyBytes"/> long; unpredictable only as they are.</summary>
    public static void CreateKey(ulong random0, ulong random1, Span<byte> key) =>
        Base64.EncodeToUtf8(MemoryMarshal.AsBytes<ulong>([random0, random1]), key, out _, out _);

    /// <summary>Writes the request; its parts must have been validated.</summary>
    /// <param name="destination">Where to write.</param>
    /// <param name="request">What to ask for.</param>
    /// <param name="key">From <see cref="CreateKey"/>.</param>
    /// <param name="written">Bytes written.</param>
    /// <returns>False when <paramref name="destination"/> is too short.</returns>
    public static bool TryWriteRequest(Span<byte> destination, UpgradeRequest request, ReadOnlySpan<byte> key, out int written)
    {
        var writer = new HeadWriter(destination);
        writer.Append("GET "u8);
        writer.Append(request.PathAndQuery);
        writer.Append(" HTTP/1.1\r\n"u8);
        AppendHost(ref writer, request);
        writer.Append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "u8);
        writer.Append(key);
        writer.Append("\r\n"u8);
        for (int index = 0; index < request.Subprotocols.Count; index++)
        {
            writer.Append(index == 0 ? "Sec-WebSocket-Protocol: "u8 : ", "u8);
            writer.Append(request.Subprotocols[index]);
        }

        if (request.Subprotocols.Count > 0)
            writer.Append("\r\n"u8);
        request.Deflate?.Append(ref writer, isOffer: true);
        for (int index = 0; index < request.Headers.Count; index++)
        {
            if (!IsHost(request.Headers[index].Key))
                AppendHeader(ref writer, request.Headers[index]);
        }

        writer.Append("\r\n"u8);
        written = writer.Written;
        return !writer.Overflowed;
    }

    /// <summary>Judges the server's answer. Allocates nothing: the subprotocol is the string that was offered.</summary>
    /// <param name="head">What <see cref="HttpHead.TryFindEnd"/> found.</param>
    /// <param name="key">The key that was sent.</param>
    /// <param name="subprotocols">What was offered.</param>
    /// <param name="deflate">What was offered of permessage-deflate; null when it was not.</param>
    public static HandshakeResult Read(
        ReadOnlySpan<byte> head, ReadOnlySpan<byte> key, IReadOnlyList<string> subprotocols, DeflateOptions? deflate = null)
    {
        var reader = new HttpHead(head);
        if (!reader.TryReadStatusLine(out int status, out int minorVersion))
            return HandshakeResult.Invalid(reader.Problem);
        if (status != 101)
        {
            return head.EndsWith("\r\n\r\n"u8)
                ? new(HandshakeOutcome.HttpStatus, Status: status)
                : HandshakeResult.Invalid("The answer's head does not end.");
        }

        if (minorVersion == 0)
            return HandshakeResult.Invalid("The answer is HTTP/1.0, which knows no upgrade.");

        var answer = new Answer(deflate);
        while (reader.TryReadHeader(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
            answer.Take(name, value);
        return reader.Problem is null ? answer.Judge(key, subprotocols) : HandshakeResult.Invalid(reader.Problem);
    }

    /// <summary>True when a refusal offers the scheme Basic (RFC 9110, section 11.6): a password is not for a server that asks for another.</summary>
    /// <param name="head">Of a 401 or, from a proxy, a 407.</param>
    /// <param name="header">WWW-Authenticate or Proxy-Authenticate.</param>
    public static bool AsksForBasic(ReadOnlySpan<byte> head, ReadOnlySpan<byte> header)
    {
        var reader = new HttpHead(head);
        if (!reader.TryReadStatusLine(out _, out _))
            return false;
        while (reader.TryReadHeader(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            if (Ascii.EqualsIgnoreCase(name, header) && OffersBasic(value))
                return true;
        }

        return false;
    }

    /// <summary>Challenges stand between commas, as their parameters do; a comma in a quoted parameter separates nothing.</summary>
    private static bool OffersBasic(ReadOnlySpan<byte> challenges)
    {
        bool isQuoted = false;
        int start = 0;
        for (int index = 0; index <= challenges.Length; index++)
        {
            if (index < challenges.Length && challenges[index] == '"')
                isQuoted = !isQuoted;
            if (index < challenges.Length && (challenges[index] != ',' || isQuoted))
                continue;
            ReadOnlySpan<byte> element = challenges[start..index].Trim(" \t"u8);
            int end = element.IndexOfAny((byte)' ', (byte)'\t');
            if (Ascii.EqualsIgnoreCase(end < 0 ? element : element[..end], "Basic"u8))
                return true;
            start = index + 1;
        }

        return false;
    }

    private static bool IsToken(string? text) => text is not null && Ascii.IsValid(text) && HttpHead.IsToken(Encoding.ASCII.GetBytes(text));

    private static bool IsHost(string name) => name.Equals("Host", StringComparison.OrdinalIgnoreCase);

    private static void AppendHost(ref HeadWriter writer, UpgradeRequest request)
    {
        for (int index = 0; index < request.Headers.Count; index++)
        {
            if (IsHost(request.Headers[index].Key))
            {
                AppendHeader(ref writer, request.Headers[index]);
                return;
            }
        }

        writer.Append("Host: "u8);
        bool needsBrackets = request.Host.Contains(':') && !request.Host.StartsWith('[');
        if (needsBrackets)
            writer.Append("["u8);

        // A zone names an interface of this machine and means nothing to the server (RFC 4007, section 11.2).
        int zone = request.Host.IndexOf('%');
        writer.Append(request.Host.AsSpan(0, needsBrackets && zone >= 0 ? zone : request.Host.Length));
        if (needsBrackets)
            writer.Append("]"u8);
        if (request.Port != (request.IsSecure ? 443 : 80))
        {
            writer.Append(":"u8);
            writer.Append(request.Port);
        }

        writer.Append("\r\n"u8);
    }

    private static void AppendHeader(ref HeadWriter writer, KeyValuePair<string, string> header)
    {
        writer.Append(header.Key);
        writer.Append(": "u8);
        writer.Append(header.Value);
        writer.Append("\r\n"u8);
    }

    /// <summary>The headers of a 101 that decide.</summary>
    private ref struct Answer(DeflateOptions? offer)
    {
        private DeflateOptions? _deflate;
        private string? _deflateProblem;
        private ReadOnlySpan<byte> _upgrade;
        private ReadOnlySpan<byte> _accept;
        private ReadOnlySpan<byte> _subprotocol;
        private bool _isConnectionUpgrade;
        private bool _hasUpgrade;
        private bool _hasAccept;
        private bool _hasExtension;
        private bool _hasSubprotocol;
        private string? _repeated;

        public void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
            if (Ascii.EqualsIgnoreCase(name, "Connection"u8))
            {
                _isConnectionUpgrade |= HttpHead.ListContains(value, "upgrade"u8);
            }
            else if (Ascii.EqualsIgnoreCase(name, "Upgrade"u8))
            {
                _repeated = _hasUpgrade ? "The answer has more than one Upgrade header." : _repeated;
                _upgrade = value;
                _hasUpgrade = true;
            }
            else if (Ascii.EqualsIgnoreCase(name, "Sec-WebSocket-Accept"u8))
            {
                _repeated = _hasAccept ? "The answer has more than one Sec-WebSocket-Accept header." : _repeated;
                _accept = value;
                _hasAccept = true;
            }
            else if (Ascii.EqualsIgnoreCase(name, "Sec-WebSocket-Protocol"u8))
            {
                _repeated = _hasSubprotocol ? "The answer has more than one Sec-WebSocket-Protocol header." : _repeated;
                _subprotocol = value;
                _hasSubprotocol = true;
            }
            else if (Ascii.EqualsIgnoreCase(name, "Sec-WebSocket-Extensions"u8))
            {
                if (offer is { } offered)
                    _deflateProblem ??= DeflateNegotiation.ReadAnswer(value, offered, ref _deflate);
                else
                    _hasExtension |= !value.IsEmpty;
            }
        }

        public readonly HandshakeResult Judge(ReadOnlySpan<byte> key, IReadOnlyList<string> subprotocols)
        {
            if (_repeated is not null)
                return HandshakeResult.Invalid(_repeated);
            if (!Ascii.EqualsIgnoreCase(_upgrade, "websocket"u8))
                return HandshakeResult.Invalid("The answer does not upgrade to websocket.");
            if (!_isConnectionUpgrade)
                return HandshakeResult.Invalid("The answer's Connection header lacks upgrade.");
            if (_accept.IsEmpty)
                return HandshakeResult.Invalid("The answer lacks Sec-WebSocket-Accept.");

            Span<byte> accept = stackalloc byte[HandshakeKey.AcceptBytes];
            HandshakeKey.WriteAccept(key, accept);
            if (!_accept.SequenceEqual(accept))
                return HandshakeResult.Invalid("The answer's Sec-WebSocket-Accept does not belong to the key.");
            if (_hasExtension)
                return new(HandshakeOutcome.UnofferedExtension, Problem: "The server chose an extension that was not offered.");
            if (_deflateProblem is not null)
                return HandshakeResult.Invalid(_deflateProblem);
            if (!_hasSubprotocol)
                return new(HandshakeOutcome.Accepted, Deflate: _deflate);

            for (int index = 0; index < subprotocols.Count; index++)
            {
                if (Ascii.Equals(_subprotocol, subprotocols[index]))
                    return new(HandshakeOutcome.Accepted, subprotocols[index], Deflate: _deflate);
            }

            return new(HandshakeOutcome.UnofferedSubprotocol, Problem: "The server chose a subprotocol that was not offered.");
        }
    }
}
