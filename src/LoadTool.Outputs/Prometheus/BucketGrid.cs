using LoadTool.Metrics;

namespace LoadTool.Outputs.Prometheus;

/// <summary>
/// The upper ends of Prometheus's buckets, in whole units of a <see cref="Histogram"/>. Each of its counts falls into the bucket that holds the highest value counted together with it,
/// because that is the value that percentiles show: a bucket may miss values that lie within the histogram's own precision (0.1 % at three digits) below its end, and never holds one above it.
/// </summary>
internal sealed class BucketGrid
{
    private const double NanosecondsPerSecond = 1e9;

    /// <summary>Ten buckets to a decade, each a quarter wider than the one before: what lies between two ends is known to 26 %, and quantiles stand beside them.</summary>
    private static readonly double[] Fine = [1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8];
    private static readonly double[] Coarse = [1, 2, 5];

    private readonly long[] _ends;

    /// <param name="ends">Highest values of the buckets, ascending.</param>
    /// <param name="firstIndex">Number of the first bucket in Prometheus's terms.</param>
    /// <param name="unit">How many of the histogram's units make one of what is shown.</param>
    /// <param name="schema">Of native buckets; null for classic ones.</param>
    private BucketGrid(long[] ends, int firstIndex, double unit, int? schema) => (_ends, FirstIndex, Unit, Schema) = (ends, firstIndex, unit, schema);

    /// <summary>Classic buckets of durations: fine where messages are, from 10 µs to 1 s; coarse up to 100 s.</summary>
    internal static BucketGrid ClassicSeconds { get; } = Classic([.. Decades(-5, -1, Fine), .. Decades(0, 1, Coarse), 100], NanosecondsPerSecond);

    /// <summary>Classic buckets of values whose unit and range only their script knows.</summary>
    internal static BucketGrid ClassicValues { get; } = Classic([0, .. Decades(0, 8, Coarse), 1e9], unit: 1);

    /// <summary>Native buckets of durations kept to three digits: each 2.2 % wider than the one before.</summary>
    internal static BucketGrid NativeSeconds { get; } = Native(schema: 5, NanosecondsPerSecond);

    /// <summary>Native buckets of durations kept to two digits, as by tag: each 4.4 % wider than the one before.</summary>
    internal static BucketGrid NativeCoarseSeconds { get; } = Native(schema: 4, NanosecondsPerSecond);

    /// <summary>Native buckets of values in any unit.</summary>
    internal static BucketGrid NativeValues { get; } = Native(schema: 5, unit: 1);

    /// <summary>Number of the first bucket: of native ones, bucket i ends at 2^(i / 2^schema).</summary>
    internal int FirstIndex { get; }

    /// <summary>How many of the histogram's units make one of what is shown.</summary>
    internal double Unit { get; }

    /// <summary>The schema of native buckets; null for classic ones.</summary>
    internal int? Schema { get; }

    /// <summary>Highest value of each bucket, in the histogram's unit.</summary>
    internal ReadOnlySpan<long> Ends => _ends;

    /// <summary>Native histograms count zeros apart.</summary>
    internal bool CountsZeros => Schema is null;

    /// <summary>Highest value of a bucket, as shown.</summary>
    internal double EndOf(int bucket) => _ends[bucket] / Unit;

    /// <summary>The first bucket that ends at a value or above it; one past the last when none does.</summary>
    internal int BucketOf(long value)
    {
        int found = Array.BinarySearch(_ends, value);
        while (found > 0 && _ends[found - 1] == value)
            found--;
        return found >= 0 ? found : ~found;
    }

    private static BucketGrid Classic(double[] ends, double unit) => new([.. ends.Select(end => (long)Math.Round(end * unit))], firstIndex: 0, unit, schema: null);

    private static BucketGrid Native(int schema, double unit)
    {
        double perOctave = 1 << schema;
        int first = (int)Math.Ceiling(perOctave * Math.Log2(1 / unit));
        int last = (int)(perOctave * Math.Log2(long.MaxValue / 4 / unit));
        return new([.. Enumerable.Range(first, last - first + 1).Select(index => (long)(unit * Math.Pow(2, index / perOctave)))], first, unit, schema);
    }

    private static IEnumerable<double> Decades(int first, int last, double[] steps) =>
        Enumerable.Range(first, last - first + 1).SelectMany(decade => steps.Select(step => step * Math.Pow(10, decade)));
}
