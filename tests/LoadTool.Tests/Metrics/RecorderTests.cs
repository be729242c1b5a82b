using LoadTool.Metrics;

namespace LoadTool.Tests.Metrics;

public sealed class RecorderTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    public void No_sample_is_lost_or_doubled_while_intervals_are_swapped_as_fast_as_possible(int seed, bool autoResize)
    {
        const int intervals = 10_000;
        Recorder recorder = new(1, 1_000_000, 2, autoResize);
        Histogram written = new(1, 1_000_000, 2, autoResize);
        Random random = new(seed);
        long[] values = [.. Enumerable.Range(0, 10_000).Select(_ => random.NextInt64(autoResize ? 1L << random.Next(1, 40) : 1_000_000))];
        bool isLast = false;
        Thread writer = new(() =>
        {
            for (int sample = 0; !Volatile.Read(ref isLast); sample = (sample + 1) % values.Length)
            {
                recorder.Record(values[sample]);
                written.RecordValue(values[sample]);
            }
        })
        { IsBackground = true };
        Histogram sum = new(1, 1_000_000, 2, autoResize);
        Histogram? recycle = null;
        int notEmpty = 0;

        writer.Start();
        for (int interval = 0; interval < intervals; interval++)
        {
            recycle = recorder.SwapInterval(interval % 3 == 0 ? null : recycle);
            AssertNobodyWritesTo(recycle, seed);
            sum.Add(recycle);
            notEmpty += recycle.TotalCount > 0 ? 1 : 0;
        }

        Volatile.Write(ref isLast, true);
        writer.Join();
        sum.Add(recorder.SwapInterval());

        Assert.True(notEmpty > 0, $"seed {seed}: the writer recorded nothing while intervals were swapped");
        Assert.True(Counts(written).SequenceEqual(Counts(sum)), $"seed {seed}: {written.TotalCount} written, {sum.TotalCount} read");
        Assert.Equal((written.TotalCount, written.Min, written.Max), (sum.TotalCount, sum.Min, sum.Max));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void No_sample_is_lost_or_doubled_while_several_recorders_are_swapped_together(int seed)
    {
        const int intervals = 5_000;
        Recorder[] recorders = [.. Enumerable.Range(0, 5).Select(_ => new Recorder(1, 1_000_000, 2))];
        Histogram[] written = [.. recorders.Select(_ => new Histogram(1, 1_000_000, 2))];
        Histogram[] sums = [.. recorders.Select(_ => new Histogram(1, 1_000_000, 2))];
        Histogram?[] taken = new Histogram?[recorders.Length];
        Random random = new(seed);
        bool isLast = false;
        Thread writer = new(() =>
        {
            while (!Volatile.Read(ref isLast))
            {
                int index = random.Next(recorders.Length);
                long value = random.NextInt64(1_000_000);
                recorders[index].Record(value);
                written[index].RecordValue(value);
            }
        })
        { IsBackground = true };

        writer.Start();
        for (int interval = 0; interval < intervals; interval++)
            Take();
        Volatile.Write(ref isLast, true);
        writer.Join();
        Take();

        Assert.All(written, histogram => Assert.True(histogram.TotalCount > 0, $"seed {seed}: the writer recorded nothing"));
        Assert.All(written.Zip(sums), pair => Assert.True(Counts(pair.First).SequenceEqual(Counts(pair.Second)), $"seed {seed}"));

        void Take()
        {
            Recorder.SwapIntervals(recorders, taken);
            foreach ((Histogram sum, Histogram? interval) in sums.Zip(taken))
            {
                AssertNobodyWritesTo(interval!, seed);
                sum.Add(interval!);
            }
        }
    }

    [Fact]
    public void Recorders_of_which_one_cannot_recycle_are_all_left_alone()
    {
        Recorder first = new(1, 1000, 3), second = new(1, 1000, 3);
        first.Record(7);
        Histogram?[] histograms = [null, new Histogram(1, 1000, 2)];

        Assert.Throws<ArgumentException>(() => Recorder.SwapIntervals([first, second], histograms));
        Assert.Throws<ArgumentException>(() => Recorder.SwapIntervals([first], histograms));
        Assert.Equal(1, first.SwapInterval().TotalCount);
    }

    [Fact]
    public void A_swap_with_a_writer_that_never_records_returns_at_once()
    {
        Recorder recorder = new(1, 1000, 3);

        Assert.Equal(0, recorder.SwapInterval().TotalCount);
        Assert.Equal(0, recorder.SwapInterval().TotalCount);
    }

    [Fact]
    public void One_thread_may_record_and_swap()
    {
        Recorder recorder = new(1, 1000, 3);
        recorder.Record(1);
        recorder.RecordWithCount(2, 3);
        Histogram first = recorder.SwapInterval();
        recorder.Record(5);
        Histogram second = recorder.SwapInterval(first);

        Assert.Equal((1, 5), (second.TotalCount, second.Max));
        Assert.Equal(0, first.TotalCount);
        recorder.Record(7);
        Assert.Same(first, recorder.SwapInterval());
        Assert.Equal((1, 7), (first.TotalCount, first.Max));
    }

    [Fact]
    public void A_refused_value_leaves_the_recorder_usable()
    {
        Recorder recorder = new(1, 1000, 3);

        Assert.Throws<ArgumentOutOfRangeException>(() => recorder.Record(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => recorder.Record(1_000_000));
        Assert.Throws<ArgumentOutOfRangeException>(() => recorder.RecordWithCount(1, -1));

        Assert.Equal(0, recorder.SwapInterval().TotalCount);
    }

    [Fact]
    public void A_recorder_that_widens_keeps_values_above_its_first_range()
    {
        Recorder recorder = new(1, 1000, 3, autoResize: true);
        recorder.Record(long.MaxValue);

        Histogram first = recorder.SwapInterval();
        recorder.Record(1L << 40);

        Assert.Equal((1, long.MaxValue), (first.TotalCount, first.Max));
        Assert.Equal(1, recorder.SwapInterval(first).CountAt(1L << 40));
    }

    [Fact]
    public void What_cannot_be_the_next_interval_is_refused()
    {
        Recorder recorder = new(1, 1000, 3);
        Histogram first = recorder.SwapInterval();
        recorder.SwapInterval(first);

        Assert.Throws<ArgumentException>(() => recorder.SwapInterval(first));
        Assert.Throws<ArgumentException>(() => recorder.SwapInterval(new Histogram(1, 1000, 2)));
        Assert.Throws<ArgumentException>(() => recorder.SwapInterval(new Histogram(1, 2000, 3)));
        Assert.Throws<ArgumentException>(() => recorder.SwapInterval(new Histogram(1, 1000, 3, autoResize: true)));
    }

    /// <summary>A record that is still under way has changed the count but not yet the total.</summary>
    private static void AssertNobodyWritesTo(Histogram ended, int seed)
    {
        long total = ended.TotalCount;
        Assert.True(ended.CountBetween(0, long.MaxValue) == total && ended.TotalCount == total, $"seed {seed}: an ended interval was still written to");
    }

    private static IEnumerable<(long Value, long Count)> Counts(Histogram histogram) =>
        histogram.RecordedValues().Select(step => (step.ValueIteratedTo, step.CountAtValue));
}
