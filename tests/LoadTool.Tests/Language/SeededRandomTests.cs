namespace LoadTool.Tests.Language;

public sealed class SeededRandomTests
{
    [Fact]
    public void Every_method_is_repeated_by_the_same_seed_and_changed_by_another()
    {
        Assert.Equal(Draw(1), Draw(1));
        Assert.DoesNotContain(Draw(1).Zip(Draw(2)), pair => pair.First == pair.Second);

        static double[] Draw(long seed)
        {
            SeededRandom random = new(seed);
            byte[] bytes = new byte[8];
            random.NextBytes(bytes);
            byte[] more = new byte[11];
            random.NextBytes(more.AsSpan());
            return
            [
                random.Next(), random.Next(1_000_000_000), random.Next(-1_000_000_000, 1_000_000_000), random.NextInt64(), random.NextInt64(1L << 60),
                random.NextInt64(long.MinValue, long.MaxValue), random.NextDouble(), random.NextSingle(), BitConverter.ToUInt64(bytes), BitConverter.ToUInt64(more), BitConverter.ToUInt64(more, 3),
            ];
        }
    }

    [Fact]
    public void Numbers_stay_within_their_bounds_and_reach_both_ends()
    {
        SeededRandom random = new(3);
        int[] dice = [.. Enumerable.Range(0, 1000).Select(_ => random.Next(-3, 4))];
        long[] small = [.. Enumerable.Range(0, 1000).Select(_ => random.NextInt64(5))];

        Assert.Equal((-3, 3), (dice.Min(), dice.Max()));
        Assert.Equal((0, 4), (small.Min(), small.Max()));
        Assert.Equal((0, 7, 9L), (random.Next(0), random.Next(7, 7), random.NextInt64(9, 9)));
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.InRange(random.NextDouble(), 0, 1 - 1.0 / (1UL << 53)));
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.InRange(random.NextSingle(), 0, 1 - 1.0f / (1 << 24)));
    }

    [Fact]
    public void Bounds_the_wrong_way_round_are_refused()
    {
        SeededRandom random = new(1);

        Assert.Throws<ArgumentOutOfRangeException>(() => random.Next(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.NextInt64(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Next(2, 1));
    }

    [Fact]
    public void A_bound_far_from_a_power_of_two_favours_no_number()
    {
        // Of 3/4 of the range the naive remainder would give the lower third twice.
        SeededRandom random = new(4);
        const ulong Bound = 3UL << 62;
        int lower = Enumerable.Range(0, 30_000).Count(_ => random.NextBelow(Bound) < 1UL << 62);

        Assert.InRange(lower, 9_600, 10_400);
    }
}
