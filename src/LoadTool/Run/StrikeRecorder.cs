using LoadTool.Metrics;

namespace LoadTool;

/// <summary>What one event loop counts of one strike (hop 2). Rule: the loop's thread alone writes, the run reads.</summary>
internal sealed class StrikeRecorder(Strike strike)
{
    /// <summary>Two digits from a microsecond on: 12 kB, and there may be a hundred of them.</summary>
    private const long LowestNanoseconds = 1_000;
    private const int SignificantDigits = 2;

    private readonly Recorder _recover = new(LowestNanoseconds, StepRecorder.HighestNanoseconds, SignificantDigits, autoResize: true);
    private long _living;
    private long _cut;
    private long _attempts;

    internal Strike Strike => strike;

    internal long Living => Volatile.Read(ref _living);

    internal long Cut => Volatile.Read(ref _cut);

    internal long Attempts => Volatile.Read(ref _attempts);

    internal static Histogram NewHistogram() => new(LowestNanoseconds, StepRecorder.HighestNanoseconds, SignificantDigits, autoResize: true);

    internal void Begin(int living, int cut)
    {
        Volatile.Write(ref _living, living);
        Volatile.Write(ref _cut, cut);
    }

    internal void CountAttempt() => Volatile.Write(ref _attempts, _attempts + 1);

    internal void Recover(long nanoseconds) => _recover.Record(nanoseconds);

    /// <summary>What was recorded since the last call.</summary>
    internal Histogram Take() => _recover.SwapInterval(null);
}
