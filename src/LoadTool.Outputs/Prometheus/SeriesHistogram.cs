using LoadTool.Metrics;

namespace LoadTool.Outputs.Prometheus;

/// <summary>What a histogram of Prometheus shows: everything counted since the run's start, by buckets, and the whole of it for exact quantiles.</summary>
/// <param name="grid">The buckets.</param>
/// <param name="hasQuantiles">False where nobody will ask for quantiles: what they are read from is large.</param>
internal sealed class SeriesHistogram(BucketGrid grid, bool hasQuantiles = true)
{
    private readonly long[] _counts = new long[grid.Ends.Length + 1];
    private Histogram? _all;

    internal BucketGrid Grid => grid;

    /// <summary>Counts by bucket, not cumulative; the last stands for all above the grid.</summary>
    internal ReadOnlySpan<long> Counts => _counts;

    /// <summary>Values of exactly zero, where the grid counts them apart.</summary>
    internal long Zeros { get; private set; }

    internal long TotalCount { get; private set; }

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
        TotalCount += interval.TotalCount;
        if (_all is not null)
            _all.Add(interval);
        else if (hasQuantiles)
            _all = interval.Copy();
        HistogramLayout layout = interval.Layout;
        ReadOnlySpan<long> counts = interval.CountsToMax;
        int bucket = grid.BucketOf(interval.Min);
        double sum = 0;
        for (int index = Next(counts, 0); index >= 0; index = Next(counts, index + 1))
        {
            long lowest = layout.ValueAt(index);
            long size = layout.SizeOfEquivalentRange(lowest);
            sum += (double)(lowest + (size >> 1)) * counts[index];
            bucket = AddTo(bucket, highest: lowest + size - 1, counts[index]);
        }

        Sum += sum / grid.Unit;
    }

    /// <summary>The quantile of all values, as shown: that of <see cref="Histogram.ValueAtPercentile"/>, but found through the buckets, at a tenth of the cost.</summary>
    /// <returns>Not a number when nothing was counted.</returns>
    internal double Quantile(double percentile)
    {
        if (_all is null)
            return double.NaN;
        long wanted = Histogram.CountAtPercentile(percentile, TotalCount) - Zeros;
        if (wanted <= 0)
            return 0;
        int bucket = FirstUsed;
        for (; wanted > _counts[bucket]; bucket++)
            wanted -= _counts[bucket];
        ReadOnlySpan<long> counts = _all.CountsToMax;
        int index = _all.Layout.IndexOf(bucket > 0 ? grid.Ends[bucket - 1] + 1 : Zeros > 0 ? 1 : 0);
        while ((wanted -= counts[index]) > 0)
            index++;
        return _all.Layout.HighestEquivalent(_all.Layout.ValueAt(index)) / grid.Unit;
    }

    /// <param name="bucket">A bucket not after that of the value.</param>
    /// <param name="highest">The highest of the values that are counted together.</param>
    /// <param name="count">How many they are.</param>
    /// <returns>Their bucket.</returns>
    private int AddTo(int bucket, long highest, long count)
    {
        if (highest == 0 && !grid.CountsZeros)
        {
            Zeros += count;
            return bucket;
        }

        ReadOnlySpan<long> ends = grid.Ends;
        while (bucket < ends.Length && ends[bucket] < highest)
            bucket++;
        _counts[bucket] += count;
        (FirstUsed, LastUsed) = (Math.Min(FirstUsed, bucket), Math.Max(LastUsed, bucket));
        return bucket;
    }

    /// <summary>The next index that counts anything; negative when none does.</summary>
    private static int Next(ReadOnlySpan<long> counts, int from)
    {
        int distance = counts[from..].IndexOfAnyExcept(0L);
        return distance < 0 ? distance : from + distance;
    }
}
