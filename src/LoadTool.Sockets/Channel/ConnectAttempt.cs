using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using LoadTool.Sockets.Protocol;
using Windows.Networking.Sockets;

namespace LoadTool.Sockets;

/// <summary>One attempt to connect while it lasts: its phase and limits, what awaits its steps, and the record that stays.</summary>
internal sealed class ConnectAttempt(EventLoop loop, WebSocketTuning? tuning) : IValueTaskSource
{
    private LoopCompletion<bool> _step;
    private long _beganAt;
    private bool _isRunning;

    internal HandshakeInfo Info { get; } = new();

    internal ConnectionPhase Phase { get; private set; }

    /// <summary>True while a step is under way.</summary>
    internal bool IsWaiting => _step.IsWaiting;

    /// <summary>How long the phase may take; <see cref="Timeout.InfiniteTimeSpan"/> for as long as it likes.</summary>
    internal TimeSpan Limit => tuning?.LimitOf(Phase) ?? WebSocketTuning.DefaultConnectLimit;

    /// <summary>What the server's name resolved to.</summary>
    internal IPAddress[] Addresses { get; private set; } = [];

    /// <summary>What was asked of the server.</summary>
    internal UpgradeRequest? Request { get; set; }

    /// <summary>What the server's answer is to prove that it has read.</summary>
    internal byte[] Key { get; } = new byte[HandshakeKey.KeyBytes];

    /// <summary>Holds what has come of an answer, a proxy's or the server's.</summary>
    internal HeadBuffer? Head { get; set; }

    /// <summary>True when the last refusal, a 401 or from a proxy a 407, asks for a Basic credential.</summary>
    internal bool IsAskedForBasic { get; set; }

    /// <summary>What came behind a proxy's answer: the first bytes of the tunnel.</summary>
    internal byte[]? EarlyBytes { get; set; }

    /// <summary>The next step; it ends in <see cref="Succeed"/> or <see cref="Fail"/>.</summary>
    internal ValueTask Begin(ConnectionPhase phase)
    {
        (Phase, _beganAt, _isRunning) = (phase, loop.Now, true);
        return new ValueTask(this, _step.Begin());
    }

    /// <summary>Called as the phase ends, from whatever told so: a continuation may run later. Repeatable.</summary>
    internal void End()
    {
        if (_isRunning)
            Info.Took(Phase, loop.Now - _beganAt);
        _isRunning = false;
    }

    internal void Succeed()
    {
        End();
        ReturnHead();
        _step.SetResult(true);
    }

    internal void Fail(Exception cause)
    {
        End();
        ReturnHead();
        _step.SetException(cause);
    }

    public void GetResult(short token) => _step.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _step.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _step.OnCompleted(continuation, state, token, loop);

    private void ReturnHead()
    {
        Head?.Return();
        Head = null;
    }

    /// <summary>Asks for the addresses of a name.</summary>
    /// <returns>Success, with <see cref="Addresses"/>, or why there are none.</returns>
    internal async Task<SocketError> ResolveAsync(string host)
    {
        try
        {
            Addresses = await (tuning?.Resolver ?? loop.ResolveAsync)(host);
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
