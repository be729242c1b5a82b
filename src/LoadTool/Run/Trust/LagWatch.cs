using System.Collections.Concurrent;
using LoadTool.Metrics;
using LoadTool.Sockets;

namespace LoadTool;

/// <summary>
/// How one event loop keeps its time: a timer that is due every ten milliseconds, whatever else happens, and looks how late it comes. At any moment of the run
/// something else that fell due would have come as late: so each beat counts once for itself and once for each of those that it was too late for.
/// </summary>
/// <remarks>
/// Rule: the loop's thread alone writes; the run swaps the histograms out, takes notes from the queue and reads single sums, each exact at the last beat.
/// </remarks>
internal sealed class LagWatch : LoopTimer
{
    /// <summary>Between two looks, nanoseconds: often enough that no lag worth telling falls between them, and too seldom to cost anything.</summary>
    internal const long Beat = 10_000_000;

    /// <summary>From here on the cause of a lag is asked for.</summary>
    internal const long LongLag = 10_000_000;

    /// <summary>Two digits and a start at 1 µs: enough to judge by, in 20 KB.</summary>
    private const long Lowest = 1_000;
    private const long Highest = 3_600_000_000_000;
    private const int Digits = 2;
    private const long Unknown = -1;

    private readonly RunLoop _here;
    private readonly EventLoop _loop;
    private readonly LagPulse _pulse;
    private readonly ConcurrentQueue<LagNote> _notes = new();
    private readonly Recorder _lags = new(Lowest, Highest, Digits, autoResize: true);
    private readonly Recorder _lateness = new(Lowest, Highest, Digits, autoResize: true);
    private LagMeter? _meter;
    private LagCosts _costs;
    private LagNote? _stretch;
    private long _endedSince;
    private string? _endedStep;
    private VirtualUser? _endedUser;
    private long _beatAt = long.MaxValue;
    private long _ran;
    private long _waited;
    private long _allocated;
    private long _scriptAllocated;

    /// <param name="here">The loop, of the run.</param>
    /// <param name="loop">The same, of the engine.</param>
    /// <param name="pulse">That of the process.</param>
    internal LagWatch(RunLoop here, EventLoop loop, LagPulse pulse) => (_here, _loop, _pulse) = (here, loop, pulse);

    internal EventLoop Loop => _loop;

    internal int Index => _here.Index;

    /// <summary>Lags that were long, oldest first.</summary>
    internal ConcurrentQueue<LagNote> Notes => _notes;

    /// <summary>When it last beat; far in the future before it has begun.</summary>
    internal long BeatAt => Volatile.Read(ref _beatAt);

    /// <summary>Nanoseconds on a processor so far; null where the system does not tell.</summary>
    internal long? Ran => Known(Volatile.Read(ref _ran));

    /// <summary>Nanoseconds so far in which the thread was ready and got no processor; null where the system does not tell.</summary>
    internal long? Waited => Known(Volatile.Read(ref _waited));

    /// <summary>Managed bytes that the thread has allocated so far.</summary>
    internal long Allocated => Volatile.Read(ref _allocated);

    /// <summary>Those of them that were allocated while code of scripts ran.</summary>
    internal long ScriptAllocated => Volatile.Read(ref _scriptAllocated);

    /// <summary>An arrival or a turn was begun.</summary>
    /// <param name="nanoseconds">So much later than it was due.</param>
    internal void CountLateness(long nanoseconds) => _lateness.Record(Math.Max(0, nanoseconds));

    /// <summary>
    /// A step ends, without a look at the clock: a piece of work that began in it and goes on after it is told as being in it. A step that begins
    /// is a boundary, so that whichever ends first in a piece of work was under way from the piece's beginning on.
    /// </summary>
    internal void EndStep(string name, VirtualUser user)
    {
        if (_endedSince != _loop.StampedAt)
            (_endedSince, _endedStep, _endedUser) = (_loop.StampedAt, name, user);
    }

    internal Histogram SwapLags(Histogram? recycle) => _lags.SwapInterval(recycle);

    internal Histogram SwapLateness(Histogram? recycle) => _lateness.SwapInterval(recycle);

    internal static Histogram NewHistogram() => new(Lowest, Highest, Digits, autoResize: true);

    /// <summary>Begins to watch. On the loop's thread.</summary>
    internal void Begin()
    {
        _meter = new LagMeter(_pulse);
        _here.Watch = this;
        _loop.Stretched = OnStretch;
        long now = _loop.Now;
        _costs = _meter.Read(now);
        Publish(now);
        _loop.Arm(this, now + Beat);
    }

    internal override void Fire(long dueAt)
    {
        long now = _loop.StampedAt;
        long lag = Math.Max(0, now - dueAt);
        for (long left = lag; left >= 0; left -= Beat)
            _lags.Record(left);
        LagCosts before = _costs;
        _costs = _meter!.Read(now);
        if (lag >= LongLag)
            Note(now, lag, _costs - before);
        _stretch = null;
        Publish(now);
        _loop.Arm(this, dueAt + (lag / Beat + 1) * Beat);
    }

    /// <summary>No more beats. On the loop's thread.</summary>
    internal void End()
    {
        _loop.Disarm(this);
        _loop.Stretched = null;
        _here.Watch = null;
        _meter?.Dispose();
    }

    private void Note(long now, long lag, LagCosts spent)
    {
        LagCause cause = spent.CauseOf(lag, isOnePiece: _stretch is not null && _stretch.Nanoseconds >= lag / 2);
        _notes.Enqueue(cause == LagCause.Script ? _stretch! with { At = now, Cause = cause } : new LagNote(Index, now, lag, cause));
    }

    /// <summary>The longest piece of work since the last beat.</summary>
    private void OnStretch(long from, long to, object? actor)
    {
        if (_stretch is not null && _stretch.Nanoseconds >= to - from)
            return;
        VirtualUser? user = actor as VirtualUser;
        string? step = user is not null && _endedSince == from && ReferenceEquals(_endedUser, user) ? _endedStep : user?.Step?.Name;
        _stretch = new LagNote(Index, to, to - from, LagCause.Script, user?.Share.Scenario.Name, step, user?.Number ?? 0);
    }

    private void Publish(long now)
    {
        Volatile.Write(ref _beatAt, now);
        Volatile.Write(ref _ran, _costs.Ran ?? Unknown);
        Volatile.Write(ref _waited, _costs.Waited ?? Unknown);
        Volatile.Write(ref _allocated, GC.GetAllocatedBytesForCurrentThread());
        Volatile.Write(ref _scriptAllocated, _loop.ActorBytes);
    }

    private static long? Known(long value) => value == Unknown ? null : value;
}
