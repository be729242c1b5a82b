using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using LoadTool.Sockets;

namespace LoadTool.Cli.Serve;

/// <summary>The server that <c>loadtool serve</c> runs: one path per behaviour, the good and the bad, for first runs and for tests.</summary>
internal sealed class TargetServer : IListenerHandler
{
    private const int MaxWorks = 1_000;

    private readonly EventLoop _loop;
    private readonly Rooms _rooms = new();
    private readonly Dictionary<(double Milliseconds, int Slots), Work> _work = [];
    private readonly Action<string> _log;
    private readonly SslServerAuthenticationOptions? _tls;
    private Listener? _listener;

    private TargetServer(EventLoop loop, Action<string> log, SslServerAuthenticationOptions? tls) => (_loop, _log, _tls) = (loop, log, tls);

    /// <summary>What the server offers, path and purpose.</summary>
    internal static readonly IReadOnlyList<(string Path, string Purpose)> Paths =
    [
        ("/echo", "sends every message back"),
        ("/sink", "reads messages and says nothing"),
        ("/source?rate=10&size=64", "sends messages by itself: rate per second, size in bytes"),
        ("/broadcast?room=name", "sends every message to all who are in this room; without a name in one of its own"),
        ("/reply?every=2&size=16", "answers every so manieth message with one of that size"),
        ("/delay?ms=100", "sends every message back after a delay"),
        ("/work?ms=5&slots=4", "sends every message back after work of so long, on so many at once over all connections; the others wait in line"),
        ("/leak?bytes=100&every=1000", "sends every message back, and keeps so many more bytes of memory per connection every so many ms"),
        ("/status/503", "refuses the upgrade with that HTTP status"),
        ("/close/4001", "closes at once with that close code"),
        ("/reset", "resets TCP at once"),
        ("/stall", "accepts the upgrade, then neither reads nor sends"),
        ("/hang", "never answers the upgrade"),
        ("/echo?subprotocol=name", "chooses that subprotocol if the client offers it; every path can"),
        ("/echo?deflate", "agrees to permessage-deflate if the client offers it; every path can"),
        ("/echo?deflate=no-context,9", "asks both ends to forget each message, or for a window of 8 to 15 bits"),
        .. Fault.All.Select(fault => ($"/fault/{fault.Name}", fault.Purpose)),
    ];

    /// <summary>Listens on a loop; with <paramref name="tls"/>, for wss.</summary>
    /// <returns>The server, and the address bound.</returns>
    /// <exception cref="SocketException">The address is in use or not of this machine.</exception>
    internal static async Task<IPEndPoint> StartAsync(EventLoop loop, IPEndPoint local, Action<string> log, SslServerAuthenticationOptions? tls = null)
    {
        TargetServer server = new(loop, log, tls);
        await loop.RunAsync(() =>
        {
            server._listener = loop.Listen(local, server);
            return Task.CompletedTask;
        });
        return server._listener!.LocalEndPoint;
    }

    void IListenerHandler.OnAccepted(Connection connection)
    {
        if (_tls is null)
            Serve(connection);
        else
            TlsAccept.Start(connection, _tls, Serve);
    }

    void IListenerHandler.OnAcceptFailed(SocketError error) => _log($"cannot accept a connection: {error}; raise the limit of open files (ulimit -n)");

    private void Serve(Connection connection) => _ = new ServerChannel(connection, Answer);

    private ServerAnswer Answer(string target)
    {
        int question = target.IndexOf('?');
        string path = question < 0 ? target : target[..question];
        Query query = new(question < 0 ? "" : target[(question + 1)..]);
        if (!DeflateQuery.TryRead(query, out DeflateOptions? deflate))
            return ServerAnswer.Refuse(400);
        return AnswerTo(path, query) with { Deflate = deflate, Subprotocol = query["subprotocol"] };
    }

    private ServerAnswer AnswerTo(string path, Query query)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            ["echo"] => ServerAnswer.Accept(EchoBehaviour.Instance),
            ["sink"] => ServerAnswer.Accept(Sink.Instance),
            ["source"] => Source.TryCreate(query, out Source? source) ? ServerAnswer.Accept(source) : ServerAnswer.Refuse(400),
            ["broadcast"] => _rooms.Enter(query["room"] ?? ""),
            ["reply"] => Replies.TryCreate(query, out Replies? replies) ? ServerAnswer.Accept(replies) : ServerAnswer.Refuse(400),
            ["delay"] => query.TryGet("ms", 100, min: 0, max: 3_600_000, out double ms) ? ServerAnswer.Accept(new Delay(ms)) : ServerAnswer.Refuse(400),
            ["work"] => AnswerWork(query),
            ["leak"] => Leak.TryCreate(query, out Leak? leak) ? ServerAnswer.Accept(leak) : ServerAnswer.Refuse(400),
            ["status", string status] when TryParse(status, 200, 999, out int code) => ServerAnswer.Refuse(code),
            ["close", string close] when TryParse(close, 1000, 4999, out int code) => CloseWith(code),
            ["reset"] => ServerAnswer.Accept(Reset.Instance),
            ["stall"] => ServerAnswer.Accept(Stall.Instance),
            ["hang"] => ServerAnswer.Silence,
            ["fault", string name] => Fault.All.FirstOrDefault(fault => fault.Name == name)?.Answer ?? ServerAnswer.Refuse(404),
            _ => ServerAnswer.Refuse(404),
        };
    }

    /// <summary>All connections with the same numbers share their slots.</summary>
    private ServerAnswer AnswerWork(Query query)
    {
        bool isValid = query.TryGet("ms", 5, min: 0, max: 3_600_000, out double ms) & query.TryGet("slots", 1, min: 1, max: 1_000_000, out double slots);
        if (!isValid)
            return ServerAnswer.Refuse(400);
        if (!_work.TryGetValue((ms, (int)slots), out Work? work))
        {
            // Numbers come from clients: more than this many are a mistake in a scenario, and would be a way to fill the memory.
            if (_work.Count >= MaxWorks)
                return ServerAnswer.Refuse(503);
            _work.Add((ms, (int)slots), work = new Work(ms, (int)slots));
        }

        return ServerAnswer.Accept(work);
    }

    private static ServerAnswer CloseWith(int code) =>
        LoadTool.Sockets.Protocol.CloseCodes.MayBeOnTheWire((ushort)code) ? ServerAnswer.Accept(new CloseAtOnce((ushort)code)) : ServerAnswer.Refuse(400);

    private static bool TryParse(string text, int min, int max, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max;
}
