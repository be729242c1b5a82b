using LoadTool.Metrics;

namespace LoadTool;

/// <summary>One step over all loops: merges their readings of an interval, and keeps the sum of all intervals. Used by the run's thread only.</summary>
internal sealed class StepTally(string scenario, string step, int significantDigits = StepRecorder.SignificantDigits)
{
    private readonly Dictionary<StepRecorder, StepReading> _last = [];
    private readonly Histogram _interval = NewHistogram(significantDigits);
    private readonly Histogram _intervalUncorrected = NewHistogram(significantDigits);
    private readonly Histogram _total = NewHistogram(significantDigits);
    private readonly Histogram _totalUncorrected = NewHistogram(significantDigits);
    private OutcomeTotals _failures = OutcomeTotals.None;
    private long _interrupted;
    private PacingFigures _pacing;

    internal string Scenario => scenario;

    internal string Step => step;

    /// <summary>The first failure of each kind so far.</summary>
    internal IReadOnlyDictionary<Outcome, OutcomeSample> Samples => _failures.Samples;

    /// <summary>The figures since the last call.</summary>
    internal StepFigures TakeInterval(IReadOnlyList<StepRecorder> recorders)
    {
        _interval.Reset();
        _intervalUncorrected.Reset();
        (OutcomeTotals failuresBefore, long interruptedBefore, PacingFigures pacingBefore) = (_failures, _interrupted, _pacing);
        StepReading[] readings = [.. recorders.Select(Merge)];
        _total.Add(_interval);
        _totalUncorrected.Add(_intervalUncorrected);
        _failures = OutcomeTotals.Of(readings.SelectMany(reading => reading.Failures));
        _interrupted = readings.Sum(reading => reading.Interrupted);
        _pacing = readings.Aggregate(default(PacingFigures), (sum, reading) => sum + reading.Pacing);
        return new StepFigures(scenario, step, _interval, _intervalUncorrected, _failures.Since(failuresBefore), _interrupted - interruptedBefore)
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

    private StepReading Merge(StepRecorder recorder)
    {
        StepReading reading = recorder.Take(_last.GetValueOrDefault(recorder));
        _last[recorder] = reading;
        _interval.Add(reading.Latency);
        _intervalUncorrected.Add(reading.LatencyUncorrected);
        return reading;
    }

    private static Histogram NewHistogram(int significantDigits) => new(
        StepRecorder.LowestNanoseconds, StepRecorder.HighestNanoseconds, significantDigits, autoResize: true);
}
