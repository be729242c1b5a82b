using LoadTool.Cli.Commands;

namespace LoadTool.Tests.Commands;

public sealed class TextTests
{
    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("30s", 30_000)]
    [InlineData("1m30s", 90_000)]
    [InlineData("1.5m", 90_000)]
    [InlineData(".5s", 500)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1h1m1s1ms", 3_661_001)]
    [InlineData("720h", 2_592_000_000)]
    public void A_duration_is_a_number_with_its_unit_or_several(string text, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), DurationText.Parse("--duration", text));

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("s")]
    [InlineData("0s")]
    [InlineData("-5s")]
    [InlineData("5 s")]
    [InlineData("5d")]
    [InlineData("1.2.3s")]
    [InlineData("721h")]
    [InlineData("5s3")]
    [InlineData("5S")]
    public void What_is_no_duration_is_refused_with_examples(string text)
    {
        UsageException error = Assert.Throws<UsageException>(() => DurationText.Parse("--duration", text));

        Assert.Equal($"--duration {text} is no duration: write a number with its unit, such as 500ms, 30s, 1m30s or 2h (at most 30 days)", error.Message);
    }

    [Fact]
    public void A_graceful_stop_may_last_no_time()
    {
        Assert.Equal(TimeSpan.Zero, DurationText.ParseOrZero("--graceful-stop", "0s"));
        Assert.Throws<UsageException>(() => DurationText.ParseOrZero("--graceful-stop", "0"));
        Assert.Throws<UsageException>(() => DurationText.ParseOrZero("--graceful-stop", ""));
    }

    [Theory]
    [InlineData("300", 300, 1)]
    [InlineData("300/s", 300, 1)]
    [InlineData("0.5", 5, 10)]
    [InlineData("0.5/s", 5, 10)]
    [InlineData("2.25", 225, 100)]
    [InlineData("90/m", 90, 60)]
    [InlineData("1/h", 1, 3600)]
    [InlineData("0.000001", 1, 1_000_000)]
    public void A_rate_is_a_whole_number_of_arrivals_per_interval(string text, int rate, int seconds) =>
        Assert.Equal((rate, TimeSpan.FromSeconds(seconds)), RateText.Parse("--rate", text));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("fast")]
    [InlineData("10/d")]
    [InlineData("10/s/s")]
    [InlineData("1e3")]
    [InlineData("3000000000")]
    [InlineData("0.0000001")]
    [InlineData("79228162514264337593543950335")]
    public void What_is_no_rate_is_refused_with_examples(string text)
    {
        UsageException error = Assert.Throws<UsageException>(() => RateText.Parse("--rate", text));

        Assert.StartsWith($"--rate {text} is no arrival rate: ", error.Message);
    }

    [Theory]
    [InlineData("run", "run", 0)]
    [InlineData("rnu", "run", 1)]
    [InlineData("", "run", 3)]
    [InlineData("rn", "run", 1)]
    [InlineData("ruun", "run", 1)]
    [InlineData("ron", "run", 1)]
    [InlineData("--vsu", "--vus", 1)]
    [InlineData("--durtaoin", "--duration", 2)]
    [InlineData("serve", "version", 5)]
    public void Words_are_as_far_apart_as_letters_typed_wrongly(string a, string b, int distance)
    {
        Assert.Equal(distance, TypoDistance.Between(a, b));
        Assert.Equal(distance, TypoDistance.Between(b, a));
    }
}
