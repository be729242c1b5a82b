using System.Net;

namespace LoadTool.Sockets;

/// <summary>A listening TCP socket on one event loop. Used on its loop's thread only.</summary>
internal abstract class Listener
{
    /// <summary>How long a listener rests when the process has no descriptor left for the next connection; without the rest it would spin.</summary>
    internal const long RetryNanoseconds = 50_000_000;

    /// <summary>Connections that may wait to be accepted; the system caps it (net.core.somaxconn).</summary>
    internal const int Backlog = 65_535;

    /// <summary>The address bound, with the port the system chose when 0 was asked for.</summary>
    internal abstract IPEndPoint LocalEndPoint { get; }

    /// <summary>Stops listening; accepted connections live on. Repeatable.</summary>
    internal abstract void Close();
}
