using LoadTool.Outputs.Prometheus;

namespace LoadTool.Tests.Outputs;

public sealed class PrometheusScrapeTests
{
    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("*/*", false)]
    [InlineData("text/plain", false)]
    [InlineData("application/openmetrics-text", true)]
    [InlineData("application/openmetrics-text;version=0.0.1", false)]
    [InlineData("application/openmetrics-text; version=1.0.0; charset=utf-8", true)]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.5", false)]
    [InlineData("Application/OpenMetrics-Text;q=0", false)]
    [InlineData(";;,=,q", false)]
    public void OpenMetrics_is_given_to_who_likes_it_as_well_as_text(string? accept, bool isOpenMetrics) => Assert.Equal(isOpenMetrics, ScrapeFormat.WantsOpenMetrics(accept));

    [Theory]
    [InlineData(null, false)]
    [InlineData("gzip", true)]
    [InlineData("deflate, GZIP;q=0.5", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("br", false)]
    public void Gzip_is_given_to_who_takes_it(string? acceptEncoding, bool isGzip) => Assert.Equal(isGzip, ScrapeFormat.WantsGzip(acceptEncoding));

    [Fact]
    public void The_end_waits_only_for_a_scraper_that_comes_regularly()
    {
        ManualClock clock = new();
        ScrapeVisits visits = new(clock);
        Assert.Equal(TimeSpan.Zero, Expected(afterSeconds: 0));
        visits.Add();
        visits.End();
        Assert.Equal(TimeSpan.Zero, Expected(afterSeconds: 0));

        visits = new(clock);
        visits.Add();
        clock.Seconds += 10;
        visits.Add();
        Assert.Equal(TimeSpan.Zero, visits.Expected(TimeSpan.FromMinutes(1)));
        visits.End();
        Assert.Equal(TimeSpan.FromSeconds(15), Expected(afterSeconds: 0));
        Assert.Equal(TimeSpan.FromSeconds(8), Expected(afterSeconds: 7));
        Assert.Equal(TimeSpan.FromSeconds(3), visits.Expected(TimeSpan.FromSeconds(3)));
        Assert.Equal(TimeSpan.Zero, Expected(afterSeconds: 9));

        TimeSpan Expected(int afterSeconds)
        {
            clock.Seconds += afterSeconds;
            return visits.Expected(TimeSpan.FromMinutes(1));
        }
    }

    private sealed class ManualClock : TimeProvider
    {
        internal int Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
