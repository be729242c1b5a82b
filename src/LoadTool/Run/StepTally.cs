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
    private readonly Dictionary<Outcome, long> _failures = [];
    private long _interrupted;

    internal string Scenario => scenario;

    internal string Step => step;

    /// <summary>The figures since the last call.</summary>
    internal StepFigures TakeInterval(IReadOnlyList<StepRecorder> recorders)
    {
        _interval.Reset();
        _intervalUncorrected.Reset();
        Dictionary<Outcome, long> before = new(_failures);
        long interruptedBefore = _interrupted;
        _failures.Clear();
        _interrupted = 0;
        foreach (StepRecorder recorder in recorders)
            Merge(recorder);
        _total.Add(_interval);
        _totalUncorrected.Add(_intervalUncorrected);
        Dictionary<Outcome, long> failures = _failures
            .Select(failure => KeyValuePair.Create(failure.Key, failure.Value - before.GetValueOrDefault(failure.Key)))
            .Where(failure => failure.Value > 0)
            .ToDictionary();
        return new StepFigures(scenario, step, _interval, _intervalUncorrected, failures, _interrupted - interruptedBefore);
    }

    /// <summary>The figures of the whole run so far.</summary>
    internal StepFigures Total() => new(scenario, step, _total.Copy(), _totalUncorrected.Copy(), new Dictionary<Outcome, long>(_failures), _interrupted);

    /// <summary>The same, lent until the next interval is taken.</summary>
    internal StepFigures Lent() => new(scenario, step, _total, _totalUncorrected, _failures, _interrupted);

    private void Merge(StepRecorder recorder)
    {
        StepReading reading = recorder.Take(_last.GetValueOrDefault(recorder));
        _last[recorder] = reading;
        _interval.Add(reading.Latency);
        _intervalUncorrected.Add(reading.LatencyUncorrected);
        foreach ((Outcome outcome, long count) in reading.Failures)
            _failures[outcome] = _failures.GetValueOrDefault(outcome) + count;
        _interrupted += reading.Interrupted;
    }

    private static Histogram NewHistogram(int significantDigits) => new(
        StepRecorder.LowestNanoseconds, StepRecorder.HighestNanoseconds, significantDigits, autoResize: true);
}
