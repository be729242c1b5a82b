using System.Net;
using System.Net.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool.Sockets;

/// <summary>One attempt to connect while it lasts: its phase and limits, and the record that stays.</summary>
internal sealed class ConnectAttempt(EventLoop loop, WebSocketTuning? tuning)
{
    private long _beganAt;
    private bool _isRunning;

    internal HandshakeInfo Info { get; } = new();

    internal ConnectionPhase Phase { get; private set; }

    /// <summary>How long the phase may take; <see cref="Timeout.InfiniteTimeSpan"/> for as long as it likes.</summary>
    internal TimeSpan Limit => tuning?.LimitOf(Phase) ?? WebSocketTuning.DefaultConnectLimit;

    /// <summary>What the server's name resolved to.</summary>
    internal IPAddress[] Addresses { get; private set; } = [];

    /// <summary>Holds what has come of a proxy's answer.</summary>
    internal HeadBuffer? ProxyHead { get; set; }

    /// <summary>What came behind a proxy's answer: the first bytes of the tunnel.</summary>
    internal byte[]? EarlyBytes { get; set; }

    internal void Begin(ConnectionPhase phase) => (Phase, _beganAt, _isRunning) = (phase, loop.Now, true);

    /// <summary>Called as the phase ends, from whatever told so: a continuation may run later. Repeatable.</summary>
    internal void End()
    {
        if (_isRunning)
            Info.Took(Phase, loop.Now - _beganAt);
        _isRunning = false;
    }

    /// <summary>Asks for the addresses of a name.</summary>
    /// <returns>Success, with <see cref="Addresses"/>, or why there are none.</returns>
    internal async Task<SocketError> ResolveAsync(string host)
    {
        try
        {
            Addresses = await (tuning?.Resolver ?? Dns.GetHostAddressesAsync)(host);
            return Addresses.Length > 0 ? SocketError.Success : SocketError.HostNotFound;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode;
        }
        catch (ArgumentException)
        {
            // Longer than a name can be.
            return SocketError.HostNotFound;
        }
    }
}
