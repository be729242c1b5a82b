using System.Net;
using System.Net.Security;
using LoadTool.Cli.Serve;
using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>A target server on its own loop, and a loop for clients, both of one engine.</summary>
internal sealed class LoopHost : IAsyncDisposable
{
    private readonly List<Exception> _unhandled = [];
    private string _scheme = "ws";

    private LoopHost(EngineKind engine)
    {
        ServerLoop = EventLoop.Create(engine, TimeProvider.System, "server");
        ClientLoop = EventLoop.Create(engine, TimeProvider.System, "client");
        ServerLoop.UnhandledException += _unhandled.Add;
        ClientLoop.UnhandledException += _unhandled.Add;
        ServerLoop.Start();
        ClientLoop.Start();
    }

    public EventLoop ClientLoop { get; }

    public EventLoop ServerLoop { get; }

    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.Loopback, 0);

    public static async Task<LoopHost> StartAsync(EngineKind engine, SslServerAuthenticationOptions? tls = null)
    {
        LoopHost host = new(engine);
        host.EndPoint = await TargetServer.StartAsync(host.ServerLoop, host.EndPoint, _ => { }, tls);
        host._scheme = tls is null ? "ws" : "wss";
        return host;
    }

    public Uri Uri(string path) => new($"{_scheme}://{EndPoint}{path}");

    /// <summary>Runs client code on its loop, within a bounded time.</summary>
    public Task OnClientAsync(Func<Task> work) => ClientLoop.RunAsync(work).WaitAsync(TimeSpan.FromSeconds(30));

    public ValueTask DisposeAsync()
    {
        ClientLoop.Dispose();
        ServerLoop.Dispose();
        Assert.Empty(_unhandled);
        return ValueTask.CompletedTask;
    }
}
