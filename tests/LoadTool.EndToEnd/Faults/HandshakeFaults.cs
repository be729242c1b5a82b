using System.Text;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;
using Windows.Web;

namespace LoadTool.EndToEnd.Faults;

/// <summary>Answers to the upgrade: wrong ones, odd ones that are right, and those that never end.</summary>
internal static class HandshakeFaults
{
    private const string Status = "HTTP/1.1 101 Switching Protocols\r\n";
    private const string Upgrade = "Upgrade: websocket\r\n";
    private const string Connection = "Connection: Upgrade\r\n";

    /// <summary>{0} is what RFC 6455 makes of the request's key.</summary>
    private const string Accept = "Sec-WebSocket-Accept: {0}\r\n";

    private const string Good = Status + Upgrade + Connection + Accept;

    public static readonly Misbehaviour[] Table =
    [
        Refused("An Accept of another key is refused", Status + Upgrade + Connection + "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n"),
        Refused("A missing Accept is refused", Status + Upgrade + Connection + "\r\n"),
        Refused("An empty Accept is refused", Status + Upgrade + Connection + "Sec-WebSocket-Accept:\r\n\r\n"),
        Refused("A repeated Accept is refused", Good + Accept + "\r\n"),
        Refused("An Accept that is empty and then right is refused", Status + Upgrade + Connection + "Sec-WebSocket-Accept:\r\n" + Accept + "\r\n"),
        Refused("An Accept that is right and then empty is refused", Good + "Sec-WebSocket-Accept:\r\n\r\n"),
        Refused("An Accept in the other case is refused", Status + Upgrade + Connection + "Sec-WebSocket-Accept: {1}\r\n\r\n"),
        Refused("An Accept with more padding is refused", Status + Upgrade + Connection + "Sec-WebSocket-Accept: {0}=\r\n\r\n"),
        Refused("An Accept with its padding cut is refused", Status + Upgrade + Connection + "Sec-WebSocket-Accept: {2}\r\n\r\n"),
        Refused("An Accept that is the request's own key is refused", Status + Upgrade + Connection + "Sec-WebSocket-Accept: {3}\r\n\r\n"),
        Refused("An Accept in quotes is refused", Status + Upgrade + Connection + "Sec-WebSocket-Accept: \"{0}\"\r\n\r\n"),
        Refused("A list of two Accepts is refused", Status + Upgrade + Connection + "Sec-WebSocket-Accept: {0}, {0}\r\n\r\n"),
        Accepted("An Accept between spaces and tabs is accepted", Status + Upgrade + Connection + "Sec-WebSocket-Accept: \t {0} \t \r\n\r\n"),
        Accepted("An Accept without a space is accepted", Status + Upgrade + Connection + "Sec-WebSocket-Accept:{0}\r\n\r\n"),

        Refused("A missing Upgrade is refused", Status + Connection + Accept + "\r\n"),
        Refused("An empty Upgrade is refused", Status + "Upgrade:\r\n" + Connection + Accept + "\r\n"),
        Refused("An Upgrade to something else is refused", Status + "Upgrade: h2c\r\n" + Connection + Accept + "\r\n"),
        Refused("An Upgrade to a list is refused", Status + "Upgrade: websocket, h2c\r\n" + Connection + Accept + "\r\n"),
        Refused("An Upgrade with a version is refused", Status + "Upgrade: websocket/13\r\n" + Connection + Accept + "\r\n"),
        Refused("A repeated Upgrade is refused", Good + Upgrade + "\r\n"),
        Refused("An Upgrade that is empty and then right is refused", Status + "Upgrade:\r\n" + Upgrade + Connection + Accept + "\r\n"),
        Accepted("An Upgrade in odd case is accepted", Status + "uPGRADE: WebSocket\r\n" + Connection + Accept + "\r\n"),

        Refused("A missing Connection is refused", Status + Upgrade + Accept + "\r\n"),
        Refused("A Connection that closes is refused", Status + Upgrade + "Connection: close\r\n" + Accept + "\r\n"),
        Refused("A Connection that holds upgrade inside a word is refused", Status + Upgrade + "Connection: no-upgrade, upgrades\r\n" + Accept + "\r\n"),
        Accepted("A Connection that lists upgrade last is accepted", Status + Upgrade + "Connection: keep-alive, Upgrade\r\n" + Accept + "\r\n"),
        Accepted("A Connection with empty list elements and odd case is accepted", Status + Upgrade + "CONNECTION: , ,\tuPgRaDe ,keep-alive\r\n" + Accept + "\r\n"),
        Accepted("A Connection in two headers is accepted", Status + Upgrade + "Connection: keep-alive\r\n" + Connection + Accept + "\r\n"),
        Accepted("Headers in the opposite order are accepted", Status + Accept + Connection + Upgrade + "Server: x\r\n\r\n"),
        Accepted("An answer without a reason is accepted", "HTTP/1.1 101\r\n" + Upgrade + Connection + Accept + "\r\n"),
        Accepted("An answer with an empty reason is accepted", "HTTP/1.1 101 \r\n" + Upgrade + Connection + Accept + "\r\n"),
        Accepted("A reason of another language is accepted", "HTTP/1.1 101 \u00E9\u00FF\r\n" + Upgrade + Connection + Accept + "\r\n"),
        Accepted("An answer with 128 headers is accepted", Good + Many(125) + "\r\n"),
        Refused("An answer with 129 headers is refused", Good + Many(126) + "\r\n"),
        Accepted("An answer with a Content-Length of 0 is accepted", Good + "Content-Length: 0\r\n\r\n"),
        new("The body of a 101 is read as frames", attack => AnswerAsync(attack, Good + "Content-Length: 5\r\n\r\nhello"))
        {
            Failure = Failure.Violation,
            CloseSent = 1002,
        },

        Refused("An extension nobody asked for is refused", Good + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n", Extension),
        Refused("An unknown extension is refused", Good + "Sec-WebSocket-Extensions: x-compress; level=9\r\n\r\n", Extension),
        Refused("A malformed extension is refused", Good + "Sec-WebSocket-Extensions: ;;=\"\r\n\r\n", Extension),
        Accepted("An empty list of extensions is accepted", Good + "Sec-WebSocket-Extensions:\r\n\r\n"),
        Refused("A subprotocol nobody asked for is refused", Good + "Sec-WebSocket-Protocol: a\r\n\r\n", Subprotocol),
        Refused("An empty subprotocol is refused", Good + "Sec-WebSocket-Protocol:\r\n\r\n", Subprotocol),
        Refused("A subprotocol that was not offered is refused", Good + "Sec-WebSocket-Protocol: c\r\n\r\n", Subprotocol, "a", "b"),
        Refused("A subprotocol in the other case is refused", Good + "Sec-WebSocket-Protocol: A\r\n\r\n", Subprotocol, "a", "b"),
        Refused("A list of subprotocols is refused", Good + "Sec-WebSocket-Protocol: a, b\r\n\r\n", Subprotocol, "a", "b"),
        Refused("A repeated subprotocol is refused", Good + "Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: a\r\n\r\n", Failure.InvalidResponse, "a", "b"),
        Accepted("The second subprotocol that was offered is accepted", Good + "Sec-WebSocket-Protocol: b\r\n\r\n", "a", "b"),
        Accepted("No subprotocol though some were offered is accepted", Good + "\r\n", "a", "b"),

        Refused("HTTP/1.0 is refused", "HTTP/1.0 101 S\r\n" + Upgrade + Connection + Accept + "\r\n"),
        Refused("HTTP/2 in text is refused", "HTTP/2 101 S\r\n" + Upgrade + Connection + Accept + "\r\n"),
        Refused("HTTP in small letters is refused", "http/1.1 101 S\r\n" + Upgrade + Connection + Accept + "\r\n"),
        Refused("The preface of HTTP/2 is refused", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        Refused("The greeting of SSH is refused", "SSH-2.0-OpenSSH_9.9\r\n"),
        Refused("The greeting of SMTP is refused", "220 mail.example ESMTP\r\n"),
        Refused("Garbage with a line end is refused", "\0\u0001\u00FF garbage\r\n\r\n"),
        Refused("A request in place of an answer is refused", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
        Refused("Empty lines before the answer are refused", "\r\n\r\n" + Good + "\r\n"),
        Refused("A NUL in the head is refused", Good + "X: a\0b\r\n\r\n"),
        Refused("A bare line feed is refused", Status + "Upgrade: websocket\n" + Connection + Accept + "\r\n"),
        Refused("A bare carriage return is refused", Good + "X: a\rY: b\r\n\r\n"),
        Refused("A folded header is refused", Good + "X: a\r\n b\r\n\r\n"),
        Refused("A space before the colon is refused", Status + "Upgrade : websocket\r\n" + Connection + Accept + "\r\n"),
        Refused("A header without a colon is refused", Good + "X\r\n\r\n"),
        Refused("A header without a name is refused", Good + ": x\r\n\r\n"),
        Refused("A name that is no token is refused", Good + "X(y): x\r\n\r\n"),
        Refused("A status below 100 is refused", "HTTP/1.1 099 S\r\n\r\n"),
        Refused("A status of two digits is refused", "HTTP/1.1 99 S\r\n\r\n"),
        Refused("A status of four digits is refused", "HTTP/1.1 1010 S\r\n\r\n"),
        Refused("A status of letters is refused", "HTTP/1.1 abc S\r\n\r\n"),
        Refused("A status with a sign is refused", "HTTP/1.1 +10 S\r\n\r\n"),
        Refused("A line longer than 16 KB is refused", Good + "X: " + new string('a', 17_000) + "\r\n\r\n"),

        Refused("A 100 before the 101 is an unexpected status", "HTTP/1.1 100 Continue\r\n\r\n" + Good + "\r\n", Unexpected),
        Refused("A 102 before the 101 is an unexpected status", "HTTP/1.1 102 Processing\r\n\r\n" + Good + "\r\n", Unexpected),
        Refused("A 200 is an unexpected status", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", Unexpected),
        Refused("A 204 is an unexpected status", "HTTP/1.1 204 No Content\r\n\r\n", Unexpected),
        Moved(301, WebErrorStatus.MovedPermanently),
        Moved(302, WebErrorStatus.Found),
        Moved(303, WebErrorStatus.SeeOther),
        Moved(307, WebErrorStatus.TemporaryRedirect),
        Moved(308, WebErrorStatus.UnexpectedRedirection, HResults.UnexpectedRedirection),
        Told(401, WebErrorStatus.Unauthorized, "WWW-Authenticate: Basic realm=x\r\n"),
        Told(403, WebErrorStatus.Forbidden),
        Told(404, WebErrorStatus.NotFound),
        Told(407, WebErrorStatus.ProxyAuthenticationRequired, "Proxy-Authenticate: Basic realm=x\r\n"),
        Told(426, WebErrorStatus.UnexpectedClientError, "Upgrade: TLS/1.2\r\n", HResults.UnexpectedClientError),
        Told(429, WebErrorStatus.UnexpectedClientError, "Retry-After: 0\r\n", HResults.UnexpectedClientError),
        Told(500, WebErrorStatus.InternalServerError),
        Told(503, WebErrorStatus.ServiceUnavailable, "Retry-After: 0\r\n"),
        Told(599, WebErrorStatus.UnexpectedServerError, "", HResults.UnexpectedServerError),
        Told(999, WebErrorStatus.UnexpectedServerError, "", HResults.UnexpectedServerError),

        Endless("A head without end is given up", Good, "X: y\r\n", Failure.InvalidResponse),
        Endless("A header line without end is given up", Good + "X: ", "aaaaaaaaaaaaaaaa", Failure.InvalidResponse),
        Endless("Garbage without a line is given up", "", "\0\0\0\0\0\0\0\0", Failure.InvalidResponse),
        Endless("The body of a 200 without end is not read", "HTTP/1.1 200 OK\r\n\r\n", new string('a', 1000), Unexpected),
        Endless("The body of a 403 without end is not read", "HTTP/1.1 403 F\r\n\r\n", new string('a', 1000), Failure.Http(WebErrorStatus.Forbidden, HResults.HttpStatusBase + 403)),
        new("Silence is given up after 60 seconds", async attack =>
        {
            await attack.ReadRequestAsync();
            await attack.PassAsync(TimeSpan.FromSeconds(60.001));
        })
        {
            Failure = Failure.Timeout(ConnectionPhase.Upgrade),
        },
        new("A head of one byte per half second is given up after 60 seconds", DripAsync) { Failure = Failure.Timeout(ConnectionPhase.Upgrade) },
        new("A head in single bytes is accepted", async attack =>
        {
            await attack.ReadRequestAsync();
            foreach (byte one in (byte[])[.. RawPeer.Answer(attack.Request), .. Attack.Fine])
                await attack.SendAsync([one]);
        }),
        .. Cuts(),
    ];

    private static Failure Extension => new(WebErrorStatus.ErrorHttpInvalidServerResponse, HResults.ProtocolExtensionsNotSupported, ConnectionPhase.Upgrade);

    private static Failure Subprotocol => new(WebErrorStatus.ErrorHttpInvalidServerResponse, HResults.SubprotocolNotSupported, ConnectionPhase.Upgrade);

    private static Failure Unexpected => Failure.Http(WebErrorStatus.UnexpectedStatusCode, HResults.UnexpectedStatus);

    private static string Many(int headers) => string.Concat(Enumerable.Repeat("X: y\r\n", headers));

    private static Misbehaviour Accepted(string name, string head, params string[] offers) =>
        new(name, attack => AnswerAsync(attack, head, Attack.Fine)) { Offers = offers };

    private static Misbehaviour Refused(string name, string head, Failure? failure = null, params string[] offers) =>
        new(name, attack => AnswerAsync(attack, head)) { Failure = failure ?? Failure.InvalidResponse, Offers = offers };

    private static Misbehaviour Told(int status, WebErrorStatus expected, string headers = "", int hresult = 0) => Refused(
        $"A {status} is told as {expected}", $"HTTP/1.1 {status} S\r\n{headers}\r\n", Failure.Http(expected, hresult == 0 ? HResults.HttpStatusBase + status : hresult));

    private static Misbehaviour Moved(int status, WebErrorStatus expected, int hresult = 0) =>
        Told(status, expected, "Location: /elsewhere\r\n", hresult) with { Name = $"A {status} is not followed" };

    private static Misbehaviour Endless(string name, string start, string again, Failure failure) => new(name, async attack =>
    {
        await AnswerAsync(attack, start);
        await attack.FloodAsync(Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(again, 100))));
    })
    {
        Failure = failure,
    };

    private static IEnumerable<Misbehaviour> Cuts()
    {
        foreach ((string place, int bytes) in (ValueTuple<string, int>[])[
            ("before any byte of the answer", 0), ("inside the status line", 5), ("inside the head", 60), ("between the last CR and LF", -1), ("after the head", -0x1000)])
        {
            bool isWhole = bytes == -0x1000;
            ConnectionPhase phase = isWhole ? ConnectionPhase.Open : ConnectionPhase.Upgrade;
            yield return new($"FIN {place} is ConnectionAborted", attack => CutAsync(attack, isWhole ? 0 : bytes, isWhole, attack.Finish)) { Failure = Failure.Aborted(phase) };
            yield return new($"RST {place} is told", attack => CutAsync(attack, isWhole ? 0 : bytes, isWhole, attack.Reset)) { Failure = Failure.Reset(phase) };
        }
    }

    /// <summary>The end comes when what was sent has been read: a RST may take from the client what it had not read.</summary>
    private static async Task CutAsync(Attack attack, int bytes, bool isWhole, Action end)
    {
        await attack.ReadRequestAsync();
        byte[] answer = RawPeer.Answer(attack.Request);
        await attack.SendAsync(isWhole ? answer : bytes < 0 ? answer[..^-bytes] : answer[..bytes]);
        await attack.UntilReadAsync();
        end();
    }

    private static async Task DripAsync(Attack attack)
    {
        await attack.ReadRequestAsync();
        await attack.SendAsync(Encoding.ASCII.GetBytes(Status + "X: "));
        for (int halfSeconds = 0; halfSeconds < 119; halfSeconds++)
        {
            await attack.SendAsync("a"u8.ToArray());
            await attack.UntilReadAsync();
            await attack.PassAsync(TimeSpan.FromSeconds(0.5));
        }

        await attack.PassAsync(TimeSpan.FromSeconds(0.6));
    }

    private static async Task AnswerAsync(Attack attack, string head, byte[]? tail = null)
    {
        await attack.ReadRequestAsync();
        string accept = RawPeer.Accept(attack.Request);
        string swapped = string.Concat(accept.Select(letter => char.IsUpper(letter) ? char.ToLowerInvariant(letter) : char.ToUpperInvariant(letter)));
        string key = attack.Request.Split("Sec-WebSocket-Key: ")[1].Split("\r\n")[0];
        string answer = head.Replace("{0}", accept).Replace("{1}", swapped).Replace("{2}", accept.TrimEnd('=')).Replace("{3}", key);
        await attack.SendAsync([.. Encoding.Latin1.GetBytes(answer), .. tail ?? []]);
    }
}
