namespace LoadTool.Tests.Run;

public sealed class ConnectTurnsTests
{
    private const long Second = 1_000_000_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_two_turns_are_closer_than_the_rate_allows_and_none_waits_longer_than_it_must(int seed)
    {
        Random random = new(seed);
        ConnectTurns turns = new(perSecond: 250);
        long now = random.NextInt64(Second), last = long.MinValue;
        for (int i = 0; i < 10_000; i++)
        {
            long turn = turns.Take(now);

            Assert.Equal(last == long.MinValue ? now : Math.Max(now, last + Second / 250), turn);
            last = turn;
            now += random.Next(4) == 0 ? random.NextInt64(Second / 10) : 0;
        }
    }

    [Fact]
    public void Many_threads_take_each_turn_once()
    {
        ConnectTurns turns = new(perSecond: 1000);
        long[] taken = [.. ParallelEnumerable.Range(0, 10_000).Select(_ => turns.Take(now: 7))];

        Assert.Equal(Enumerable.Range(0, 10_000).Select(number => 7 + number * Second / 1000), taken.Order());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_connect_rate_that_is_none_is_refused(double perSecond)
    {
        Scenario scenario = Scenario.Create("a", _ => Task.CompletedTask);

        Assert.Throws<ArgumentOutOfRangeException>("perSecond", () => scenario.WithConnectRate(perSecond));
    }
}
