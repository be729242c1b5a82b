using System.Text;

namespace LoadTool.Tests.Language;

public sealed class MessageScheduleTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_schedule_without_a_rate_is_refused(double perSecond)
    {
        Assert.Throws<ArgumentOutOfRangeException>("perSecond", () => MessageSchedule.PerSocket(perSecond));
        Assert.Throws<ArgumentOutOfRangeException>("perSecond", () => MessageSchedule.ForAll(perSecond));
    }

    [Fact]
    public void Limits_that_would_let_nothing_pass_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("inFlight", () => MessageSchedule.PerSocket(1, inFlight: 0));
        Assert.Throws<ArgumentOutOfRangeException>("inFlight", () => MessageSchedule.ForAll(1, inFlight: MessageSchedule.MaxInFlight + 1));
        Assert.Throws<ArgumentOutOfRangeException>("dropAfter", () => MessageSchedule.PerSocket(1, dropAfter: TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>("replyWithin", () => MessageSchedule.PerSocket(1, replyWithin: TimeSpan.FromSeconds(-1)));
        Assert.Throws<ArgumentOutOfRangeException>("during", () => MessageSchedule.PerSocket(1, during: TimeSpan.Zero));
        Assert.Throws<ArgumentNullException>("key", () => MessageMatch.ByKey(null!));
        Assert.Throws<ArgumentException>("text", () => MessageMatch.ByNumberAfter(""));
        Assert.Throws<ArgumentOutOfRangeException>("bytes", () => Payload.Marked(LatencyMarker.Length - 1));
    }

    [Theory]
    [InlineData("{\"id\":17,\"x\":3}", 17L)]
    [InlineData("{\"x\":3, \"id\":  -5}", -5L)]
    [InlineData("{\"id\":\"17\"}", null)]
    [InlineData("{\"id\":", null)]
    [InlineData("", null)]
    public void The_number_after_a_text_is_the_key(string message, long? expected) =>
        Assert.Equal(expected, MessageMatch.ByNumberAfter("\"id\":").Key!(Encoding.UTF8.GetBytes(message)));
}
