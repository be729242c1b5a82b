using System.Net;
using System.Net.Sockets;
using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>A server of this library's own on a loop of its own, and a loop for clients, both of one engine; the test says how it answers.</summary>
internal sealed class AnsweringServer : IListenerHandler, IDisposable
{
    private readonly List<Exception> _unhandled = [];
    private readonly EventLoop _serverLoop;
    private readonly Func<string, ServerAnswer> _answer;
    private IPEndPoint? _endPoint;

    private AnsweringServer(EngineKind engine, Func<string, ServerAnswer> answer)
    {
        _answer = answer;
        _serverLoop = EventLoop.Create(engine, TimeProvider.System, "server");
        ClientLoop = EventLoop.Create(engine, TimeProvider.System, "client");
        foreach (EventLoop loop in (EventLoop[])[_serverLoop, ClientLoop])
        {
            loop.UnhandledException += _unhandled.Add;
            loop.Start();
        }
    }

    public EventLoop ClientLoop { get; }

    public LoopCounters ServerCounters => _serverLoop.Counters;

    public Uri Uri => new($"ws://{_endPoint}/");

    public static async Task<AnsweringServer> StartAsync(EngineKind engine, Func<string, ServerAnswer> answer)
    {
        AnsweringServer server = new(engine, answer);
        await server._serverLoop.RunAsync(() =>
        {
            server._endPoint = server._serverLoop.Listen(new IPEndPoint(IPAddress.Loopback, 0), server).LocalEndPoint;
            return Task.CompletedTask;
        });
        return server;
    }

    /// <summary>Runs client code on its loop, within a bounded time.</summary>
    public Task OnClientAsync(Func<Task> work) => ClientLoop.RunAsync(work).WaitAsync(TimeSpan.FromSeconds(30));

    void IListenerHandler.OnAccepted(Connection connection) => _ = new ServerChannel(connection, _answer);

    void IListenerHandler.OnAcceptFailed(SocketError error) => _unhandled.Add(new SocketException((int)error));

    public void Dispose()
    {
        ClientLoop.Dispose();
        _serverLoop.Dispose();
        Assert.Empty(_unhandled);
    }
}
