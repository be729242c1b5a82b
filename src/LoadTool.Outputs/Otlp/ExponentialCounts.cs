using LoadTool.Metrics;

namespace LoadTool.Outputs.Otlp;

/// <summary>
/// Counts in buckets of OpenTelemetry's exponential histogram. A histogram's counts go to the bucket of their middle, so that a count stands at most one place beside its own bucket,
/// and only where a value lies at its edge by less than the histogram tells apart.
/// </summary>
internal sealed class ExponentialCounts
{
    /// <summary>32 buckets for each doubling: 2.2 % wide, so that the middle of one is within 1.1 % of all in it. From 1 µs to 1 minute they are 830.</summary>
    internal const int Scale = 5;

    private const int BucketsPerDoubling = 1 << Scale;

    private long[] _counts = [];

    /// <summary>The index of the first count.</summary>
    private int _offset;

    private long _count;
    private long _zeros;
    private double _sum;
    private double _min = double.PositiveInfinity;
    private double _max;

    /// <param name="histogram">Not empty.</param>
    /// <param name="unit">How many of its values make one of what is counted here.</param>
    internal void Add(Histogram histogram, double unit)
    {
        if (histogram.Min == 0)
            _zeros += histogram.CountAt(0);
        for (long from = histogram.MinNonZero, last = histogram.Max; from <= last;)
        {
            int index = IndexOf(histogram.MedianEquivalentValue(from) / unit);
            long to = Math.Max(LastIn(index, histogram, unit), histogram.HighestEquivalentValue(from));
            if (histogram.CountBetween(from, Math.Min(to, last)) is > 0 and long count)
                At(index) += count;
            from = to + 1;
        }

        _sum += histogram.Mean * histogram.TotalCount / unit;
        _count += histogram.TotalCount;
        _min = Math.Min(_min, histogram.Min / unit);
        _max = Math.Max(_max, histogram.Max / unit);
    }

    /// <summary>Forgets all.</summary>
    internal void Clear()
    {
        Array.Clear(_counts);
        (_count, _zeros, _sum, _min, _max) = (0, 0, 0, double.PositiveInfinity, 0);
    }

    /// <summary>Writes the fields of an <c>ExponentialPoint</c> but for its times and attributes.</summary>
    /// <param name="point">Where to.</param>
    /// <param name="buckets">Anything may be in it; overwritten.</param>
    /// <param name="packed">The same.</param>
    internal void AddTo(ProtoBuffer point, ProtoBuffer buckets, ProtoBuffer packed)
    {
        point.AddFixed(4, (ulong)_count);
        point.AddFixed(5, _sum);
        point.AddSigned(6, Scale);
        point.AddFixed(7, (ulong)_zeros);
        point.AddFixed(12, _min);
        point.AddFixed(13, _max);
        int first = _counts.AsSpan().IndexOfAnyExcept(0L);
        if (first < 0)
            return;
        packed.Clear();
        foreach (long count in _counts.AsSpan(first..(_counts.AsSpan().LastIndexOfAnyExcept(0L) + 1)))
            packed.AddPacked((ulong)count);
        buckets.Clear();
        buckets.AddSigned(1, _offset + first);
        buckets.AddBytes(2, packed.Written);
        point.AddBytes(8, buckets.Written);
    }

    /// <summary>Bucket i holds what is above 2^(i/32) and not above 2^((i+1)/32).</summary>
    private static int IndexOf(double value) => (int)Math.Ceiling(Math.Log2(value) * BucketsPerDoubling) - 1;

    /// <summary>The last value that is counted together with others whose middle belongs to the bucket.</summary>
    private static long LastIn(int index, Histogram histogram, double unit)
    {
        double end = Math.Pow(2, (index + 1.0) / BucketsPerDoubling) * unit;
        long last = (long)Math.Min(end, long.MaxValue / 2);
        return histogram.MedianEquivalentValue(last) <= end ? histogram.HighestEquivalentValue(last) : histogram.LowestEquivalentValue(last) - 1;
    }

    private ref long At(int index)
    {
        if (_counts.Length == 0)
            (_offset, _counts) = (index, new long[BucketsPerDoubling]);
        if (index < _offset)
            Move(to: index - BucketsPerDoubling, _offset + _counts.Length);
        else if (index >= _offset + _counts.Length)
            Move(_offset, end: index + BucketsPerDoubling);
        return ref _counts[index - _offset];
    }

    private void Move(int to, int end)
    {
        long[] counts = new long[end - to];
        _counts.CopyTo(counts, _offset - to);
        (_offset, _counts) = (to, counts);
    }
}
