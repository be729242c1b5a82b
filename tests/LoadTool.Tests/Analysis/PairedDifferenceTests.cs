using LoadTool.Analysis.Statistics;
using MathNet.Numerics.Distributions;

namespace LoadTool.Tests.Analysis;

/// <summary>The interval of a difference holds the truth as often as it says, for the scatter that latencies have.</summary>
public sealed class PairedDifferenceTests
{
    private const int Experiments = 1_000;

    [Theory]
    [InlineData(8, "normal", 1)]
    [InlineData(12, "normal", 2)]
    [InlineData(20, "normal", 3)]
    [InlineData(12, "uniform", 4)]
    [InlineData(12, "ratio", 5)]
    [InlineData(20, "ratio", 6)]
    [InlineData(12, "disturbed", 7)]
    [InlineData(20, "disturbed", 8)]
    public void Ninety_five_of_a_hundred_intervals_hold_the_truth(int blocks, string scatter, int seed)
    {
        SeededRandom random = new(seed);
        Func<double> draw = scatter switch
        {
            "normal" => () => Normal.Sample(random, 0, 0.1),
            // A block in ten met something else that the machine did.
            "disturbed" => () => Normal.Sample(random, 0, random.NextDouble() < 0.1 ? 1 : 0.1),
            "uniform" => () => random.NextDouble() - 0.5,

            // What a block's p99 of one variant is over that of the other.
            _ => () => Math.Log(Gamma.Sample(random, 20, 20) / Gamma.Sample(random, 20, 20)),
        };
        int held = 0;
        for (int experiment = 0; experiment < Experiments; experiment++)
        {
            double[] differences = [.. Enumerable.Range(0, blocks).Select(_ => 0.03 + draw())];
            held += PairedDifference.Of(differences, 0.95, experiment)!.Value.Holds(0.03) ? 1 : 0;
        }

        // Of eight blocks, of blocks that cannot be far off, and of some that are far off, the interval is a little wider than it had to be.
        bool mayBeWide = blocks <= 8 || scatter is "uniform" or "disturbed";
        Assert.True(held >= 935 && (held <= 965 || mayBeWide), $"seed {seed}: {held} of {Experiments}");
    }

    [Fact]
    public void What_drifts_over_the_experiment_is_in_no_difference()
    {
        double[] before = [.. Enumerable.Range(1, 10).Select(block => 5.0 * block)];
        double[] after = [.. before.Select(figure => figure * 1.1)];

        Interval ratio = PairedDifference.OfRatios(before, after, 0.95, seed: 1)!.Value;

        Assert.Equal(0.1, ratio.Low, tolerance: 1e-9);
        Assert.Equal(0.1, ratio.High, tolerance: 1e-9);
    }

    [Fact]
    public void One_block_unlike_all_others_does_not_make_the_interval_endless()
    {
        // Counts do this: the same in each block but for one. What rounding leaves of no scatter once made pivots of 10^14 of it.
        double[] after = [.. Enumerable.Repeat(1.5, 11), 1.4];

        Interval ratio = PairedDifference.OfRatios([.. Enumerable.Repeat(1.0, 12)], after, 0.95, seed: 1)!.Value;

        Assert.InRange(ratio.Low, 0.3, 0.5);
        Assert.InRange(ratio.High, 0.48, 0.7);
    }

    [Fact]
    public void Too_few_blocks_and_figures_that_are_none_give_nothing()
    {
        Assert.Null(PairedDifference.Of([1, 2, 3, 4, 5], 0.95, seed: 1));
        Assert.Null(PairedDifference.OfRatios([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 0], 0.95, seed: 1));
        Assert.Null(PairedDifference.OfRatios([1, 2, 3, 4, 5, 0], [1, 2, 3, 4, 5, 0], 0.95, seed: 1));
    }

    [Fact]
    public void The_same_seed_gives_the_same_interval() =>
        Assert.Equal(PairedDifference.Of([1, 2, 3, 4, 5, 9], 0.95, seed: 7), PairedDifference.Of([1, 2, 3, 4, 5, 9], 0.95, seed: 7));
}
