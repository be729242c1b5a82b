using LoadTool.Metrics;

namespace LoadTool.Tests.Metrics;

public sealed class PercentileDistributionTests
{
    [Fact]
    public void A_percentile_file_is_read_back_as_it_was_written()
    {
        Histogram histogram = Sample();
        using StringWriter text = new();
        histogram.WritePercentiles(text, stepsPerHalfDistance: 5, valueUnitRatio: 1000);

        PercentileDistribution read = PercentileDistribution.Read(new StringReader(text.ToString()));

        Assert.Equal(histogram.Percentiles(5).Count(), read.Rows.Count);
        Assert.Equal(new PercentileRow(5.003, 0.5, 2), read.Rows.First(row => row.Percentile == 0.5));
        Assert.Equal((1.0, 3), (read.Rows[^1].Percentile, read.Rows[^1].TotalCount));
        Assert.Equal((histogram.Max / 1000.0, 3), (read.Max, read.TotalCount));
        Assert.Equal(Math.Round(histogram.Mean / 1000, 3), read.Mean);
        Assert.Equal(Math.Round(histogram.StandardDeviation / 1000, 3), read.StandardDeviation);
        Assert.Equal((7, 2048), (read.Buckets, read.SubBuckets));
    }

    [Fact]
    public void The_form_with_commas_is_read_back_too()
    {
        using StringWriter text = new();
        Sample().WritePercentiles(text, valueUnitRatio: 1000, useCsv: true);

        PercentileDistribution read = PercentileDistribution.Read(new StringReader(text.ToString()));

        Assert.Equal(new PercentileRow(5.003, 0.5, 2), read.Rows.First(row => row.Percentile == 0.5));
        Assert.Null(read.Mean);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("Value Percentile TotalCount 1/(1-Percentile)\n\n1 2\n", 3)]
    [InlineData("Value Percentile TotalCount 1/(1-Percentile)\n\n1 0.5 x\n", 3)]
    [InlineData("Value Percentile TotalCount 1/(1-Percentile)\n#[Mean]\n", 2)]
    [InlineData("something else\n", 1)]
    public void A_line_that_does_not_belong_is_named(string text, int line)
    {
        FormatException? error = Record.Exception(() => PercentileDistribution.Read(new StringReader(text))) as FormatException;

        Assert.Equal(line > 0 ? $"line {line}" : null, error?.Message.Split(':')[0]);
    }

    [Theory]
    [InlineData(0.125, 2, "0.13")]
    [InlineData(0.375, 2, "0.38")]
    [InlineData(-0.125, 2, "-0.13")]
    [InlineData(9.996, 2, "10.00")]
    [InlineData(0.005, 2, "0.01")]
    [InlineData(0.004, 2, "0.00")]
    [InlineData(0.0004, 2, "0.00")]
    [InlineData(1e-10, 12, "0.000000000100")]
    [InlineData(1e16, 1, "10000000000000000.0")]
    [InlineData(1e23, 1, "100000000000000000000000.0")]
    [InlineData(123456, 3, "123456.000")]
    [InlineData(0, 3, "0.000")]
    [InlineData(double.PositiveInfinity, 3, "Infinity")]
    public void Numbers_are_printed_as_Java_prints_them(double number, int decimals, string expected) =>
        Assert.Equal(expected, JavaNumber.Fixed(number, decimals));

    private static Histogram Sample()
    {
        Histogram histogram = new(1, 100_000, 3);
        histogram.RecordValue(1000);
        histogram.RecordValue(5000);
        histogram.RecordValue(90_000);
        return histogram;
    }
}
