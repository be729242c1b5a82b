using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>A loop for clients; at its end nothing may be left of them and nothing may have escaped.</summary>
internal sealed class ClientHost : IDisposable
{
    private readonly List<Exception> _unhandled = [];

    public ClientHost(EngineKind engine, TimeProvider? clock = null)
    {
        Loop = EventLoop.Create(engine, clock ?? TimeProvider.System, "client");
        Loop.UnhandledException += _unhandled.Add;
        Loop.Start();
    }

    public EventLoop Loop { get; }

    /// <summary>Runs client code on the loop, within a bounded time.</summary>
    public Task RunAsync(Func<Task> work) => Loop.RunAsync(work).WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Turns the loop until something holds; the whole test run is bounded by its caller's patience of 30 s.</summary>
    public async Task UntilAsync(Func<bool> holds)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        for (bool done = false; !done;)
        {
            limit.Token.ThrowIfCancellationRequested();
            await RunAsync(async () =>
            {
                done = holds();
                await Task.Yield();
            });
        }
    }

    public void Dispose()
    {
        Loop.Dispose();
        Assert.Empty(_unhandled);
    }
}
