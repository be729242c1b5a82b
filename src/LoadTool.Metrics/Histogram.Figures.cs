namespace LoadTool.Metrics;

public sealed partial class Histogram
{
    /// <summary>The highest value that is equivalent to the largest recorded one; 0 when empty.</summary>
    public long Max => _tallies.Max == 0 ? 0 : _layout.HighestEquivalent(_tallies.Max);

    /// <summary>The lowest value that is equivalent to the smallest recorded one; 0 when empty.</summary>
    public long Min => TotalCount == 0 || _counts[0] > 0 ? 0 : MinNonZero;

    /// <summary>The lowest value that is equivalent to the smallest recorded one above zero; <see cref="long.MaxValue"/> when there is none.</summary>
    public long MinNonZero => _tallies.MinNonZero == long.MaxValue ? long.MaxValue : _layout.LowestEquivalent(_tallies.MinNonZero);

    /// <summary>The mean, each value taken at the middle of its equivalents; 0 when empty.</summary>
    public double Mean
    {
        get
        {
            double sum = 0;
            foreach ((long value, long count) in Counts())
                sum += (double)MedianEquivalentValue(value) * count;
            return TotalCount == 0 ? 0 : sum / TotalCount;
        }
    }

    /// <summary>The standard deviation (of a population), each value taken at the middle of its equivalents; 0 when empty.</summary>
    public double StandardDeviation
    {
        get
        {
            double mean = Mean;
            double sum = 0;
            foreach ((long value, long count) in Counts())
            {
                double deviation = MedianEquivalentValue(value) - mean;
                sum += deviation * deviation * count;
            }

            return TotalCount == 0 ? 0 : Math.Sqrt(sum / TotalCount);
        }
    }

    /// <summary>The index of the highest count that is not zero; 0 when empty.</summary>
    private int IndexOfMax => _layout.IndexOf(_tallies.Max);

    /// <summary>
    /// The highest value equivalent to the smallest recorded one that at least so many percent of all are at or below; for 0 the lowest
    /// value equivalent to the smallest recorded one. 0 when empty.
    /// </summary>
    /// <param name="percentile">Percent; below 0 counts as 0, above 100 as 100.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="percentile"/> is not a number.</exception>
    public long ValueAtPercentile(double percentile)
    {
        long value = 0;
        ValuesAtPercentiles([percentile], new Span<long>(ref value));
        return value;
    }

    /// <summary>Several of <see cref="ValueAtPercentile"/> in one look at the counts.</summary>
    /// <param name="percentiles">Percents, ascending.</param>
    /// <param name="values">Where the values go: as many, in the same order. All 0 when empty.</param>
    /// <exception cref="ArgumentOutOfRangeException">A percentile is not a number, or less than the one before it.</exception>
    public void ValuesAtPercentiles(ReadOnlySpan<double> percentiles, Span<long> values)
    {
        values[..percentiles.Length].Clear();
        int index = -1;
        long seen = 0;
        for (int at = 0; at < percentiles.Length; at++)
        {
            double percentile = percentiles[at];
            if (double.IsNaN(percentile) || (at > 0 && percentile < percentiles[at - 1]))
                throw new ArgumentOutOfRangeException(nameof(percentiles), percentile, "not a number, or not in order");
            long wanted = CountAtPercentile(percentile, TotalCount);
            while (seen < wanted && (index = NextCounted(index + 1)) >= 0)
                seen += _counts[index];
            if (index < 0)
                return;
            long value = _layout.ValueAt(index);
            values[at] = percentile == 0 ? value : _layout.HighestEquivalent(value);
        }
    }

    /// <summary>The index of the first count from one on that is not zero; -1 when there is none.</summary>
    private int NextCounted(int from)
    {
        int last = IndexOfMax;
        if (from == 0 && _counts[0] > 0)
            return 0;
        if (_tallies.MinNonZero == long.MaxValue)
            return -1;

        // Of an interval's latencies most counts are zero: in front of the least, and between them.
        from = Math.Max(from, _layout.IndexOf(_tallies.MinNonZero));
        if (from > last)
            return -1;
        return _counts[from] != 0 ? from : from + _counts.AsSpan(from, last + 1 - from).IndexOfAnyExcept(0L);
    }

    /// <summary>Which percentage of the recorded values is equivalent to a value or below it; 100 when empty.</summary>
    /// <param name="value">The value, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is negative.</exception>
    public double PercentileAtOrBelow(long value) =>
        TotalCount == 0 ? 100 : 100.0 * CountBetween(0, value) / TotalCount;

    /// <summary>How many recorded values are equivalent to one from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    /// <param name="low">The lower bound, 0 or more.</param>
    /// <param name="high">The upper bound, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is negative.</exception>
    public long CountBetween(long low, long high)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(low);
        ArgumentOutOfRangeException.ThrowIfNegative(high);
        long sum = 0;
        for (int index = _layout.IndexOf(low), last = Math.Min(_layout.IndexOf(high), IndexOfMax); index <= last; index++)
            sum += _counts[index];
        return sum;
    }

    /// <summary>How many recorded values are equivalent to a value. A value above the range counts as the highest in it, as in the reference.</summary>
    /// <param name="value">The value, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is negative.</exception>
    public long CountAt(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return _counts[Math.Min(_layout.IndexOf(value), _counts.Length - 1)];
    }

    /// <summary>How many neighbouring values are counted together with a value.</summary>
    /// <param name="value">The value, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is negative.</exception>
    public long SizeOfEquivalentRange(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return _layout.SizeOfEquivalentRange(value);
    }

    /// <summary>The lowest value that is counted together with a value.</summary>
    /// <param name="value">The value, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is negative.</exception>
    public long LowestEquivalentValue(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return _layout.LowestEquivalent(value);
    }

    /// <summary>The highest value that is counted together with a value.</summary>
    /// <param name="value">The value, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is negative.</exception>
    public long HighestEquivalentValue(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return _layout.HighestEquivalent(value);
    }

    /// <summary>The middle of the values that are counted together with a value, rounded up.</summary>
    /// <param name="value">The value, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is negative.</exception>
    public long MedianEquivalentValue(long value) => LowestEquivalentValue(value) + (_layout.SizeOfEquivalentRange(value) >> 1);

    /// <summary>The lowest value above all that are counted together with a value.</summary>
    /// <param name="value">The value, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is negative.</exception>
    /// <exception cref="OverflowException">There is none: the value is counted together with 2^63 - 1.</exception>
    public long NextNonEquivalentValue(long value) => checked(HighestEquivalentValue(value) + 1);
}
