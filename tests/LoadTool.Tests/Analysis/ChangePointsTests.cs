using LoadTool.Analysis.Statistics;
using MathNet.Numerics.Distributions;

namespace LoadTool.Tests.Analysis;

/// <summary>Changes that were planted are found at their place, and none elsewhere.</summary>
public sealed class ChangePointsTests
{
    private const double Level = 0.01;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Planted_changes_are_found_within_one_of_their_place(int seed)
    {
        const int Histories = 200;
        SeededRandom random = new(seed);
        int found = 0;
        for (int history = 0; history < Histories; history++)
        {
            int first = random.Next(8, 20), second = first + random.Next(8, 20), length = second + random.Next(6, 20);
            double[] series = [.. Enumerable.Range(0, length).Select(run => (run < first ? 100 : run < second ? 110 : 95) + Normal.Sample(random, 0, 2))];
            IReadOnlyList<ChangePoint> changes = ChangePoints.Find(series, Level);
            found += changes.Count == 2 && Math.Abs(changes[0].Index - first) <= 1 && Math.Abs(changes[1].Index - second) <= 1 ? 1 : 0;
        }

        Assert.True(found >= 0.97 * Histories, $"seed {seed}: {found} of {Histories}");
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(50, 2)]
    [InlineData(150, 3)]
    public void A_history_without_a_change_seldom_has_one(int length, int seed)
    {
        const int Histories = 1_000;
        SeededRandom random = new(seed);
        int alarms = Enumerable.Range(0, Histories).Count(_ => ChangePoints.Find([.. Enumerable.Range(0, length).Select(_ => Normal.Sample(random, 100, 5))], Level).Count > 0);

        Assert.True(alarms <= 2 * Level * Histories, $"seed {seed}: {alarms} of {Histories}");
    }

    [Fact]
    public void A_change_tells_what_was_before_and_after_it()
    {
        ChangePoint change = Assert.Single(ChangePoints.Find([10, 11, 10, 11, 10, 11, 20, 21, 20, 21, 20, 21], Level));

        Assert.Equal((6, 10.5, 20.5), (change.Index, change.Before, change.After));
        Assert.InRange(change.Chance, 0, 1e-6);
    }

    [Fact]
    public void A_step_without_any_scatter_is_a_change_and_a_flat_line_none()
    {
        Assert.Equal(3, Assert.Single(ChangePoints.Find([1, 1, 1, 2, 2, 2], Level)).Index);
        Assert.Empty(ChangePoints.Find([1, 1, 1, 1, 1, 1, 1, 1], Level));
        Assert.Empty(ChangePoints.Find([1, 2], Level));
        Assert.Empty(ChangePoints.Find([], Level));
    }

    [Fact]
    public void A_single_outlier_is_no_change() =>
        Assert.Empty(ChangePoints.Find([10, 11, 10, 11, 10, 60, 11, 10, 11, 10, 11, 10, 11], Level));
}
