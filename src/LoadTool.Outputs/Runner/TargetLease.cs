using LoadTool.Sockets;

namespace LoadTool;

/// <summary>The target of a run: the one that was given, or an echo server inside this process for as long as the run lasts.</summary>
internal sealed class TargetLease : IDisposable
{
    private readonly EventLoop? _loop;

    private TargetLease(Uri uri, EventLoop? loop) => (Uri, _loop) = (uri, loop);

    internal Uri Uri { get; }

    /// <param name="given">The target, or null for none.</param>
    /// <param name="engine">The server's event loop, where one is started; null for the default.</param>
    internal static async Task<TargetLease> TakeAsync(Uri? given, EngineKind? engine = null)
    {
        if (given is not null)
            return new TargetLease(given, loop: null);
        EventLoop loop = EventLoop.Create(engine ?? EventLoop.DefaultEngine, TimeProvider.System, "target");
        loop.Start();
        return new TargetLease(await LocalEcho.ListenAsync(loop), loop);
    }

    public void Dispose() => _loop?.Dispose();
}
