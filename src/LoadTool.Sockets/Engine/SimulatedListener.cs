using System.Net;

namespace LoadTool.Sockets;

/// <summary>Listens on a simulated network.</summary>
internal sealed class SimulatedListener(SimulatedLoop loop, SimulatedNetwork network, IPEndPoint local, IListenerHandler handler) : Listener
{
    internal override IPEndPoint LocalEndPoint => local;

    internal SimulatedLoop Loop => loop;

    internal IListenerHandler Handler => handler;

    internal bool IsClosed { get; private set; }

    internal override void Close()
    {
        if (IsClosed)
            return;
        IsClosed = true;
        network.Remove(this);
    }
}
