using LoadTool.Metrics;

namespace LoadTool;

/// <summary>
/// What one event loop counts of one step (hop 2). Rule: the loop's thread alone writes; the run reads the outcome counters
/// and swaps the histograms out.
/// </summary>
internal sealed class StepRecorder
{
    /// <summary>Latencies in nanoseconds: 1 µs to an hour at 3 digits needs no resizing while the load runs.</summary>
    internal const long LowestNanoseconds = 1;
    internal const long HighestNanoseconds = 3_600_000_000_000;
    internal const int SignificantDigits = 3;

    private readonly Recorder _latency;
    private readonly Recorder _latencyUncorrected;
    private long _interrupted;
    private long _late;
    private long _dropped;
    private long _unmatched;

    internal StepRecorder(string name, int significantDigits = SignificantDigits)
    {
        Name = name;
        _latency = new(LowestNanoseconds, HighestNanoseconds, significantDigits, autoResize: true);
        _latencyUncorrected = new(LowestNanoseconds, HighestNanoseconds, significantDigits, autoResize: true);
    }

    internal string Name { get; }

    internal OutcomeCounts Failures { get; } = new();

    internal void Record(long sinceIntended, long sinceStarted)
    {
        // The clock of a message may be read before the step began: a reply that was here already took no time.
        _latency.Record(Math.Max(0, sinceIntended));
        _latencyUncorrected.Record(Math.Max(0, sinceStarted));
    }

    internal void Interrupt() => _interrupted++;

    /// <inheritdoc cref="PacingFigures.Late"/>
    internal void Late() => _late++;

    /// <inheritdoc cref="PacingFigures.Dropped"/>
    internal void Drop(long count) => _dropped += count;

    /// <inheritdoc cref="PacingFigures.Unmatched"/>
    internal void Unmatched() => _unmatched++;

    /// <summary>What it records latencies into: from the intended moment, and from the actual start.</summary>
    internal Recorder Latency => _latency;

    /// <inheritdoc cref="Latency"/>
    internal Recorder LatencyUncorrected => _latencyUncorrected;

    /// <summary>Cut by the end so far. Called by the run, on its own thread, as is what follows.</summary>
    internal long Interrupted => Volatile.Read(ref _interrupted);

    internal PacingFigures Pacing => new(Volatile.Read(ref _late), Volatile.Read(ref _dropped), Volatile.Read(ref _unmatched));
}
