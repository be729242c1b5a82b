using LoadTool.Analysis.Lab;
using LoadTool.Analysis.Statistics;
using LoadTool.Metrics;
using MathNet.Numerics.Distributions;

namespace LoadTool.Tests.Analysis.Lab;

/// <summary>What the lab says of blocks whose truth is planted.</summary>
public sealed class LabComparisonTests
{
    private const double MinEffect = 0.05;

    [Theory]
    [InlineData(12, 400, 1)]
    [InlineData(36, 30, 2)]
    public void Ninety_five_of_a_hundred_intervals_of_p99_hold_the_truth_though_the_machine_drifts(int pairs, int replies, int seed)
    {
        const int Experiments = 1_000;
        const double Truth = 0.1;
        SeededRandom random = new(seed);
        int held = 0;
        for (int experiment = 0; experiment < Experiments; experiment++)
        {
            double drift = 1;
            List<LabPair> blocks = [];
            for (int pair = 0; pair < pairs; pair++)
            {
                drift *= Math.Exp(Normal.Sample(random, 0, 0.05));
                blocks.Add(new LabPair(Block(random, replies, 50_000 * drift), Block(random, replies, 50_000 * drift * (1 + Truth))));
            }

            held += Compare(LabFigure.LatencyP99, blocks, seed: experiment).Difference!.Value.Holds(Truth) ? 1 : 0;
        }

        Assert.True(held is >= 935 and <= 965, $"seed {seed}: {held} of {Experiments}");
    }

    [Theory]
    [InlineData(-0.04, 0.04, true, "NoDifferenceThatMatters")]
    [InlineData(0.06, 0.20, true, "Worse")]
    [InlineData(0.06, 0.20, false, "Better")]
    [InlineData(-0.50, -0.06, true, "Better")]
    [InlineData(-0.50, -0.06, false, "Worse")]
    [InlineData(0.04, 0.20, true, "NotEnoughSamples")]
    [InlineData(-0.20, 0.04, true, "NotEnoughSamples")]
    [InlineData(-0.20, 0.20, true, "NotEnoughSamples")]
    public void An_interval_says_something_only_where_all_of_it_does(double low, double high, bool lowerIsBetter, string verdict) =>
        Assert.Equal(verdict, Effects.Of(new Interval((low + high) / 2, low, high), MinEffect, lowerIsBetter).ToString());

    [Fact]
    public void A_percentile_of_too_few_replies_is_no_figure()
    {
        SeededRandom random = new(seed: 3);
        LabPair[] pairs = [.. Enumerable.Range(0, 12).Select(_ => new LabPair(Block(random, replies: 20, 50_000), Block(random, replies: 20, 50_000)))];

        LabComparison p99 = Compare(LabFigure.LatencyP99, pairs, seed: 1);

        // Of 240 values together there is one, but not six times a hundred for an interval.
        Assert.NotNull(p99.Off);
        Assert.Null(p99.Difference);
        Assert.Equal(Effect.NotEnoughSamples, p99.Verdict);
        Assert.Null(Compare(LabFigure.LatencyP99, pairs[..4], seed: 1).Off);
    }

    [Fact]
    public void The_processor_is_not_shared_out_among_a_few_stalled_messages()
    {
        SeededRandom random = new(seed: 4);
        LabPair[] pairs = [.. Enumerable.Range(0, 12).Select(_ => new LabPair(Block(random, replies: 5_000, 50_000), Block(random, replies: 5, 44_000_000)))];

        LabComparison processor = Compare(LabFigure.Processor, pairs, seed: 1);

        Assert.Equal((null, null, null, Effect.NotEnoughSamples), (processor.Off, processor.On, processor.Difference, processor.Verdict));
        Assert.Equal(Effect.Worse, Compare(LabFigure.LatencyP50, pairs, seed: 1).Verdict);
        Assert.Equal(Effect.Worse, Compare(LabFigure.Rate, pairs, seed: 1).Verdict);
    }

    [Fact]
    public void What_the_system_does_not_tell_is_no_figure()
    {
        SeededRandom random = new(seed: 5);
        LabPair[] pairs = [.. Enumerable.Range(0, 12).Select(_ => new LabPair(Mute(), Mute()))];

        foreach (LabFigure figure in (LabFigure[])[LabFigure.SegmentsSent, LabFigure.SegmentsReceived, LabFigure.Processor])
            Assert.Null(Compare(figure, pairs, seed: 1).Off);

        LabBlock Mute() => Block(random, 1_000, 50_000) with { SegmentsSent = null, SegmentsReceived = null, ProcessorNanoseconds = null };
    }

    [Fact]
    public void Blocks_without_a_reply_give_no_figure_at_all()
    {
        LabBlock nothing = new()
        {
            Latency = new Histogram(3),
            Messages = 0,
            ConnectionSeconds = 0,
            Connections = 4,
            SegmentsSent = 0,
            SegmentsReceived = 0,
            ProcessorNanoseconds = 0,
        };

        LabResult result = LabResult.Of(LabCell.Matrix([32])[0], [.. Enumerable.Repeat(new LabPair(nothing, nothing), 12)], MinEffect, seed: 1, roundTripSeconds: null);

        Assert.All(result.Comparisons, comparison => Assert.Equal((null, null, Effect.NotEnoughSamples), (comparison.Off, comparison.On, comparison.Verdict)));
    }

    private static LabComparison Compare(LabFigure figure, IReadOnlyList<LabPair> pairs, long seed) => LabComparison.Of(figure, pairs, LabPair.Merge(pairs), MinEffect, seed);

    /// <summary>Latencies with a long tail, around a median.</summary>
    internal static LabBlock Block(SeededRandom random, int replies, double medianNanoseconds)
    {
        Histogram latency = new(lowestDiscernibleValue: 64, highestTrackableValue: 2_000_000, significantDigits: 3, autoResize: true);
        double seconds = 0;
        for (int reply = 0; reply < replies; reply++)
        {
            double nanoseconds = medianNanoseconds * Math.Exp(Normal.Sample(random, 0, 0.4));
            seconds += nanoseconds / 1e9;
            latency.RecordValue((long)nanoseconds);
        }

        return new LabBlock
        {
            Latency = latency,
            Messages = replies,
            ConnectionSeconds = seconds,
            Connections = 1,
            SegmentsSent = replies,
            SegmentsReceived = replies,
            ProcessorNanoseconds = replies * 5_000,
        };
    }
}
