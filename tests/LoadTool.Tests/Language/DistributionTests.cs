using LoadTool.Tests.Run;

namespace LoadTool.Tests.Language;

/// <summary>Draws on planted seeds against the exact distributions: Kolmogorov-Smirnov for continuous ones, chi-square for Zipf's.</summary>
public sealed class DistributionTests
{
    private const int Draws = 100_000;

    // Of a true distribution one seed in a thousand is beyond these.
    private const double MaxKolmogorov = 1.95;
    private const double ChiSquareSigmas = 3.3;

    public static TheoryData<long> Seeds => [1, 2, 3, -7, long.MaxValue];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Uniform_numbers_are_uniform(long seed) =>
        AssertFits(Distribution.Uniform(-3, 5), seed, x => Math.Clamp((x + 3) / 8, 0, 1));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Exponential_numbers_are_exponential(long seed) =>
        AssertFits(Distribution.Exponential(mean: 2.5), seed, x => 1 - Math.Exp(-x / 2.5));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Normal_numbers_are_normal(long seed) =>
        AssertFits(Distribution.Normal(mean: 10, standardDeviation: 3), seed, x => NormalBelow((x - 10) / 3));

    [Fact]
    public void The_test_tells_a_normal_distribution_from_one_a_fiftieth_wider() =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => AssertFits(Distribution.Normal(10, 3.06), 1, x => NormalBelow((x - 10) / 3)));

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(3, 0.5, 2)]
    [InlineData(10, 1, 3)]
    [InlineData(50, 1.00001, 4)]
    [InlineData(100, 0.99, 5)]
    [InlineData(100, 2.5, 6)]
    [InlineData(1000, 1, 7)]
    [InlineData(20, 12, 8)]
    [InlineData(30, 0.01, 9)]
    public void Zipf_numbers_have_the_chances_of_the_formula(long count, double exponent, long seed) =>
        Assert.InRange(ChiSquareSigmasOf(count, exponent, exponent, seed), -6, ChiSquareSigmas);

    [Fact]
    public void The_test_tells_a_Zipf_exponent_from_one_that_is_three_percent_larger() =>
        Assert.True(ChiSquareSigmasOf(100, 1.03, 1, seed: 1) > 10);

    [Theory]
    [InlineData(0.8)]
    [InlineData(1)]
    [InlineData(1.2)]
    public void Zipf_over_a_thousand_million_numbers_has_the_right_head_and_tail(double exponent)
    {
        const long Count = 1_000_000_000;
        long[] drawn = Draw(Distribution.Zipf(Count, exponent), seed: 11).Select(number => (long)number).ToArray();
        double total = Sum(1, Count, exponent);

        Assert.All(drawn, number => Assert.InRange(number, 1, Count));
        for (long bound = 1; bound <= Count; bound *= 10)
        {
            double chance = Sum(1, bound, exponent) / total;
            double deviation = Math.Sqrt(Draws * chance * (1 - chance));
            Assert.InRange(drawn.Count(number => number <= bound) - Draws * chance, -4 * deviation - 1e-6, 4 * deviation + 1e-6);
        }
    }

    [Fact]
    public void Whole_numbers_of_a_uniform_distribution_are_a_fair_die()
    {
        VirtualUser user = User(seed: 5);
        Distribution die = Distribution.Uniform(1, 7);
        int[] sides = [.. Enumerable.Range(0, 60_000).Select(_ => (int)die.NextInteger(user)).CountBy(side => side).OrderBy(side => side.Key).Select(side => side.Value)];

        Assert.Equal(6, sides.Length);
        Assert.All(sides, count => Assert.InRange(count, 9_600, 10_400));
    }

    [Fact]
    public void Users_and_scenarios_draw_apart_and_a_seed_repeats_them()
    {
        ScenarioShare[] shares = Shares.Of(Shares.Loops(1), 5, "a", "b");
        Distribution uniform = Distribution.Uniform(0, 1);
        double[] Drawn(ScenarioShare share, int number)
        {
            VirtualUser user = new(share, number);
            return [.. Enumerable.Range(0, 1000).Select(_ => uniform.Next(user))];
        }

        Assert.Equal(Drawn(shares[0], 3), Drawn(shares[0], 3));
        Assert.Equal(4_000, Drawn(shares[0], 3).Concat(Drawn(shares[0], 4)).Concat(Drawn(shares[1], 3)).Concat(Drawn(shares[1], 4)).Distinct().Count());

        // Independent: the correlation of a thousand pairs has a standard deviation of 0.032.
        Assert.InRange(Correlation(Drawn(shares[0], 3), Drawn(shares[1], 3)), -0.12, 0.12);
        Assert.InRange(Correlation(Drawn(shares[0], 3), Drawn(shares[0], 4)), -0.12, 0.12);
    }

    [Fact]
    public void Drawing_allocates_nothing()
    {
        VirtualUser user = User(1);
        Distribution[] all = [Distribution.Constant(1), Distribution.Uniform(0, 9), Distribution.Normal(1, 1), Distribution.Exponential(1), Distribution.Zipf(100)];
        double sum = 0;

        Assert.Equal(0, Allocation.Of(() =>
        {
            foreach (Distribution distribution in all)
                sum += distribution.Next(user) + distribution.NextInteger(user);
        }));
        Assert.NotEqual(0, sum);
    }

    [Fact]
    public void Distributions_that_are_none_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("to", () => Distribution.Uniform(1, 1));
        Assert.Throws<ArgumentOutOfRangeException>("from", () => Distribution.Uniform(double.NaN, 1));
        Assert.Throws<ArgumentOutOfRangeException>("to", () => Distribution.Uniform(0, double.PositiveInfinity));
        Assert.Throws<ArgumentOutOfRangeException>("count", () => Distribution.Zipf(0));
        Assert.Throws<ArgumentOutOfRangeException>("exponent", () => Distribution.Zipf(9, 0));
        Assert.Throws<ArgumentOutOfRangeException>("exponent", () => Distribution.Zipf(9, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Distribution.Normal(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Distribution.Exponential(0));
        Assert.Throws<ArgumentOutOfRangeException>("value", () => Distribution.Constant(double.NaN));
    }

    [Fact]
    public void A_uniform_distribution_over_all_doubles_stays_finite_and_below_its_end()
    {
        VirtualUser user = User(1);
        Distribution widest = Distribution.Uniform(-double.MaxValue, double.MaxValue), narrowest = Distribution.Uniform(1, Math.BitIncrement(1));

        Assert.All(Enumerable.Range(0, 1000), _ => Assert.True(double.IsFinite(widest.Next(user))));
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Equal(1, narrowest.Next(user)));
    }

    private static VirtualUser User(long seed) => new(Assert.Single(Shares.Of(Shares.Loops(1), seed, "a")), number: 0);

    private static double[] Draw(Distribution distribution, long seed)
    {
        VirtualUser user = User(seed);
        return [.. Enumerable.Range(0, Draws).Select(_ => distribution.Next(user))];
    }

    /// <summary>The largest distance between the drawn and the exact share of numbers below any x.</summary>
    private static void AssertFits(Distribution distribution, long seed, Func<double, double> below)
    {
        double[] drawn = Draw(distribution, seed);
        Array.Sort(drawn);
        double largest = 0;
        for (int i = 0; i < drawn.Length; i++)
            largest = Math.Max(largest, Math.Max(below(drawn[i]) - (double)i / Draws, (i + 1.0) / Draws - below(drawn[i])));
        Assert.InRange(largest * Math.Sqrt(Draws), 0, MaxKolmogorov);
    }

    /// <summary>By how many of its standard deviations chi-square exceeds what the claimed exponent lets expect; rare numbers are taken together.</summary>
    private static double ChiSquareSigmasOf(long count, double exponent, double claimed, long seed)
    {
        int[] counts = new int[count + 1];
        foreach (double number in Draw(Distribution.Zipf(count, exponent), seed))
            counts[checked((int)number)]++;
        double total = Sum(1, count, claimed), chiSquare = 0, expected = 0, seen = 0;
        int freedom = -1;
        for (long number = 1; number <= count; number++)
        {
            expected += Draws * Math.Pow(number, -claimed) / total;
            seen += counts[number];
            if (expected < 10 && number < count)
                continue;
            chiSquare += (seen - expected) * (seen - expected) / Math.Max(expected, 1e-9);
            (expected, seen) = (0, 0);
            freedom++;
        }

        Assert.Equal(0, counts[0]);
        return freedom < 1 ? 0 : (chiSquare - freedom) / Math.Sqrt(2 * freedom);
    }

    /// <summary>The sum of k^-s: term by term up to a million, by Euler and Maclaurin beyond.</summary>
    private static double Sum(long from, long to, double exponent)
    {
        const long Exact = 1_000_000;
        double sum = 0;
        for (long k = Math.Min(to, Exact); k >= from; k--)
            sum += Math.Pow(k, -exponent);
        if (to <= Exact)
            return sum;
        double area = exponent == 1
            ? Math.Log((double)to / Exact)
            : (Math.Pow(to, 1 - exponent) - Math.Pow(Exact, 1 - exponent)) / (1 - exponent);
        return sum + area + (Math.Pow(to, -exponent) - Math.Pow(Exact, -exponent)) / 2;
    }

    /// <summary>The normal distribution function by Simpson's rule over its density.</summary>
    private static double NormalBelow(double z)
    {
        const int Pieces = 60;
        double end = Math.Clamp(z, -8, 8), width = end / Pieces, sum = 0;
        for (int i = 0; i <= Pieces; i++)
        {
            double x = i * width;
            sum += (i is 0 or Pieces ? 1 : i % 2 == 1 ? 4 : 2) * Math.Exp(-x * x / 2);
        }

        return 0.5 + sum * width / 3 / Math.Sqrt(2 * Math.PI);
    }

    private static double Correlation(double[] a, double[] b)
    {
        double meanA = a.Average(), meanB = b.Average();
        double covariance = a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum();
        return covariance / Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
    }
}
