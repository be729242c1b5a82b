namespace LoadTool.Tests.Run;

public sealed class LagCostsTests
{
    private const long Lag = 100;

    [Theory]
    [InlineData(0, 0, 50, 0, 0, true, LagCause.Collection)]
    [InlineData(100, 0, 50, 0, 0, true, LagCause.Collection)]
    [InlineData(100, 0, 0, 50, 0, true, LagCause.Compilation)]
    [InlineData(50, 50, 0, 0, 0, true, LagCause.Starved)]
    [InlineData(0, 90, 0, 0, 90, false, LagCause.Starved)]
    [InlineData(50, 49, 0, 0, 0, true, LagCause.Script)]
    [InlineData(50, 0, 0, 0, 0, false, LagCause.Busy)]
    [InlineData(0, 0, 0, 0, 50, true, LagCause.Stopped)]
    [InlineData(0, 0, 0, 0, 49, true, LagCause.Script)]
    [InlineData(0, 0, 0, 0, 0, false, LagCause.Unknown)]
    public void The_cause_of_a_lag_is_what_explains_half_of_it(long ran, long waited, long paused, long compiled, long stalled, bool isOnePiece, LagCause cause) =>
        Assert.Equal(cause, new LagCosts(ran, waited, paused, compiled, stalled).CauseOf(Lag, isOnePiece));

    [Fact]
    public void Without_a_word_of_the_system_on_processors_the_other_causes_are_still_told()
    {
        Assert.Equal(LagCause.Script, new LagCosts(null, null, 0, 0, 0).CauseOf(Lag, isOnePiece: true));
        Assert.Equal(LagCause.Stopped, new LagCosts(null, null, 0, 0, 90).CauseOf(Lag, isOnePiece: true));
        Assert.Equal(LagCause.Unknown, new LagCosts(null, null, 0, 0, 0).CauseOf(Lag, isOnePiece: false));
    }

    [Fact]
    public void What_one_of_two_readings_does_not_tell_their_difference_does_not_either()
    {
        LagCosts spent = new LagCosts(7, null, 5, 4, 3) - new LagCosts(1, 1, 1, 1, 1);

        Assert.Equal(new LagCosts(6, null, 4, 3, 2), spent);
    }
}
