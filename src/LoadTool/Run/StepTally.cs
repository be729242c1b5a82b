using LoadTool.Metrics;

namespace LoadTool;

/// <summary>One step over all loops: merges their readings of an interval, and keeps the sum of all intervals. Used by the run's thread only.</summary>
internal sealed class StepTally(StepIntervals intervals, string scenario, string step, int significantDigits = StepRecorder.SignificantDigits)
{
    private readonly List<(StepRecorder Recorder, int Place)> _recorders = [];
    private readonly Histogram _total = NewHistogram(significantDigits);
    private readonly Histogram _totalUncorrected = NewHistogram(significantDigits);
    private Histogram? _interval;
    private Histogram? _intervalUncorrected;
    private OutcomeTotals _failures = OutcomeTotals.None;
    private long _interrupted;
    private PacingFigures _pacing;

    internal string Scenario => scenario;

    internal string Step => step;

    /// <summary>The first failure of each kind so far.</summary>
    internal IReadOnlyDictionary<Outcome, OutcomeSample> Samples => _failures.Samples;

    /// <summary>Counts what a loop records of the step from the next interval on.</summary>
    internal void Include(StepRecorder recorder) => _recorders.Add((recorder, intervals.Add(recorder)));

    /// <summary>The figures of the interval that was taken last; to be asked once per interval. Histograms are lent until the next is taken.</summary>
    internal StepFigures Interval()
    {
        (Histogram latency, Histogram latencyUncorrected) = Merge();
        _total.Add(latency);
        _totalUncorrected.Add(latencyUncorrected);
        (OutcomeTotals failuresBefore, long interruptedBefore, PacingFigures pacingBefore) = (_failures, _interrupted, _pacing);
        (_interrupted, _pacing) = (0, default);
        bool hasFailures = false;
        foreach ((StepRecorder recorder, _) in _recorders)
        {
            hasFailures |= recorder.Failures.Any;
            _interrupted += recorder.Interrupted;
            _pacing += recorder.Pacing;
        }

        if (hasFailures)
            _failures = OutcomeTotals.Of(_recorders.SelectMany(recorder => recorder.Recorder.Failures.Read()));
        return new StepFigures(scenario, step, latency, latencyUncorrected, _failures.Since(failuresBefore), _interrupted - interruptedBefore)
        {
            Pacing = _pacing - pacingBefore,
        };
    }

    /// <summary>The figures of the whole run so far.</summary>
    internal StepFigures Total() => new(scenario, step, _total.Copy(), _totalUncorrected.Copy(), _failures.Counts, _interrupted)
    {
        Pacing = _pacing,
    };

    /// <summary>The same, lent until the next interval is taken.</summary>
    internal StepFigures Lent() => new(scenario, step, _total, _totalUncorrected, _failures.Counts, _interrupted)
    {
        Pacing = _pacing,
    };

    /// <summary>What all loops recorded: of one loop its own histograms, which are not used again before the next interval is taken.</summary>
    private (Histogram Latency, Histogram LatencyUncorrected) Merge()
    {
        if (_recorders is [var only])
            return intervals[only.Place];
        (_interval ??= NewHistogram(significantDigits)).Reset();
        (_intervalUncorrected ??= NewHistogram(significantDigits)).Reset();
        foreach ((_, int place) in _recorders)
        {
            (Histogram latency, Histogram latencyUncorrected) = intervals[place];
            _interval.Add(latency);
            _intervalUncorrected.Add(latencyUncorrected);
        }

        return (_interval, _intervalUncorrected);
    }

    private static Histogram NewHistogram(int significantDigits) => new(
        StepRecorder.LowestNanoseconds, StepRecorder.HighestNanoseconds, significantDigits, autoResize: true);
}
