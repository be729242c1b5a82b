using LoadTool.Analysis.Statistics;

namespace LoadTool.Tests.Analysis;

public sealed class HolmTests
{
    [Fact]
    public void Chances_are_held_against_how_many_are_left()
    {
        // Of R's p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm").
        double[] adjusted = Holm.Adjust([0.01, 0.04, 0.03, 0.005]);

        double[] expected = [0.03, 0.06, 0.06, 0.02];
        Assert.All(expected.Zip(adjusted), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-12));
        Assert.Empty(Holm.Adjust([]));
        Assert.Equal([1.0, 1.0], Holm.Adjust([0.9, 0.8]));
    }
}
