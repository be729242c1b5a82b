using System.Runtime.InteropServices;
using LoadTool.Metrics;

namespace LoadTool;

/// <summary>One step over all loops: merges their readings of an interval, and keeps the sum of all intervals. Used by the run's thread only.</summary>
internal sealed class StepTally(string scenario, string step, int significantDigits = StepRecorder.SignificantDigits)
{
    private readonly Dictionary<StepRecorder, StepReading> _last = [];
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

    /// <summary>The figures of several steps since the last call, taken together: see <see cref="Recorder.SwapIntervals"/>.</summary>
    /// <param name="steps">Each step with its recorders.</param>
    /// <returns>In order; histograms are lent until the next call.</returns>
    internal static IReadOnlyList<StepFigures> TakeIntervals(IReadOnlyList<(StepTally Tally, IReadOnlyList<StepRecorder> Recorders)> steps)
    {
        List<Recorder> recorders = [];
        List<Histogram?> histograms = [];
        foreach ((StepTally tally, IReadOnlyList<StepRecorder> own) in steps)
        {
            foreach (StepRecorder recorder in own)
            {
                StepReading? last = tally._last.GetValueOrDefault(recorder);
                recorders.AddRange(recorder.Latency, recorder.LatencyUncorrected);
                histograms.AddRange(last?.Latency, last?.LatencyUncorrected);
            }
        }

        Recorder.SwapIntervals(CollectionsMarshal.AsSpan(recorders), CollectionsMarshal.AsSpan(histograms));
        int taken = 0;
        StepFigures[] figures = new StepFigures[steps.Count];
        foreach ((int index, (StepTally tally, IReadOnlyList<StepRecorder> own)) in steps.Index())
        {
            StepReading[] readings = [.. own.Select((recorder, at) => recorder.Read(histograms[taken + 2 * at]!, histograms[taken + 2 * at + 1]!))];
            foreach ((StepRecorder recorder, StepReading reading) in own.Zip(readings))
                tally._last[recorder] = reading;
            figures[index] = tally.Interval(readings);
            taken += 2 * own.Count;
        }

        return figures;
    }

    private StepFigures Interval(StepReading[] readings)
    {
        Histogram latency = Sum(readings, reading => reading.Latency, ref _interval);
        Histogram latencyUncorrected = Sum(readings, reading => reading.LatencyUncorrected, ref _intervalUncorrected);
        (OutcomeTotals failuresBefore, long interruptedBefore, PacingFigures pacingBefore) = (_failures, _interrupted, _pacing);
        _total.Add(latency);
        _totalUncorrected.Add(latencyUncorrected);
        if (readings.Any(reading => reading.Failures.Length > 0))
            _failures = OutcomeTotals.Of(readings.SelectMany(reading => reading.Failures));
        _interrupted = readings.Sum(reading => reading.Interrupted);
        _pacing = readings.Aggregate(default(PacingFigures), (sum, reading) => sum + reading.Pacing);
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

    /// <summary>What all loops recorded: of one loop its own histogram, which is not used again before the next interval is taken.</summary>
    private Histogram Sum(StepReading[] readings, Func<StepReading, Histogram> of, ref Histogram? sum)
    {
        if (readings is [var only])
            return of(only);
        sum ??= NewHistogram(significantDigits);
        sum.Reset();
        foreach (StepReading reading in readings)
            sum.Add(of(reading));
        return sum;
    }

    private static Histogram NewHistogram(int significantDigits) => new(
        StepRecorder.LowestNanoseconds, StepRecorder.HighestNanoseconds, significantDigits, autoResize: true);
}
