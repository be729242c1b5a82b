using LoadTool.Metrics;

namespace LoadTool;

/// <summary>How one loop kept its time, by intervals and in sum. Used by the run's thread only.</summary>
internal sealed class LoopTally
{
    private readonly LagWatch _watch;
    private readonly Histogram _lagTotal = LagWatch.NewHistogram();
    private readonly Histogram _latenessTotal = LagWatch.NewHistogram();
    private readonly Sums _before;
    private Histogram _lag;
    private Histogram _lateness;
    private Sums _last;

    /// <summary>What was measured before is forgotten.</summary>
    internal LoopTally(LagWatch watch)
    {
        _watch = watch;
        (_lag, _lateness) = (watch.SwapLags(null), watch.SwapLateness(null));
        watch.Notes.Clear();
        _before = _last = Sums.Of(watch);
    }

    internal LagWatch Watch => _watch;

    /// <summary>The figures since the last call; histograms are good until the next.</summary>
    internal LoopFigures TakeInterval()
    {
        (_lag, _lateness) = (_watch.SwapLags(_lag), _watch.SwapLateness(_lateness));
        _lagTotal.Add(_lag);
        _latenessTotal.Add(_lateness);
        Sums now = Sums.Of(_watch), last = _last;
        _last = now;
        return Figures(_lag, _lateness, now, last);
    }

    internal LoopFigures Total() => Figures(_lagTotal.Copy(), _latenessTotal.Copy(), _last, _before);

    private LoopFigures Figures(Histogram lag, Histogram lateness, in Sums now, in Sums before) => new(
        _watch.Index, lag, lateness, Time(now.Ran - before.Ran), Time(now.Waited - before.Waited), now.Allocated - before.Allocated, now.ScriptAllocated - before.ScriptAllocated);

    private static TimeSpan? Time(long? nanoseconds) => nanoseconds is { } value ? new TimeSpan(value / TimeSpan.NanosecondsPerTick) : null;

    private readonly record struct Sums(long? Ran, long? Waited, long Allocated, long ScriptAllocated)
    {
        internal static Sums Of(LagWatch watch) => new(watch.Ran, watch.Waited, watch.Allocated, watch.ScriptAllocated);
    }
}
