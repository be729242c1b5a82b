namespace LoadTool.Tests.Language;

public sealed class ReconnectPolicyTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Without_a_policy_nothing_is_tried_again() => Assert.Null(ReconnectPolicy.None.DelayBefore(0, new SeededRandom(1)));

    [Fact]
    public void Fixed_waits_the_same_time_until_the_attempts_are_used_up()
    {
        Assert.Equal([Second, Second, Second, null], Delays(ReconnectPolicy.Fixed(Second, attempts: 3), 4));
        Assert.Equal(Second, ReconnectPolicy.Fixed(Second).DelayBefore(int.MaxValue, new SeededRandom(1)));
        Assert.Equal([TimeSpan.Zero, TimeSpan.Zero], Delays(ReconnectPolicy.Fixed(TimeSpan.Zero), 2));
    }

    [Fact]
    public void Exponential_grows_by_its_factor_up_to_the_longest()
    {
        Assert.Equal([Second, 2 * Second, 4 * Second, 8 * Second, 10 * Second, 10 * Second], Delays(ReconnectPolicy.Exponential(Second, 10 * Second), 6));
        Assert.Equal([Second, 1.5 * Second, 2.25 * Second, null], Delays(ReconnectPolicy.Exponential(Second, 10 * Second, factor: 1.5, attempts: 3), 4));
        Assert.Equal(10 * Second, ReconnectPolicy.Exponential(Second, 10 * Second).DelayBefore(int.MaxValue, new SeededRandom(1)));
        Assert.Equal(TimeSpan.Zero, ReconnectPolicy.Exponential(TimeSpan.Zero, 10 * Second).DelayBefore(int.MaxValue, new SeededRandom(1)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 4)]
    [InlineData(5, 10)]
    public void Full_jitter_is_even_between_zero_and_the_cap(int attempt, int capSeconds)
    {
        const int Draws = 100_000, Cells = 20;
        ReconnectPolicy policy = ReconnectPolicy.FullJitter(Second, 10 * Second);
        SeededRandom chance = new(seed: 7);
        int[] counts = new int[Cells];
        for (int draw = 0; draw < Draws; draw++)
        {
            double share = policy.DelayBefore(attempt, chance)!.Value / (capSeconds * Second);
            Assert.InRange(share, 0, 1);
            counts[Math.Min(Cells - 1, (int)(share * Cells))]++;
        }

        // Chi squared with 19 degrees of freedom: 43.8 is exceeded once in a thousand seeds, and this seed is planted.
        const double Expected = (double)Draws / Cells;
        Assert.InRange(counts.Sum(count => (count - Expected) * (count - Expected) / Expected), 0, 43.8);
    }

    [Fact]
    public void Delays_and_counts_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("first", () => ReconnectPolicy.Fixed(-Second));
        Assert.Throws<ArgumentOutOfRangeException>("first", () => ReconnectPolicy.Fixed(TimeSpan.FromDays(31)));
        Assert.Throws<ArgumentOutOfRangeException>("max", () => ReconnectPolicy.FullJitter(2 * Second, Second));
        Assert.Throws<ArgumentOutOfRangeException>("factor", () => ReconnectPolicy.Exponential(Second, Second, factor: 0.5));
        Assert.Throws<ArgumentOutOfRangeException>("factor", () => ReconnectPolicy.Exponential(Second, Second, factor: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>("attempts", () => ReconnectPolicy.Fixed(Second, attempts: -1));
    }

    private static TimeSpan?[] Delays(ReconnectPolicy policy, int count) =>
        [.. Enumerable.Range(0, count).Select(attempt => policy.DelayBefore(attempt, new SeededRandom(1)))];
}
