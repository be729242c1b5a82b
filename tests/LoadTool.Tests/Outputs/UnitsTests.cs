using LoadTool.Outputs.Terminal;

namespace LoadTool.Tests.Outputs;

public sealed class UnitsTests
{
    [Theory]
    [InlineData(0, "0 ns")]
    [InlineData(7, "7.00 ns")]
    [InlineData(999, "999 ns")]
    [InlineData(1_000, "1.00 µs")]
    [InlineData(9_994, "9.99 µs")]
    [InlineData(9_996, "10.0 µs")]
    [InlineData(99_960, "100 µs")]
    [InlineData(999_499, "999 µs")]
    [InlineData(999_500, "1.00 ms")]
    [InlineData(12_345_678, "12.3 ms")]
    [InlineData(1_234_567_890, "1.23 s")]
    [InlineData(999_600_000, "1.00 s")]
    [InlineData(3_600_000_000_000, "3600 s")]
    public void A_duration_has_three_significant_digits(double nanoseconds, string shown) => Assert.Equal(shown, Units.Duration(nanoseconds));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(12, "12 B")]
    [InlineData(12.5, "12.5 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_500, "1.50 kB")]
    [InlineData(123_456_789, "123 MB")]
    public void A_size_has_three_significant_digits(double bytes, string shown) => Assert.Equal(shown, Units.Bytes(bytes));

    [Theory]
    [InlineData(0, 1, "0/s")]
    [InlineData(5, 0, "0/s")]
    [InlineData(1, 3, "0.33/s")]
    [InlineData(99_680, 10, "9.97k/s")]
    public void A_rate_counts_per_second(long count, int seconds, string shown) => Assert.Equal(shown, Units.Rate(count, TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(1, 1_000_000, "<0.001 %")]
    [InlineData(1, 3, "33.333 %")]
    [InlineData(3, 3, "100 %")]
    public void A_share_that_is_something_is_not_shown_as_nothing(long part, long whole, string shown) => Assert.Equal(shown, Units.Percent(part, whole));

    [Theory]
    [InlineData(0.25, "0.3 s", "0:00")]
    [InlineData(59.97, "1m00s", "0:59")]
    [InlineData(62, "1m02s", "1:02")]
    [InlineData(3599.6, "1h00m00s", "59:59")]
    [InlineData(90_061, "25h01m01s", "25:01:01")]
    public void Lengths_round_and_clocks_do_not(double seconds, string length, string clock)
    {
        Assert.Equal(length, Units.Length(TimeSpan.FromSeconds(seconds)));
        Assert.Equal(clock, Units.Clock(TimeSpan.FromSeconds(seconds)));
    }
}
