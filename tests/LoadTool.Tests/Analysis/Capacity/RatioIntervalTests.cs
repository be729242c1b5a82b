using LoadTool.Analysis.Capacity;
using LoadTool.Analysis.Statistics;
using MathNet.Numerics.Distributions;

namespace LoadTool.Tests.Analysis.Capacity;

/// <summary>The interval of a ratio holds the truth at least as often as it says, also where seconds hang together.</summary>
public sealed class RatioIntervalTests
{
    private const double Confidence = 0.95;

    [Theory]
    [InlineData(0, 5, 940, 1)]
    [InlineData(0, 30, 940, 2)]
    [InlineData(0.6, 10, 900, 3)]
    [InlineData(0.6, 30, 900, 4)]
    [InlineData(0.8, 60, 880, 5)]
    public void Intervals_of_shares_hold_the_truth_though_bad_seconds_come_together(double memory, int length, int least, int seed)
    {
        const int Experiments = 1_000, PerSecond = 500;
        const double Share = 0.02;
        SeededRandom random = new(seed);
        int held = 0;
        for (int experiment = 0; experiment < Experiments; experiment++)
        {
            double state = Normal.Sample(random, 0, 1);
            ObjectiveCount[] seconds = new ObjectiveCount[length];
            for (int second = 0; second < length; second++)
            {
                // A log-normal share with the mean that is asked for, that remembers the second before.
                state = memory * state + Math.Sqrt(1 - memory * memory) * Normal.Sample(random, 0, 1);
                double spread = memory == 0 ? 0 : 0.4, share = Share * Math.Exp(spread * state - spread * spread / 2);
                seconds[second] = new ObjectiveCount(Binomial.Sample(random, share, PerSecond), PerSecond);
            }

            held += RatioInterval.Of(seconds, isShare: true, Confidence)!.Value.Holds(Share) ? 1 : 0;
        }

        Assert.True(held >= least, $"seed {seed}: {held} of {Experiments}");
    }

    [Fact]
    public void Intervals_of_means_hold_the_truth()
    {
        const int Experiments = 1_000;
        SeededRandom random = new(1);
        int held = 0;
        for (int experiment = 0; experiment < Experiments; experiment++)
        {
            ObjectiveCount[] seconds = [.. Enumerable.Range(0, 20).Select(_ => new ObjectiveCount(100 * (5 + Normal.Sample(random, 0, 1)), 100))];
            held += RatioInterval.Of(seconds, isShare: false, Confidence)!.Value.Holds(5) ? 1 : 0;
        }

        Assert.InRange(held, 935, 990);
    }

    [Fact]
    public void No_bad_event_among_many_still_leaves_room_for_some()
    {
        Interval interval = RatioInterval.Of([.. Enumerable.Repeat(new ObjectiveCount(0, 100), 10)], isShare: true, Confidence)!.Value;

        Assert.Equal((0, 0), (interval.Estimate, interval.Low));
        Assert.Equal(1 - Math.Pow(0.025, 1.0 / 1_000), interval.High, tolerance: 1e-6);
    }

    [Fact]
    public void A_single_second_says_nothing()
    {
        Assert.Null(RatioInterval.Of([new ObjectiveCount(1, 100)], isShare: true, Confidence));
        Assert.Null(RatioInterval.Of([new ObjectiveCount(1, 100), new ObjectiveCount(0, 0)], isShare: true, Confidence));
    }
}
