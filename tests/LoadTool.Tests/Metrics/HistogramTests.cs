using FsCheck;
using FsCheck.Fluent;
using LoadTool.Metrics;

namespace LoadTool.Tests.Metrics;

public sealed class HistogramTests
{
    [Theory]
    [InlineData(0, 100, 3)]
    [InlineData(-1, 100, 3)]
    [InlineData(1, 1, 3)]
    [InlineData(10, 19, 3)]
    [InlineData(1, 100, 0)]
    [InlineData(1, 100, 6)]
    [InlineData(1L << 60, long.MaxValue, 3)]
    public void A_layout_that_cannot_be_is_refused(long lowest, long highest, int digits) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Histogram(lowest, highest, digits));

    [Fact]
    public void An_empty_histogram_has_no_figures()
    {
        Histogram histogram = new(1, 1000, 3);

        Assert.Equal((0, 0, 0, long.MaxValue), (histogram.TotalCount, histogram.Min, histogram.Max, histogram.MinNonZero));
        Assert.Equal((0.0, 0.0, 0), (histogram.Mean, histogram.StandardDeviation, histogram.ValueAtPercentile(99)));
        Assert.Equal(100, histogram.PercentileAtOrBelow(0));
        Assert.Empty(histogram.RecordedValues());
        Assert.Empty(histogram.Percentiles(5));
    }

    [Fact]
    public void Values_outside_the_range_are_refused_and_change_nothing()
    {
        Histogram histogram = new(1, 1000, 3);

        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.RecordValue(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.RecordValue(long.MinValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.RecordValue(1L << 40));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.RecordValueWithCount(1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.ValueAtPercentile(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.CountAt(-1));

        Assert.Equal(0, histogram.TotalCount);
        Assert.Empty(histogram.RecordedValues());
    }

    [Fact]
    public void A_widening_histogram_takes_every_value_there_is()
    {
        Histogram histogram = new(significantDigits: 3);

        histogram.RecordValue(0);
        histogram.RecordValue(1L << 62);
        histogram.RecordValue(long.MaxValue);

        Assert.Equal((3, 0, long.MaxValue), (histogram.TotalCount, histogram.Min, histogram.Max));
        Assert.Equal(1, histogram.CountAt(1L << 62));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.RecordValue(-1));
        Assert.Throws<OverflowException>(() => histogram.NextNonEquivalentValue(long.MaxValue));
    }

    [Fact]
    public void A_total_past_63_bits_is_refused_and_nothing_is_counted()
    {
        Histogram histogram = new(1, 1000, 3);
        histogram.RecordValueWithCount(5, long.MaxValue);

        Assert.Throws<OverflowException>(() => histogram.RecordValueWithCount(6, 1));
        Assert.Throws<OverflowException>(() => histogram.Add(histogram));

        Assert.Equal(long.MaxValue, histogram.CountAt(5));
        Assert.Equal(0, histogram.CountAt(6));
    }

    [Fact]
    public void An_expected_interval_fills_in_what_a_stall_kept_from_being_recorded()
    {
        Histogram histogram = new(1, 1000, 3);
        histogram.RecordValueWithExpectedInterval(100, 30);
        Histogram raw = new(1, 1000, 3) { Tag = "a", StartTimestamp = 5, EndTimestamp = 6 };
        raw.RecordValue(100);

        Assert.Equal([40, 70, 100], histogram.RecordedValues().Select(step => step.ValueIteratedTo));
        Histogram corrected = raw.CopyCorrectedForCoordinatedOmission(30);
        Assert.Equal(histogram.Encode(), corrected.Encode());
        Assert.Equal(("a", 5, 6), (corrected.Tag, corrected.StartTimestamp, corrected.EndTimestamp));
        Assert.Equal(1, raw.TotalCount);
    }

    [Fact]
    public void Subtracting_more_than_there_is_is_refused_and_changes_nothing()
    {
        Histogram histogram = new(1, 1000, 3);
        histogram.RecordValueWithCount(5, 3);
        Histogram other = new(1, 1000, 3);
        other.RecordValueWithCount(5, 1);
        other.RecordValueWithCount(7, 1);

        Assert.Throws<ArgumentException>(() => histogram.Subtract(other));

        Assert.Equal((3, 3), (histogram.TotalCount, histogram.CountAt(5)));
    }

    [Fact]
    public void Adding_a_value_above_the_range_is_refused_and_changes_nothing()
    {
        Histogram histogram = new(1, 1000, 3);
        Histogram other = new(1, 1_000_000, 3);
        other.RecordValue(1);
        other.RecordValue(1_000_000);

        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.Add(other));

        Assert.Equal(0, histogram.TotalCount);
    }

    [Fact]
    public void A_sum_spans_the_time_of_its_parts()
    {
        Histogram sum = new(1, 1000, 3);
        sum.Add(new Histogram(1, 1000, 3) { StartTimestamp = 20, EndTimestamp = 30 });
        sum.Add(new Histogram(1, 1000, 3) { StartTimestamp = 10, EndTimestamp = 25 });

        Assert.Equal((10, 30), (sum.StartTimestamp, sum.EndTimestamp));
    }

    [Fact]
    public void Reset_forgets_all_but_the_layout()
    {
        Histogram histogram = new(1, 1000, 3) { StartTimestamp = 1, EndTimestamp = 2, Tag = "a" };
        histogram.RecordValue(3);
        histogram.RecordValue(1000);

        histogram.Reset();

        Assert.Equal(new Histogram(1, 1000, 3).Encode(), histogram.Encode());
        Assert.Equal((long.MaxValue, 0, null), (histogram.StartTimestamp, histogram.EndTimestamp, histogram.Tag));
        Assert.Equal(0, histogram.CountBetween(0, 1000));
    }

    [Fact]
    public void A_walk_ends_when_the_histogram_changes_under_it()
    {
        Histogram histogram = new(1, 1000, 3);
        histogram.RecordValue(3);
        histogram.RecordValue(5);

        Assert.Throws<InvalidOperationException>(() =>
        {
            foreach (HistogramIterationValue _ in histogram.RecordedValues())
                histogram.RecordValue(1);
        });
    }

    [Fact]
    public void Walks_that_could_not_end_are_refused()
    {
        Histogram histogram = new(1, 1000, 3);

        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.LinearSteps(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.LogarithmicSteps(0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.LogarithmicSteps(1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.LogarithmicSteps(1, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.Percentiles(0));
    }

    [Fact]
    public void A_linear_walk_ends_where_its_next_step_would_pass_63_bits()
    {
        Histogram histogram = new(significantDigits: 2);
        histogram.RecordValue(long.MaxValue);

        Assert.InRange(histogram.LinearSteps((1L << 61) + 1).Count(), 1, 4);
        Assert.Equal(1, histogram.LogarithmicSteps(1, 2).Last().TotalCountToValue);
    }

    [Fact]
    public void Every_figure_is_that_of_a_sorted_list_within_the_digits_kept() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Samples.ToArbitrary(), sample =>
        {
            (int digits, long[] values) = sample;
            Histogram histogram = new(digits);
            foreach (long value in values)
                histogram.RecordValue(value);
            long[] sorted = [.. values.Order()];

            Assert.Equal(sorted.Length, histogram.TotalCount);
            Assert.Equal(histogram.LowestEquivalentValue(sorted[0]), histogram.Min);
            Assert.Equal(histogram.HighestEquivalentValue(sorted[^1]), histogram.Max);
            foreach (double percentile in (double[])[0.001, 10, 50, 90, 99, 99.9, 100])
            {
                int rank = (int)Math.Ceiling(Math.BitDecrement(percentile) * sorted.Length / 100);
                Assert.Equal(histogram.HighestEquivalentValue(sorted[Math.Max(rank, 1) - 1]), histogram.ValueAtPercentile(percentile));
            }

            foreach (long value in values)
            {
                long low = histogram.LowestEquivalentValue(value);
                long high = histogram.HighestEquivalentValue(value);
                Assert.InRange(value, low, high);
                Assert.True((double)(high - low) <= value / Math.Pow(10, digits), $"{value} is kept as {low} to {high}");
                Assert.Equal(sorted.Count(other => other >= low && other <= high), histogram.CountAt(value));
                Assert.Equal(100.0 * sorted.Count(other => other <= high) / sorted.Length, histogram.PercentileAtOrBelow(value));
            }
        }));

    [Fact]
    public void Adding_and_subtracting_are_inverse_whatever_the_layouts() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(Samples.ToArbitrary(), Samples.ToArbitrary(), (one, two) =>
        {
            Histogram first = new(one.Digits);
            Histogram second = new(two.Digits);
            Array.ForEach(one.Values, first.RecordValue);
            Array.ForEach(two.Values, second.RecordValue);
            Histogram sum = first.Copy();

            sum.Add(second);
            Assert.Equal(first.TotalCount + second.TotalCount, sum.TotalCount);
            Assert.Equal(sum.TotalCount, sum.RecordedValues().Last().TotalCountToValue);
            sum.Subtract(second);

            Assert.Equal(first.RecordedValues(), sum.RecordedValues());
            Assert.Equal((first.Min, first.Max, first.MinNonZero), (sum.Min, sum.Max, sum.MinNonZero));
        }));

    /// <summary>1 to 4 digits, and values of all magnitudes.</summary>
    private static Gen<(int Digits, long[] Values)> Samples =>
        from digits in Gen.Choose(1, 4)
        from values in Values.NonEmptyListOf()
        select (digits, values.ToArray());

    private static Gen<long> Values =>
        from bits in Gen.Choose(0, 62)
        from high in Gen.Choose(0, int.MaxValue)
        from low in Gen.Choose(0, int.MaxValue)
        select (((long)high << 31) | (long)low) >> (62 - bits);
}
