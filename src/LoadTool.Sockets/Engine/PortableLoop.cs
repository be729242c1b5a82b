using System.Net;
using System.Net.Sockets;

namespace LoadTool.Sockets;

/// <summary>
/// The event loop on System.Net.Sockets. Sockets complete on threads of the runtime, which only post to the loop;
/// everything else happens here, as on the other engine. Waits have the granularity of the system's events (about 1 ms).
/// </summary>
internal sealed class PortableLoop(TimeProvider clock, string name) : EventLoop(clock, name)
{
    private readonly AutoResetEvent _wake = new(false);
    private readonly HashSet<IDisposable> _open = [];

    internal override Connection Connect(IPEndPoint remote, ConnectionOptions options, IConnectionHandler handler)
    {
        PortableConnection connection = new(this) { Handler = handler };
        connection.Connect(remote, options);
        return connection;
    }

    internal override Listener Listen(IPEndPoint local, IListenerHandler handler) => new PortableListener(this, local, handler);

    /// <summary>Remembers what is to be closed when the loop ends.</summary>
    internal void Add(IDisposable socket) => _open.Add(socket);

    internal void Remove(IDisposable socket) => _open.Remove(socket);

    internal override void BreakConnections()
    {
        foreach (PortableConnection connection in _open.OfType<PortableConnection>().ToArray())
            connection.Fail(SocketError.OperationAborted);
    }

    private protected override void OnStarted()
    {
    }

    private protected override void Poll(long nanoseconds)
    {
        if (nanoseconds > 0)
        {
            // Rounded up: a wait that ends too early would spin until the timer is due.
            int milliseconds = nanoseconds == long.MaxValue ? Timeout.Infinite : (int)Math.Min(int.MaxValue, (nanoseconds + 999_999) / 1_000_000);
            _wake.WaitOne(milliseconds);
        }

        Woke();
    }

    private protected override void Wake() => _wake.Set();

    private protected override void OnStopped()
    {
        foreach (IDisposable socket in _open.ToArray())
            socket.Dispose();
        // _wake is left to the collector: a completion that comes late may still set it.
    }
}
