using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LoadTool.Metrics;

/// <summary>
/// Counts values on one thread, its writer, while others take away what was counted so far, interval by interval. The writer never waits:
/// it runs no interlocked instruction and takes no lock. Every value is in exactly one interval.
/// </summary>
public sealed class Recorder
{
    // The rule. _active: written by readers only (under _readers), read by the writer. _writer.Phase: written by the writer only, read by readers;
    // odd while the writer is between taking _active and having counted. The writer stores the odd phase and then loads _active with no
    // fence in between; the reader stores _active, runs a barrier on every core (MemoryBarrierProcessWide), then loads the phase. The barrier
    // falls somewhere into the writer's instructions:
    // - before a record's load of _active: that record already sees the new histogram;
    // - after it: its odd phase was stored earlier still, so the reader sees that phase, or a later one.
    // So once the reader has seen an even phase, or a change from the odd one it saw first, no record is in the old histogram and none will
    // come: a later one starts after the barrier. Phases are stored with release and loaded with acquire, so the counts are visible as well.
    // It needs each thread's volatile accesses to stay in program order up to the processor, which the JIT keeps; the barrier does the rest.
    private readonly Lock _readers = new();
    private Histogram _active;
    private WriterState _writer;

    /// <summary>Creates a recorder whose histograms are <see cref="Histogram(long, long, int, bool)"/> of these arguments.</summary>
    /// <param name="lowestDiscernibleValue">The smallest difference that matters, in the unit of the values; at least 1.</param>
    /// <param name="highestTrackableValue">The largest value to keep; at least twice <paramref name="lowestDiscernibleValue"/>.</param>
    /// <param name="significantDigits">Decimal digits that every value keeps, 1 to 5.</param>
    /// <param name="autoResize">Whether a larger value widens the range (and allocates) instead of being refused.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these limits.</exception>
    public Recorder(long lowestDiscernibleValue, long highestTrackableValue, int significantDigits, bool autoResize = false) =>
        _active = new Histogram(lowestDiscernibleValue, highestTrackableValue, significantDigits, autoResize);

    /// <summary>Counts one value. Only the writer's thread may call it; allocates nothing unless it has to widen the range.</summary>
    /// <param name="value">The value, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or above the range and the histograms do not widen.</exception>
    public void Record(long value)
    {
        long odd = _writer.Phase + 1;
        Volatile.Write(ref _writer.Phase, odd);
        bool counted = Volatile.Read(ref _active).TryCount(value, count: 1);
        Volatile.Write(ref _writer.Phase, odd + 1);
        if (!counted)
            RecordWithCount(value, count: 1);
    }

    /// <summary>Counts one value several times. Only the writer's thread may call it.</summary>
    /// <param name="value">The value, 0 or more.</param>
    /// <param name="count">How many times, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value or the count is negative, or the value is above the range and the histograms do not widen.</exception>
    /// <exception cref="OverflowException">The interval's total would pass 2^63 - 1.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void RecordWithCount(long value, long count)
    {
        long odd = _writer.Phase + 1;
        Volatile.Write(ref _writer.Phase, odd);
        try
        {
            Volatile.Read(ref _active).RecordValueWithCount(value, count);
        }
        finally
        {
            // Also when the value is refused: a reader would wait for ever.
            Volatile.Write(ref _writer.Phase, odd + 1);
        }
    }

    /// <summary>
    /// Takes the histogram of the interval that ends now and begins the next. Any thread may call it, the writer's too; the caller waits at
    /// most for the one record that is in progress, and sets the timestamps and the tag itself.
    /// </summary>
    /// <param name="recycle">An earlier interval's histogram to clear and use for the next one, not used by anyone else; null allocates one.</param>
    /// <returns>What was recorded since the last call. It belongs to the caller.</returns>
    /// <exception cref="ArgumentException"><paramref name="recycle"/> is laid out differently, or is the one being recorded into.</exception>
    public Histogram SwapInterval(Histogram? recycle = null)
    {
        SwapIntervals([this], new Span<Histogram?>(ref recycle));
        return recycle!;
    }

    /// <summary>
    /// Takes the intervals of several recorders, as <see cref="SwapInterval"/> does of one, but at the price of one: what costs is a barrier on every core that
    /// runs this process, which interrupts the writers for about a microsecond.
    /// </summary>
    /// <param name="recorders">The recorders, each once.</param>
    /// <param name="histograms">For each an earlier interval's histogram to recycle, or null; on return what it recorded since the last call.</param>
    /// <exception cref="ArgumentException">There are not as many of both, or one cannot be recycled; nothing was taken.</exception>
    public static void SwapIntervals(ReadOnlySpan<Recorder> recorders, Span<Histogram?> histograms)
    {
        if (recorders.Length != histograms.Length)
            throw new ArgumentException("as many histograms as recorders are needed", nameof(histograms));
        for (int index = 0; index < recorders.Length; index++)
        {
            if (histograms[index] is { } recycle && !recorders[index].CanRecycle(recycle))
                throw new ArgumentException("not an earlier interval of this recorder", nameof(histograms));
        }

        for (int index = 0; index < recorders.Length; index++)
            histograms[index] = recorders[index].Replace(histograms[index]);
        Interlocked.MemoryBarrierProcessWide();
        foreach (Recorder recorder in recorders)
            recorder.AwaitWriter();
    }

    private bool CanRecycle(Histogram histogram)
    {
        Histogram active = Volatile.Read(ref _active);
        return !ReferenceEquals(histogram, active) && histogram.HasLayoutOf(active);
    }

    private Histogram Replace(Histogram? recycle)
    {
        lock (_readers)
        {
            Histogram ended = _active;
            recycle?.Reset();
            Volatile.Write(ref _active, recycle ?? ended.EmptyTwin());
            return ended;
        }
    }

    /// <summary>To be called after the barrier.</summary>
    private void AwaitWriter()
    {
        long seen = Volatile.Read(ref _writer.Phase);
        SpinWait spin = default;
        while (long.IsOddInteger(seen) && Volatile.Read(ref _writer.Phase) == seen)
            spin.SpinOnce();
    }

    /// <summary>Own cache lines: recorders of two event loops may lie side by side in memory, and a line that both write would travel between their cores.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64 + 8 + 64)]
    private struct WriterState
    {
        [FieldOffset(64)]
        public long Phase;
    }
}
