using LoadTool.Metrics;
using LoadTool.Sockets;

namespace LoadTool.Tests.Run;

public sealed class TallyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_sum_of_all_intervals_is_the_total_over_any_number_of_loops(int seed)
    {
        Random random = new(seed);
        EventLoop[] loops = Shares.Loops(3);
        ScenarioShare[] shares = Shares.Of(loops, seed, "one", "two");
        RunTally tally = new(loops, shares);
        Dictionary<(string Scenario, string Step), Sum> expected = [], summed = [];

        for (int interval = 0; interval < 20; interval++)
        {
            for (int i = random.Next(200); i > 0; i--)
                RecordOne(random, shares[random.Next(shares.Length)], expected);
            tally.TakeIntervals();
            foreach (StepFigures figures in tally.Steps.Concat(tally.Iterations))
                SumOf(summed, figures.Scenario, figures.Step).Add(figures);
        }

        foreach (StepFigures total in tally.StepTotals().Concat(tally.IterationTotals()))
        {
            Sum was = SumOf(expected, total.Scenario, total.Step), sum = SumOf(summed, total.Scenario, total.Step);
            Assert.Equal(was.Ok, total.OkCount);
            Assert.Equal(was.Latencies.Encode(), total.Latency.Encode());
            Assert.Equal(sum.Latencies.Encode(), total.Latency.Encode());
            Assert.Equal(sum.Uncorrected.Encode(), total.LatencyUncorrected.Encode());
            Assert.Equal(was.Failures.OrderBy(failure => failure.Key.Detail), total.Failures.OrderBy(failure => failure.Key.Detail));
            Assert.Equal(was.Failures.OrderBy(failure => failure.Key.Detail), sum.Failures.OrderBy(failure => failure.Key.Detail));
            Assert.Equal((was.Interrupted, was.Interrupted), (total.Interrupted, sum.Interrupted));
        }

        Assert.Equal(
            expected.Where(step => step.Key.Step != "iteration").Sum(step => step.Value.Failures.Values.Sum()),
            tally.Failures().Sum(failure => failure.Value));
    }

    [Fact]
    public void Traffic_and_close_codes_are_summed_over_loops()
    {
        EventLoop[] loops = Shares.Loops(2);
        RunTally tally = new(loops, Shares.Of(loops, 1, "a"));
        foreach (EventLoop loop in loops)
        {
            loop.Counters.MessagesSent += 1;
            loop.Counters.MessagesReceived += 2;
            loop.Counters.BytesSent += 3;
            loop.Counters.BytesReceived += 4;
            loop.Counters.TlsFull += 5;
            loop.Counters.TlsResumed += 6;
            loop.Counters.SentPlainBytes += 70;
            loop.Counters.SentCompressedBytes += 7;
            loop.Counters.ReceivedPlainBytes += 80;
            loop.Counters.ReceivedCompressedBytes += 8;
            loop.Counters.DeflateNanoseconds += 900;
            loop.Counters.InflateNanoseconds += 1_000;
            loop.Counters.Connections += 5;
            loop.Counters.CountCloseFrame(1000);
        }

        loops[1].Counters.CountCloseFrame(4999);

        Traffic both = new(2, 4, 6, 8) { TlsFull = 10, TlsResumed = 12, Compression = new(140, 14, 160, 16, Nanoseconds(1_800), Nanoseconds(2_000)) };
        Traffic earlier = new(1, 1, 1, 1) { TlsFull = 1, TlsResumed = 1, Compression = new(1, 1, 1, 1, Nanoseconds(100), Nanoseconds(100)) };
        Traffic later = new(1, 3, 5, 7) { TlsFull = 9, TlsResumed = 11, Compression = new(139, 13, 159, 15, Nanoseconds(1_700), Nanoseconds(1_900)) };
        Assert.Equal(both, tally.Traffic);
        Assert.Equal(later, tally.Traffic - earlier);
        Assert.Equal(10, tally.Connections);
        Assert.Equal([KeyValuePair.Create(1000, 2L), KeyValuePair.Create(4999, 1L)], tally.CloseCodes());
    }

    private static TimeSpan Nanoseconds(long count) => new(count / TimeSpan.NanosecondsPerTick);

    private static void RecordOne(Random random, ScenarioShare share, Dictionary<(string Scenario, string Step), Sum> expected)
    {
        string name = random.Next(4) == 0 ? "iteration" : $"step {random.Next(3)}";
        StepRecorder recorder = name == "iteration" ? share.Iterations : Find(share, name);
        Sum sum = SumOf(expected, share.Scenario.Name, name);
        Outcome outcome = new("Fail", $"cause {random.Next(5)}");
        long latency = random.NextInt64(1, 1L << random.Next(1, 45));
        switch (random.Next(4))
        {
            case 0:
                recorder.Fail(outcome);
                sum.Failures[outcome] = sum.Failures.GetValueOrDefault(outcome) + 1;
                break;
            case 1:
                recorder.Interrupt();
                sum.Interrupted++;
                break;
            default:
                recorder.Record(latency, latency / 2);
                sum.Ok++;
                sum.Latencies.RecordValue(latency);
                break;
        }
    }

    /// <summary>The recorder that a step of this name counts in; a loop makes it when the step first occurs there.</summary>
    private static StepRecorder Find(ScenarioShare share, string name)
    {
        if (share.Steps.All(step => step.Name != name))
        {
            VirtualUser user = new(share, 0);
            using StepScope scope = share.BeginStep(name, user, 0, 0);
        }

        return share.Steps.Single(step => step.Name == name);
    }

    private static Sum SumOf(Dictionary<(string Scenario, string Step), Sum> sums, string scenario, string step)
    {
        if (!sums.TryGetValue((scenario, step), out Sum? sum))
            sums[(scenario, step)] = sum = new Sum();
        return sum;
    }

    private sealed class Sum
    {
        internal Histogram Latencies { get; } = New();

        internal Histogram Uncorrected { get; } = New();

        internal Dictionary<Outcome, long> Failures { get; } = [];

        internal long Ok { get; set; }

        internal long Interrupted { get; set; }

        internal void Add(StepFigures figures)
        {
            Latencies.Add(figures.Latency);
            Uncorrected.Add(figures.LatencyUncorrected);
            Interrupted += figures.Interrupted;
            foreach ((Outcome outcome, long count) in figures.Failures)
                Failures[outcome] = Failures.GetValueOrDefault(outcome) + count;
        }

        private static Histogram New() => new(StepRecorder.LowestNanoseconds, StepRecorder.HighestNanoseconds, StepRecorder.SignificantDigits, autoResize: true);
    }
}
