using LoadTool.Metrics;

namespace LoadTool.Tests;

public sealed class PackedHistogramTests
{
    private static readonly double[] Percentiles = [1, 50, 90, 99, 99.9, 100];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Packed_counts_have_the_same_percentiles(int seed)
    {
        Histogram histogram = Random(seed, count: 10_000);

        PackedHistogram packed = PackedHistogram.Of(histogram)!;

        long[] values = new long[Percentiles.Length];
        packed.ValuesAt(Percentiles, values);
        Assert.Equal(Percentiles.Select(histogram.ValueAtPercentile), values);
        Assert.Equal(histogram.TotalCount, packed.TotalCount);
        Assert.InRange(packed.Size, 2, 3 * 10_000);
    }

    [Fact]
    public void Merged_counts_are_those_of_both_to_the_last_one()
    {
        Histogram one = Random(seed: 4, count: 500), other = Random(seed: 5, count: 900);
        Histogram expected = one.Copy();
        expected.Add(other);

        Histogram merged = expected.EmptyTwin();
        PackedHistogram.Merge(PackedHistogram.Of(one), PackedHistogram.Of(other))!.AddTo(merged);

        Assert.Equal(expected.Encode(), merged.Encode());
    }

    [Fact]
    public void Nothing_is_packed_as_nothing_and_merges_with_anything()
    {
        PackedHistogram? nothing = PackedHistogram.Of(Empty());
        PackedHistogram? something = PackedHistogram.Of(Random(seed: 6, count: 1));

        Assert.Null(nothing);
        Assert.Same(something, PackedHistogram.Merge(nothing, something));
        Assert.Same(something, PackedHistogram.Merge(something, nothing));
        Assert.Null(PackedHistogram.Merge(nothing, nothing));
    }

    [Fact]
    public void A_zero_counts_and_so_does_the_largest_value()
    {
        Histogram histogram = Empty();
        histogram.RecordValue(0);
        histogram.RecordValueWithCount(3_600_000_000_000, 1L << 40);

        Histogram unpacked = histogram.EmptyTwin();
        PackedHistogram.Of(histogram)!.AddTo(unpacked);

        Assert.Equal(histogram.Encode(), unpacked.Encode());
    }

    [Fact]
    public void Different_layouts_are_not_merged()
    {
        Histogram coarse = new(significantDigits: 2);
        coarse.RecordValue(1);

        Assert.Throws<ArgumentException>(() => PackedHistogram.Merge(PackedHistogram.Of(coarse), PackedHistogram.Of(Random(seed: 7, count: 1))));
    }

    [Fact]
    public void Rows_double_in_width_with_the_values()
    {
        Assert.Equal([0, 1, 7, 8, 15, 16, 16, 17, 23, 24], new long[] { 0, 1, 7, 8, 15, 16, 17, 18, 31, 32 }.Select(value => PackedHistogram.RowOf(value, bits: 3)));
        SortedDictionary<int, long> rows = [];
        Histogram histogram = Random(seed: 8, count: 1_000);
        PackedHistogram.Of(histogram)!.AddToRows(rows, bits: 3);
        Assert.Equal(1_000, rows.Values.Sum());
        Assert.Equal(PackedHistogram.RowOf(histogram.Max, 3), rows.Keys.Last());
    }

    private static Histogram Empty() => new(lowestDiscernibleValue: 1, highestTrackableValue: 3_600_000_000_000, significantDigits: 3, autoResize: true);

    private static Histogram Random(int seed, int count)
    {
        Random random = new(seed);
        Histogram histogram = Empty();
        for (int index = 0; index < count; index++)
            histogram.RecordValue((long)Math.Pow(10, random.NextDouble() * 12));
        return histogram;
    }
}
