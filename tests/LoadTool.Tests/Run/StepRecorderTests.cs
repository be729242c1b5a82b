using LoadTool.Metrics;

namespace LoadTool.Tests.Run;

public sealed class StepRecorderTests
{
    [Fact]
    public void Kinds_of_failure_past_the_cap_are_counted_together_and_none_is_lost()
    {
        StepRecorder recorder = new("s");
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 100; i++)
                recorder.Fail(new Outcome("Fail", $"number {i}"));
        }

        Dictionary<Outcome, long> failures = recorder.Failures.Read().ToDictionary(failure => failure.Outcome, failure => failure.Count);

        Assert.Equal(65, failures.Count);
        Assert.Equal(300, failures.Values.Sum());
        Assert.Equal(3, failures[new Outcome("Fail", "number 63")]);
        Assert.Equal(108, failures[new Outcome(Outcome.ScriptError, "(further kinds of failure)")]);
    }

    [Fact]
    public void A_latency_that_would_be_negative_counts_as_none()
    {
        StepRecorder recorder = new("s");
        recorder.Record(sinceIntended: -5, sinceStarted: -7);

        Histogram latency = recorder.Latency.SwapInterval(), uncorrected = recorder.LatencyUncorrected.SwapInterval();

        Assert.Equal((1L, 0L), (latency.TotalCount, latency.Max));
        Assert.Equal((1L, 0L), (uncorrected.TotalCount, uncorrected.Max));
    }

    [Fact]
    public void What_the_run_interrupts_is_neither_success_nor_failure()
    {
        StepRecorder recorder = new("s");
        recorder.Interrupt();
        recorder.Interrupt();

        Assert.Equal((2L, 0L), (recorder.Interrupted, recorder.Latency.SwapInterval().TotalCount));
        Assert.False(recorder.Failures.Any);
    }
}
