using LoadTool.Tests.Run;

namespace LoadTool.Tests.Language;

public sealed class VirtualUserTests
{
    private const int Users = 10_000;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-7)]
    [InlineData(long.MaxValue)]
    public void Phases_of_users_are_spread_evenly_whatever_the_seed(long seed)
    {
        ScenarioShare share = Assert.Single(Shares.Of(Shares.Loops(1), seed, "a"));
        double[] phases = [.. Enumerable.Range(0, Users).Select(number => new VirtualUser(share, number).Phase)];

        Assert.All(phases, phase => Assert.InRange(phase, 0, 1 - double.Epsilon));
        int[] tenths = [.. phases.GroupBy(phase => (int)(phase * 10)).Select(tenth => tenth.Count())];
        Assert.Equal(10, tenths.Length);

        // 1,000 expected in each, with a standard deviation of 30.
        Assert.All(tenths, count => Assert.InRange(count, 850, 1150));
    }

    [Fact]
    public void The_same_seed_gives_the_same_users_the_same_chance_and_each_user_its_own()
    {
        ScenarioShare one = Assert.Single(Shares.Of(Shares.Loops(1), 5, "a")), again = Assert.Single(Shares.Of(Shares.Loops(1), 5, "a"));
        int[] Draw(ScenarioShare share) => [.. Enumerable.Range(0, 100).Select(number => new VirtualUser(share, number).Random.Next())];

        Assert.Equal(Draw(one), Draw(again));
        Assert.Equal(100, Draw(one).Distinct().Count());
    }

    [Fact]
    public void Mixed_numbers_do_not_collide()
    {
        HashSet<ulong> seen = [];
        for (long seed = -50; seed < 50; seed++)
        {
            for (long index = 0; index < 100; index++)
                seen.Add(SplitMix.Hash(seed, index));
        }

        // Neighbouring seeds and indexes give the same sum often enough for a weak mixing to show.
        Assert.Equal(10_000, seen.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_pace_that_is_none_is_refused(double perSecond)
    {
        VirtualUser user = new(Assert.Single(Shares.Of(Shares.Loops(1), 1, "a")), number: 0);

        Assert.Throws<ArgumentOutOfRangeException>("perSecond", () => user.Pace(perSecond));
    }
}
