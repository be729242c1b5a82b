using System.Numerics;
using System.Runtime.CompilerServices;

namespace LoadTool.Metrics;

/// <summary>
/// Which count belongs to which value. Buckets double in width; each is cut into the same number of equal sub-buckets, a power of two large
/// enough for the asked digits. The lower half of every bucket but the first repeats the bucket before it, so only upper halves are stored.
/// </summary>
internal readonly struct HistogramLayout
{
    private readonly ulong _subBucketMask;
    private readonly int _leadingZeroBase;
    private readonly int _unitMagnitude;
    private readonly int _subBucketHalfMagnitude;

    public HistogramLayout(long lowestDiscernibleValue, int significantDigits)
    {
        long singleUnitValues = 2 * (long)Math.Pow(10, significantDigits);
        int subBucketMagnitude = BitOperations.Log2((ulong)singleUnitValues - 1) + 1;

        // A quotient of logarithms, not Log2: values just below a large power of two round up in the reference too, and a file names only the value.
        _unitMagnitude = (int)Math.Floor(Math.Log(lowestDiscernibleValue) / Math.Log(2));
        _subBucketHalfMagnitude = subBucketMagnitude - 1;
        _leadingZeroBase = 64 - _unitMagnitude - subBucketMagnitude;
        _subBucketMask = ((1UL << subBucketMagnitude) - 1) << _unitMagnitude;
    }

    /// <summary>Whether even the first bucket fits into 62 bits; nothing else may be asked of a layout that does not.</summary>
    public bool IsRepresentable => _leadingZeroBase >= 2;

    public int SubBucketCount => 2 << _subBucketHalfMagnitude;

    /// <summary>The bits below the resolution: values up to this one count as zero.</summary>
    public long UnitMask => (1L << _unitMagnitude) - 1;

    public bool SameAs(in HistogramLayout other) => _subBucketMask == other._subBucketMask;

    /// <summary>The index of a value's count. Negative values get one past every possible array, so one bounds check refuses both ends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int IndexOf(long value)
    {
        int bucket = BucketOf(value);
        return (bucket << _subBucketHalfMagnitude) + (int)((ulong)value >> (bucket + _unitMagnitude));
    }

    /// <summary>The lowest value that is counted at an index.</summary>
    public long ValueAt(int index)
    {
        int bucket = Math.Max((index >> _subBucketHalfMagnitude) - 1, 0);
        return (long)(index - (bucket << _subBucketHalfMagnitude)) << (bucket + _unitMagnitude);
    }

    public long SizeOfEquivalentRange(long value) => 1L << (_unitMagnitude + BucketOf(value));

    public long LowestEquivalent(long value) => value & ~(SizeOfEquivalentRange(value) - 1);

    public long HighestEquivalent(long value) => value | (SizeOfEquivalentRange(value) - 1);

    public int BucketsFor(long highestTrackableValue) =>
        Math.Max(0, _leadingZeroBase - BitOperations.LeadingZeroCount((ulong)highestTrackableValue | _subBucketMask)) + 1;

    public int CountsFor(long highestTrackableValue) => (BucketsFor(highestTrackableValue) + 1) << _subBucketHalfMagnitude;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int BucketOf(long value) => _leadingZeroBase - BitOperations.LeadingZeroCount((ulong)value | _subBucketMask);
}
