using System.Text.RegularExpressions;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Tests.Protocol;

/// <summary>RFC 9112, sections 2 to 5, and RFC 6455, section 4, over a whole head as text: with regular expressions and lists.</summary>
internal static class HeadModel
{
    private const string Token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

    private static readonly Regex StatusLine = new(@"\AHTTP/1\.([0-9]) ([0-9]{3})(?: [^\0-\x08\n-\x1F\x7F]*)?\z", RegexOptions.Compiled);
    private static readonly Regex RequestLine = new($@"\A({Token}) ([^ ]+) HTTP/1\.([0-9])\z", RegexOptions.Compiled);
    private static readonly Regex Header = new($@"\A({Token}):(.*)\z", RegexOptions.Compiled);
    private static readonly Regex Control = new(@"[\0-\x08\n-\x1F\x7F]", RegexOptions.Compiled);
    private static readonly Regex Stop = new(@"[\0-\x08\x0A-\x0C\x0E-\x1F\x7F]", RegexOptions.Compiled);

    /// <summary>Where waiting for a head ends, or -1.</summary>
    public static int End(string bytes)
    {
        for (int at = 0; (at = Stop.Match(bytes, at) is { Success: true } found ? found.Index : -1) >= 0; at++)
        {
            string before = bytes[..at];
            bool isFirst = !before.Contains('\n');
            if (bytes[at] != '\n' || !before.EndsWith('\r') || before.EndsWith("\n\r", StringComparison.Ordinal) || (isFirst && !before.Contains("HTTP/1.", StringComparison.Ordinal)))
                return at + 1;
        }

        return -1;
    }

    /// <summary>What a client makes of an answer, as text.</summary>
    public static string Answer(string head, string accept, string[] offered)
    {
        string[] lines = head.Split("\r\n");
        Match status = StatusLine.Match(lines[0]);
        if (!head.Contains('\n') || !status.Success || lines.Length < 2 || status.Groups[2].Value[0] == '0' || lines[0].Length > HttpHead.MaxLineBytes)
            return "Invalid";
        if (status.Groups[2].Value != "101")
            return head.EndsWith("\r\n\r\n", StringComparison.Ordinal) ? "HttpStatus " + status.Groups[2].Value : "Invalid";
        if (status.Groups[1].Value == "0" || Headers(lines) is not { } headers)
            return "Invalid";
        List<string> upgrade = All(headers, "upgrade"), accepts = All(headers, "sec-websocket-accept"), protocols = All(headers, "sec-websocket-protocol");
        if (upgrade.Count != 1 || !upgrade[0].Equals("websocket", StringComparison.OrdinalIgnoreCase) || !Lists(headers, "connection", "upgrade")
            || accepts.Count != 1 || accepts[0] != accept || protocols.Count > 1)
            return "Invalid";
        if (All(headers, "sec-websocket-extensions").Exists(value => value.Length > 0))
            return "UnofferedExtension";
        return protocols.Count == 0 ? "Accepted " : offered.Contains(protocols[0]) ? "Accepted " + protocols[0] : "UnofferedSubprotocol";
    }

    /// <summary>What a server makes of a request: its status, with what it read if that is 101.</summary>
    public static string Request(string head)
    {
        string[] lines = head.Split("\r\n");
        Match request = RequestLine.Match(lines[0]);
        if (!request.Success || lines.Length < 2 || Control.IsMatch(lines[0]) || Headers(lines) is not { } headers)
            return "400";
        if (request.Groups[3].Value == "0")
            return "505";
        if (request.Groups[1].Value != "GET")
            return "405";
        if (request.Groups[2].Value[0] != '/' || All(headers, "host").Count != 1)
            return "400";
        if (!Lists(headers, "upgrade", "websocket"))
            return "426";
        if (!Lists(headers, "connection", "upgrade"))
            return "400";
        if (All(headers, "sec-websocket-version").LastOrDefault() != "13")
            return "426";
        List<string> keys = All(headers, "sec-websocket-key");
        string[] subprotocols = [.. All(headers, "sec-websocket-protocol").SelectMany(Items).Where(item => item.Length > 0)];
        if (keys.Count != 1 || !IsKey(keys[0]) || subprotocols.Any(item => !Regex.IsMatch(item, $@"\A{Token}\z")))
            return "400";
        return $"101 {request.Groups[2].Value} {string.Join(',', subprotocols)}";
    }

    private static bool IsKey(string key)
    {
        try
        {
            byte[] bytes = Convert.FromBase64String(key);
            return bytes.Length == 16 && Convert.ToBase64String(bytes) == key;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static List<(string Name, string Value)>? Headers(string[] lines)
    {
        // The head ends with an empty line: two empty strings once split.
        if (lines.Length < 3 || lines[^1].Length > 0 || lines[^2].Length > 0)
            return null;
        List<(string, string)> headers = [];
        foreach (string line in lines[1..^2])
        {
            Match header = Header.Match(line);
            if (!header.Success || Control.IsMatch(line) || line.Length > HttpHead.MaxLineBytes)
                return null;
            headers.Add((header.Groups[1].Value.ToLowerInvariant(), header.Groups[2].Value.Trim(' ', '\t')));
        }

        return headers.Count > HttpHead.MaxHeaders ? null : headers;
    }

    private static List<string> All(List<(string Name, string Value)> headers, string name) =>
        [.. headers.Where(header => header.Name == name).Select(header => header.Value)];

    private static IEnumerable<string> Items(string list) => list.Split(',').Select(item => item.Trim(' ', '\t'));

    private static bool Lists(List<(string Name, string Value)> headers, string name, string item) =>
        All(headers, name).SelectMany(Items).Contains(item, StringComparer.OrdinalIgnoreCase);
}
