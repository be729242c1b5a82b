using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LoadTool.Metrics;

/// <summary>
/// Counts of values from zero up, each kept to a fixed number of significant decimal digits: a high dynamic range histogram with the layout,
/// the figures and the file formats of HdrHistogram (Java, 2.1.11). The unit of the values is the caller's; latencies here are nanoseconds.
/// </summary>
/// <remarks>One thread at a time: see <see cref="Recorder"/> for one that writes while another reads.</remarks>
public sealed partial class Histogram
{
    private readonly HistogramLayout _layout;
    private long[] _counts;
    private Tallies _tallies = Tallies.None;

    /// <summary>Creates an empty histogram for values from 0 to a highest one.</summary>
    /// <param name="lowestDiscernibleValue">The smallest difference that matters, in the unit of the values; at least 1. It is rounded down to a power of two.</param>
    /// <param name="highestTrackableValue">The largest value to keep; at least twice <paramref name="lowestDiscernibleValue"/>.</param>
    /// <param name="significantDigits">Decimal digits that every value keeps, 1 to 5.</param>
    /// <param name="autoResize">Whether a larger value widens the range (and allocates) instead of being refused.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these limits, or the digits do not fit into 62 bits above the lowest value.</exception>
    public Histogram(long lowestDiscernibleValue, long highestTrackableValue, int significantDigits, bool autoResize = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lowestDiscernibleValue, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(highestTrackableValue / 2, lowestDiscernibleValue, nameof(highestTrackableValue));
        ArgumentOutOfRangeException.ThrowIfLessThan(significantDigits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(significantDigits, 5);
        _layout = new HistogramLayout(lowestDiscernibleValue, significantDigits);
        if (!_layout.IsRepresentable)
            throw new ArgumentOutOfRangeException(nameof(significantDigits), significantDigits, $"these digits above {lowestDiscernibleValue} do not fit into 62 bits");

        LowestDiscernibleValue = lowestDiscernibleValue;
        HighestTrackableValue = highestTrackableValue;
        SignificantDigits = significantDigits;
        AutoResize = autoResize;
        _counts = new long[_layout.CountsFor(highestTrackableValue)];
    }

    /// <summary>Creates an empty histogram that resolves 1 and widens itself to whatever is recorded.</summary>
    /// <param name="significantDigits">Decimal digits that every value keeps, 1 to 5.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="significantDigits"/> is not 1 to 5.</exception>
    public Histogram(int significantDigits)
        : this(lowestDiscernibleValue: 1, highestTrackableValue: 2, significantDigits, autoResize: true)
    {
    }

    /// <summary>The smallest difference that matters, as given.</summary>
    public long LowestDiscernibleValue { get; }

    /// <summary>The largest value to keep: as given, or as widened. The bucket that holds it may reach a little higher, and what it reaches is recorded too.</summary>
    public long HighestTrackableValue { get; private set; }

    /// <summary>Decimal digits that every value keeps, 1 to 5.</summary>
    public int SignificantDigits { get; }

    /// <summary>Whether a value above the range widens it instead of being refused.</summary>
    public bool AutoResize { get; }

    /// <summary>Milliseconds since 1970 at which recording began; <see cref="long.MaxValue"/> until set. Used by logs and kept as the minimum by <see cref="Add"/>.</summary>
    public long StartTimestamp { get; set; } = long.MaxValue;

    /// <summary>Milliseconds since 1970 at which recording ended; 0 until set. Used by logs and kept as the maximum by <see cref="Add"/>.</summary>
    public long EndTimestamp { get; set; }

    /// <summary>A name that tells apart the histograms of one log; null for none. A log refuses commas, spaces and line breaks in it.</summary>
    public string? Tag { get; set; }

    /// <summary>How many values were recorded.</summary>
    public long TotalCount => _tallies.TotalCount;

    /// <summary>How many buckets of doubling width there are, as a percentile file shows.</summary>
    internal int BucketCount => _layout.BucketsFor(HighestTrackableValue);

    /// <summary>Into how many steps each bucket is cut, as a percentile file shows.</summary>
    internal int SubBucketCount => _layout.SubBucketCount;

    /// <summary>Counts one value. Allocates nothing unless it has to widen the range.</summary>
    /// <param name="value">The value, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or above the range and <see cref="AutoResize"/> is off.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void RecordValue(long value)
    {
        if (!TryCount(value, count: 1))
            WidenAndCount(value, count: 1);
    }

    /// <summary>Counts one value several times.</summary>
    /// <param name="value">The value, 0 or more.</param>
    /// <param name="count">How many times, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value or the count is negative, or the value is above the range and <see cref="AutoResize"/> is off.</exception>
    /// <exception cref="OverflowException">The total would pass 2^63 - 1.</exception>
    public void RecordValueWithCount(long value, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _ = checked(TotalCount + count);
        if (count > 0 && !TryCount(value, count))
            WidenAndCount(value, count);
    }

    /// <summary>
    /// Counts a value and, when it is longer than the interval between values, also those that it kept from being taken:
    /// value - interval, value - 2 * interval and so on down to the interval. This corrects for coordinated omission.
    /// </summary>
    /// <param name="value">The value, 0 or more.</param>
    /// <param name="expectedInterval">The time that should lie between two values, in their unit; 0 or less corrects nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or above the range and <see cref="AutoResize"/> is off.</exception>
    public void RecordValueWithExpectedInterval(long value, long expectedInterval) => RecordCorrected(value, count: 1, expectedInterval);

    /// <summary>Adds every count of another histogram, each at its value; timestamps grow to cover both.</summary>
    /// <param name="other">What to add; it may be laid out differently.</param>
    /// <exception cref="ArgumentOutOfRangeException">The other holds a value above this range, and <see cref="AutoResize"/> is off. Nothing was added.</exception>
    /// <exception cref="OverflowException">The total would pass 2^63 - 1. Nothing was added.</exception>
    public void Add(Histogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        _ = checked(TotalCount + other.TotalCount);
        if (other.TotalCount > 0)
        {
            Cover(other.Max);
            if (_layout.SameAs(other._layout))
                AddAligned(other);
            else
                AddByValue(other);
        }

        StartTimestamp = Math.Min(StartTimestamp, other.StartTimestamp);
        EndTimestamp = Math.Max(EndTimestamp, other.EndTimestamp);
    }

    /// <summary>Takes away every count of another histogram, each at its value; timestamps stay.</summary>
    /// <param name="other">What to take away; it may be laid out differently.</param>
    /// <exception cref="ArgumentException">A count would become negative. Nothing was taken away.</exception>
    public void Subtract(Histogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        long[] rest = (long[])_counts.Clone();
        foreach ((long value, long count) in other.Counts())
        {
            int index = _layout.IndexOf(value);
            if (index >= rest.Length || rest[index] < count)
                throw new ArgumentException($"the other histogram counts {value} more often than this one", nameof(other));
            rest[index] -= count;
        }

        _counts = rest;
        Recount();
    }

    /// <summary>A histogram of its own with the same layout, counts, timestamps and tag.</summary>
    public Histogram Copy()
    {
        Histogram copy = EmptyTwin();
        CopyInto(copy);
        return copy;
    }

    /// <summary>Makes another histogram count exactly what this one counts, with this one's timestamps and tag.</summary>
    /// <param name="target">What to overwrite; it keeps its own layout.</param>
    /// <exception cref="ArgumentOutOfRangeException">This one holds a value above the target's range, and the target does not widen. The target is empty then.</exception>
    public void CopyInto(Histogram target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (ReferenceEquals(this, target))
            return;
        target.Reset();
        target.Add(this);
        (target.StartTimestamp, target.EndTimestamp, target.Tag) = (StartTimestamp, EndTimestamp, Tag);
    }

    /// <summary>A copy in which every value longer than the interval also counts those it kept from being taken; see <see cref="RecordValueWithExpectedInterval"/>.</summary>
    /// <param name="expectedInterval">The time that should lie between two values, in their unit; 0 or less corrects nothing.</param>
    public Histogram CopyCorrectedForCoordinatedOmission(long expectedInterval)
    {
        Histogram copy = EmptyTwin();
        (copy.StartTimestamp, copy.EndTimestamp, copy.Tag) = (StartTimestamp, EndTimestamp, Tag);
        foreach ((long value, long count) in Counts())
            copy.RecordCorrected(_layout.HighestEquivalent(value), count, expectedInterval);
        return copy;
    }

    /// <summary>Forgets all counts, the timestamps and the tag; a widened range stays.</summary>
    public void Reset()
    {
        // Only what was touched: an interval of similar latencies leaves most of a wide range zero, and an empty one all of it.
        if (TotalCount > 0)
        {
            _counts[0] = 0;
            _counts.AsSpan(UsedRange).Clear();
        }

        _tallies = Tallies.None;
        (StartTimestamp, EndTimestamp, Tag) = (long.MaxValue, 0, null);
    }

    /// <summary>Whether another histogram counts at the same values, so that it may take this one's place in a recorder.</summary>
    internal bool HasLayoutOf(Histogram other) =>
        LowestDiscernibleValue == other.LowestDiscernibleValue && SignificantDigits == other.SignificantDigits && AutoResize == other.AutoResize
        && (AutoResize || HighestTrackableValue == other.HighestTrackableValue);

    /// <summary>An empty histogram with this one's layout, as wide as this one has become.</summary>
    internal Histogram EmptyTwin() => new(LowestDiscernibleValue, HighestTrackableValue, SignificantDigits, AutoResize);

    /// <summary>Counts a value if it lies in the range; changes nothing and never throws if not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryCount(long value, long count)
    {
        long[] counts = _counts;
        int index = _layout.IndexOf(value);
        if ((uint)index >= (uint)counts.Length)
            return false;
        counts[index] += count;
        _tallies.TotalCount += count;
        if (value > _tallies.Max)
            _tallies.Max = value;
        if (value < _tallies.MinNonZero && value > _layout.UnitMask)
            _tallies.MinNonZero = value;
        return true;
    }

    /// <summary>The rare end of recording: refuses the value, or widens the range for it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WidenAndCount(long value, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        Cover(value);
        TryCount(value, count);
    }

    private void Cover(long value)
    {
        if (_layout.IndexOf(value) < _counts.Length)
            return;
        if (!AutoResize)
            throw new ArgumentOutOfRangeException(nameof(value), value, $"above the highest trackable value {HighestTrackableValue}");
        Array.Resize(ref _counts, _layout.CountsFor(value));
        HighestTrackableValue = _layout.HighestEquivalent(_layout.ValueAt(_counts.Length - 1));
    }

    private void RecordCorrected(long value, long count, long expectedInterval)
    {
        RecordValueWithCount(value, count);
        if (expectedInterval <= 0)
            return;
        for (long missing = value - expectedInterval; missing >= expectedInterval; missing -= expectedInterval)
            RecordValueWithCount(missing, count);
    }

    private void AddAligned(Histogram other)
    {
        _counts[0] += other._counts[0];
        Range used = other.UsedRange;
        ReadOnlySpan<long> theirs = other._counts.AsSpan(used);
        Span<long> ours = _counts.AsSpan(used);
        ReadOnlySpan<Vector<long>> theirVectors = MemoryMarshal.Cast<long, Vector<long>>(theirs);
        Span<Vector<long>> ourVectors = MemoryMarshal.Cast<long, Vector<long>>(ours);
        for (int index = 0; index < theirVectors.Length; index++)
            ourVectors[index] += theirVectors[index];
        for (int index = theirVectors.Length * Vector<long>.Count; index < theirs.Length; index++)
            ours[index] += theirs[index];
        _tallies.TotalCount += other._tallies.TotalCount;
        _tallies.Max = Math.Max(_tallies.Max, other._tallies.Max);
        _tallies.MinNonZero = Math.Min(_tallies.MinNonZero, other._tallies.MinNonZero);
    }

    private void AddByValue(Histogram other)
    {
        foreach ((long value, long count) in other.Counts())
            TryCount(value, count);
    }

    /// <summary>Where counts beside that of zero lie: of a wide range, similar latencies use a small part.</summary>
    private Range UsedRange => (_tallies.MinNonZero <= _tallies.Max ? _layout.IndexOf(_tallies.MinNonZero) : IndexOfMax + 1)..(IndexOfMax + 1);

    /// <summary>Every counted value (the lowest of its equivalents) with its count, ascending.</summary>
    private IEnumerable<(long Value, long Count)> Counts()
    {
        for (int index = NextCounted(0); index >= 0; index = NextCounted(index + 1))
            yield return (_layout.ValueAt(index), _counts[index]);
    }

    /// <summary>Finds the tallies again after counts were changed beside <see cref="TryCount"/>.</summary>
    private void Recount()
    {
        int last = Array.FindLastIndex(_counts, count => count != 0);
        int first = Array.FindIndex(_counts, 1, count => count != 0);
        _tallies = Tallies.None;
        foreach (long count in _counts)
            _tallies.TotalCount += count;
        if (last > 0)
            (_tallies.Max, _tallies.MinNonZero) = (_layout.ValueAt(last), _layout.ValueAt(first));
    }

    /// <summary>
    /// What every record touches. Own cache lines: histograms of two event loops may lie side by side in memory, and a line that both
    /// write would travel between their cores with every record.
    /// </summary>
    [StructLayout(LayoutKind.Explicit, Size = 64 + 24 + 64)]
    private struct Tallies
    {
        public static readonly Tallies None = new() { MinNonZero = long.MaxValue };

        [FieldOffset(64)]
        public long TotalCount;

        [FieldOffset(72)]
        public long Max;

        [FieldOffset(80)]
        public long MinNonZero;
    }
}
