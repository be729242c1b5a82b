using LoadTool.Metrics;
using LoadTool.Sockets;

namespace LoadTool;

/// <summary>
/// What one event loop counts of its sockets' connecting (hop 2). Rule: the loop's thread alone writes; the run reads the counters and swaps the
/// histograms out. A recorder is made when its phase first occurs, because each takes half a megabyte.
/// </summary>
internal sealed class ConnectRecorder(EventLoop loop) : IConnectionObserver
{
    internal static readonly ConnectPart[] Parts = Enum.GetValues<ConnectPart>();

    private readonly Recorder?[] _recorders = new Recorder?[Parts.Length];
    private long _interrupted;

    internal OutcomeCounts Failures { get; } = new();

    /// <summary>Connections that ended while nobody awaited them.</summary>
    internal OutcomeCounts Lost { get; } = new();

    internal long Interrupted => Volatile.Read(ref _interrupted);

    /// <summary>Null while the phase has not occurred.</summary>
    internal Recorder? this[ConnectPart part] => Volatile.Read(ref _recorders[(int)part]);

    void IConnectionObserver.OnConnected(HandshakeInfo handshake, bool? isTlsResumed, long nanoseconds)
    {
        Record(ConnectPart.Whole, nanoseconds);
        Record(ConnectPart.Dns, handshake, ConnectionPhase.Dns, handshake.DnsDuration);
        Record(ConnectPart.Tcp, handshake, ConnectionPhase.Tcp, handshake.TcpDuration);
        Record(ConnectPart.Proxy, handshake, ConnectionPhase.Proxy, handshake.ProxyDuration);
        Record(ConnectPart.Tls, handshake, ConnectionPhase.Tls, handshake.TlsDuration);
        if (isTlsResumed is { } resumed)
            Record(resumed ? ConnectPart.TlsResumed : ConnectPart.TlsFull, handshake, ConnectionPhase.Tls, handshake.TlsDuration);
        Record(ConnectPart.Upgrade, handshake, ConnectionPhase.Upgrade, handshake.UpgradeDuration);
    }

    void IConnectionObserver.OnFirstMessage(long nanoseconds) => Record(ConnectPart.FirstMessage, nanoseconds);

    void IConnectionObserver.OnConnectFailed(Exception error, uint socketId)
    {
        if (error is OperationCanceledException or WebSocketTransportException { HResult: HResults.OperationAborted })
            _interrupted++;
        else
            Count(Failures, error, socketId);
    }

    void IConnectionObserver.OnLost(WebSocketTransportException cause) => Count(Lost, cause, cause.SocketId);

    private void Count(OutcomeCounts counts, Exception error, uint socketId)
    {
        Outcome outcome = Outcome.Of(error);
        if (!counts.TryCount(outcome))
            counts.Add(outcome, new OutcomeSample(loop.UtcNow, Scenario: null, Step: null, User: null, socketId == 0 ? null : socketId, OutcomeSample.Cut(error.Message)));
    }

    private void Record(ConnectPart part, HandshakeInfo handshake, ConnectionPhase phase, TimeSpan duration)
    {
        if (handshake.WentThrough(phase))
            Record(part, duration.Ticks * TimeSpan.NanosecondsPerTick);
    }

    private void Record(ConnectPart part, long nanoseconds)
    {
        if (_recorders[(int)part] is not { } recorder)
        {
            recorder = new(StepRecorder.LowestNanoseconds, StepRecorder.HighestNanoseconds, StepRecorder.SignificantDigits, autoResize: true);
            Volatile.Write(ref _recorders[(int)part], recorder);
        }

        // A first message that came with the upgrade's answer took no time.
        recorder.Record(Math.Max(0, nanoseconds));
    }
}
