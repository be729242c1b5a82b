using LoadTool.Metrics;

namespace LoadTool.Outputs.Prometheus;

/// <summary>What a histogram of Prometheus shows: everything counted since the run's start, by buckets, and the whole of it for exact quantiles.</summary>
internal sealed class SeriesHistogram(BucketGrid grid)
{
    private readonly long[] _counts = new long[grid.Ends.Length + 1];
    private Histogram? _all;

    internal BucketGrid Grid => grid;

    /// <summary>Counts by bucket, not cumulative; the last stands for all above the grid.</summary>
    internal ReadOnlySpan<long> Counts => _counts;

    /// <summary>Values of exactly zero, where the grid counts them apart.</summary>
    internal long Zeros { get; private set; }

    internal long TotalCount => _all?.TotalCount ?? 0;

    /// <summary>As shown, each value taken at the middle of those counted with it, as the mean in <c>summary.json</c> is.</summary>
    internal double Sum { get; private set; }

    /// <summary>The first bucket with a count; meaningless when there is none.</summary>
    internal int FirstUsed { get; private set; } = int.MaxValue;

    /// <summary>The last bucket with a count; less than <see cref="FirstUsed"/> when there is none.</summary>
    internal int LastUsed { get; private set; } = -1;

    /// <summary>Adds what an interval counted.</summary>
    internal void Add(Histogram interval)
    {
        if (interval.TotalCount == 0)
            return;
        if (_all is null)
            _all = interval.Copy();
        else
            _all.Add(interval);
        bool isZero = !grid.CountsZeros && interval.HighestEquivalentValue(0) == 0;
        if (isZero)
            Zeros += interval.CountAt(0);
        long lowest = isZero ? interval.MinNonZero : interval.Min;
        if (lowest > interval.Max)
            return;
        for (int bucket = grid.BucketOf(lowest), last = grid.BucketOf(interval.Max); bucket <= last; bucket++)
            AddBucket(interval, bucket);
    }

    /// <summary>The quantile of all values, as shown: the same value as <see cref="Histogram.ValueAtPercentile"/> gives, found through the buckets.</summary>
    /// <returns>Not a number when nothing was counted.</returns>
    internal double Quantile(double percentile)
    {
        if (_all is null)
            return double.NaN;
        long wanted = Math.Max((long)Math.Ceiling(Math.BitDecrement(percentile) * TotalCount / 100), 1);
        long seen = Zeros;
        if (seen >= wanted)
            return 0;
        for (int bucket = FirstUsed; bucket <= LastUsed; bucket++)
        {
            if (seen + _counts[bucket] >= wanted)
                return ValueIn(_all, bucket, wanted - seen) / grid.Unit;
            seen += _counts[bucket];
        }

        return _all.Max / grid.Unit;
    }

    private void AddBucket(Histogram interval, int bucket)
    {
        (long low, long high) = Range(interval, bucket);
        long count = low > high ? 0 : interval.CountBetween(low, high);
        if (count == 0)
            return;
        _counts[bucket] += count;
        (FirstUsed, LastUsed) = (Math.Min(FirstUsed, bucket), Math.Max(LastUsed, bucket));
        double sum = 0;
        for (long value = low; count > 0; value = interval.NextNonEquivalentValue(value))
        {
            long here = interval.CountAt(value);
            count -= here;
            sum += (double)interval.MedianEquivalentValue(value) * here;
        }

        Sum += sum / grid.Unit;
    }

    /// <summary>The value that so many of a bucket's are at or below.</summary>
    private long ValueIn(Histogram all, int bucket, long wanted)
    {
        long value = Range(all, bucket).Low;
        while ((wanted -= all.CountAt(value)) > 0)
            value = all.NextNonEquivalentValue(value);
        return all.HighestEquivalentValue(value);
    }

    /// <summary>The values whose counts fall into a bucket: those counted together with one above it do not.</summary>
    private (long Low, long High) Range(Histogram histogram, int bucket)
    {
        long low = bucket > 0 ? grid.Ends[bucket - 1] + 1 : grid.CountsZeros ? 0 : 1;
        if (bucket == grid.Ends.Length)
            return (low, histogram.Max);
        long end = grid.Ends[bucket];
        return (low, histogram.HighestEquivalentValue(end) == end ? end : histogram.LowestEquivalentValue(end) - 1);
    }
}
