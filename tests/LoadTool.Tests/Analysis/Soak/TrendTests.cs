using LoadTool.Analysis.Statistics;
using MathNet.Numerics.Distributions;

namespace LoadTool.Tests.Analysis.Soak;

/// <summary>The interval of a growth holds the truth as often as it says, for what long runs swing by.</summary>
public sealed class TrendTests
{
    private const int Runs = 1_000;
    private const int Seconds = 1_200;

    [Theory]
    [InlineData("independent", 1)]
    [InlineData("neighbours alike", 2)]
    [InlineData("sawtooth", 3)]
    [InlineData("gaps", 4)]
    public void Ninety_five_of_a_hundred_intervals_hold_the_planted_growth(string swing, int seed)
    {
        const double Growth = 0.01;
        SeededRandom random = new(seed);
        int held = 0;
        for (int run = 0; run < Runs; run++)
        {
            double phase = random.NextDouble(), last = 0;
            List<(double, double)> values = [];
            for (int second = 0; second < Seconds; second++)
            {
                last = swing == "neighbours alike" ? 0.8 * last + Normal.Sample(random, 0, 1) : Normal.Sample(random, 0, 1);
                double swings = swing == "sawtooth" ? 5 * (second / 7.3 + phase) % 1 * 5 : 0;
                if (swing != "gaps" || second % 100 > 30)
                    values.Add((second, 100 + Growth * second + last + swings));
            }

            held += Trend.Of(Trend.Means(values, 0, Seconds), 0.95)!.Value.Holds(Growth) ? 1 : 0;
        }

        Assert.True(held is >= 935 and <= 965, $"{swing}, seed {seed}: {held} of {Runs}");
    }

    [Fact]
    public void Too_few_parts_of_the_time_with_a_value_give_no_growth()
    {
        IReadOnlyList<(double Time, double Value)> means = Trend.Means([.. Enumerable.Range(0, 50).Select(second => ((double)second, 1.0))], 0, 120);

        Assert.Equal(5, means.Count);
        Assert.Null(Trend.Of(means, 0.95));
    }

    [Fact]
    public void A_line_without_scatter_is_found_exactly()
    {
        Interval growth = Trend.Of([.. Enumerable.Range(0, 12).Select(part => (part * 10.0, 5 + 3 * part * 10.0))], 0.95)!.Value;

        Assert.Equal(3, growth.Estimate, precision: 9);
        Assert.Equal(3, growth.Low, precision: 9);
    }
}
