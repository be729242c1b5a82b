using System.Buffers;
using System.Text;

namespace LoadTool.Sockets.Protocol;

/// <summary>
/// Reads one HTTP/1.1 head (RFC 9112, sections 2 to 5) front to back: the start line, then header after header. Nothing is copied and nothing throws:
/// a head that is refused ends early and says why in <see cref="Problem"/>.
/// </summary>
internal ref struct HttpHead(ReadOnlySpan<byte> head)
{
    /// <summary>What Kestrel and nginx accept by default in all; a larger head is no answer to an upgrade.</summary>
    public const int MaxHeadBytes = 32 * 1024;

    /// <summary>Room for a large cookie, half of a head.</summary>
    public const int MaxLineBytes = 16 * 1024;

    /// <summary>Several times what gateways add; bounds the work a hostile peer can ask for with tiny headers.</summary>
    public const int MaxHeaders = 128;

    private static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Control characters but the tab, which is white space.</summary>
    private static readonly SearchValues<byte> ForbiddenBytes =
        SearchValues.Create([0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127]);

    /// <summary>Line feeds, and what no head holds at all.</summary>
    private static readonly SearchValues<byte> StopBytes =
        SearchValues.Create([0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127]);

    private ReadOnlySpan<byte> _rest = head;
    private readonly bool _isTooLong = head.Length >= MaxHeadBytes;
    private int _headers;

    /// <summary>What is wrong with the head; null while nothing is.</summary>
    public string? Problem { get; private set; }

    /// <summary>Looks for the end of a head at the front of received bytes.</summary>
    /// <param name="bytes">Everything received so far.</param>
    /// <param name="scanned">Where the last call stopped; 0 at first.</param>
    /// <param name="headBytes">Length of the head, its empty line included.</param>
    /// <returns>
    /// True when more bytes would change nothing: the head has ended, or cannot become a valid one (a control character, another protocol's
    /// greeting, too long), which reading it will tell.
    /// </returns>
    public static bool TryFindEnd(ReadOnlySpan<byte> bytes, ref int scanned, out int headBytes)
    {
        ReadOnlySpan<byte> searched = bytes[..Math.Min(bytes.Length, MaxHeadBytes)];
        for (int found; (found = searched[scanned..].IndexOfAny(StopBytes)) >= 0;)
        {
            int at = scanned + found;
            scanned = at + 1;
            headBytes = scanned;
            if (searched[at] != '\n' || at == 0 || searched[at - 1] != '\r' || (at >= 3 && searched[at - 2] == '\n'))
                return true;

            // A greeting of one line, as mail servers send: waiting for its empty line would last until the limit.
            ReadOnlySpan<byte> line = searched[..at];
            if (!line.Contains((byte)'\n') && line.IndexOf("HTTP/1."u8) < 0)
                return true;
        }

        scanned = searched.Length;
        headBytes = searched.Length;
        return searched.Length == MaxHeadBytes;
    }

    /// <summary>Reads <c>HTTP/1.1 101 Switching Protocols</c>; the reason may be empty or missing.</summary>
    public bool TryReadStatusLine(out int status, out int minorVersion)
    {
        status = 0;
        minorVersion = 0;
        if (!TryReadLine(out ReadOnlySpan<byte> line))
            return false;
        if (line.Length < 12 || !TryReadVersion(line[..8], out minorVersion) || line[8] != ' ' || (line.Length > 12 && line[12] != ' '))
            return Refuse("The answer is not HTTP/1.1.");
        foreach (byte digit in line[9..12])
        {
            if (!char.IsAsciiDigit((char)digit))
                return Refuse("The status is not a number.");
            status = (status * 10) + digit - '0';
        }

        return status >= 100 || Refuse("The status is below 100.");
    }

    /// <summary>Reads <c>GET /path?query HTTP/1.1</c>.</summary>
    public bool TryReadRequestLine(out ReadOnlySpan<byte> method, out ReadOnlySpan<byte> target, out int minorVersion)
    {
        method = target = default;
        minorVersion = 0;
        if (!TryReadLine(out ReadOnlySpan<byte> line))
            return false;
        int methodEnd = line.IndexOf((byte)' ');
        int targetEnd = line.LastIndexOf((byte)' ');
        if (methodEnd <= 0 || targetEnd <= methodEnd + 1 || !TryReadVersion(line[(targetEnd + 1)..], out minorVersion))
            return Refuse("The request line is not HTTP/1.1.");
        method = line[..methodEnd];
        target = line[(methodEnd + 1)..targetEnd];
        return (IsToken(method) && !target.Contains((byte)' ')) || Refuse("The request line is not HTTP/1.1.");
    }

    /// <summary>Reads the next header, white space around its value trimmed.</summary>
    /// <returns>False at the head's end, and at a header that is refused.</returns>
    public bool TryReadHeader(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        if (!TryReadLine(out ReadOnlySpan<byte> line))
            return false;
        if (line.IsEmpty)
            return !_rest.IsEmpty && Refuse("The head goes on after its empty line.");
        if (++_headers > MaxHeaders)
            return Refuse("The head has more than 128 headers.");

        // A folded line begins with white space, which no name does.
        int colon = line.IndexOf((byte)':');
        if (colon < 0 || !IsToken(line[..colon]))
            return Refuse("A header has no valid name.");
        name = line[..colon];
        value = line[(colon + 1)..].Trim(" \t"u8);
        return true;
    }

    /// <summary>True for one or more of the characters of RFC 9110, section 5.6.2.</summary>
    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenBytes);

    /// <summary>True when a comma-separated list holds the token, in any case.</summary>
    public static bool ListContains(ReadOnlySpan<byte> list, ReadOnlySpan<byte> token)
    {
        foreach (Range item in list.Split((byte)','))
        {
            if (Ascii.EqualsIgnoreCase(list[item].Trim(" \t"u8), token))
                return true;
        }

        return false;
    }

    private static bool TryReadVersion(ReadOnlySpan<byte> version, out int minorVersion)
    {
        minorVersion = version.Length == 8 ? version[7] - '0' : -1;
        return version.StartsWith("HTTP/1."u8) && minorVersion is >= 0 and <= 9;
    }

    private bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        line = default;
        int end = _rest.IndexOf((byte)'\n');
        if (end < 1 || _rest[end - 1] != '\r')
            return Refuse(end < 0 && _isTooLong ? "The head is longer than 32 KB." : "A line does not end with CR LF.");
        line = _rest[..(end - 1)];
        _rest = _rest[(end + 1)..];
        if (line.Length > MaxLineBytes)
            return Refuse("A line is longer than 16 KB.");
        return !line.ContainsAny(ForbiddenBytes) || Refuse("A line contains a control character.");
    }

    private bool Refuse(string problem)
    {
        _rest = default;
        Problem ??= problem;
        return false;
    }
}
