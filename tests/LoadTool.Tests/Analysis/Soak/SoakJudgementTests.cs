using LoadTool.Analysis.Documents;
using LoadTool.Analysis.Runs;
using LoadTool.Analysis.Soak;
using LoadTool.Metrics;
using LoadTool.Tests.Outputs;
using MathNet.Numerics.Distributions;

namespace LoadTool.Tests.Analysis.Soak;

public sealed class SoakJudgementTests : IDisposable
{
    private const int Sockets = 1_000;
    private const int Minutes = 60;
    private readonly TemporaryFolder _folder = new();
    private readonly SeededRandom _random = new(11);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_hundred_bytes_per_minute_and_socket_are_found()
    {
        SoakJudgement soak = SoakJudgement.Of(Seconds(), Memory(leak: 100), new SoakSettings());

        SoakFinding memory = soak.Findings[0];
        Assert.Equal(SoakVerdict.Grows, memory.Verdict);
        Assert.True(memory.Growth!.Value.Holds(100), $"{memory.Growth}");
        Assert.InRange(memory.Growth.Value.High - memory.Growth.Value.Low, 0, 40);
        Assert.Contains("target memory per socket grows: +", ConsoleText.Of(SoakDocument.Of("chat", soak, [])));
    }

    [Fact]
    public void What_swings_and_does_not_grow_is_called_steady()
    {
        SoakJudgement soak = SoakJudgement.Of(Seconds(), Memory(leak: 0), new SoakSettings { MinGrowth = 30 });

        Assert.All(soak.Findings, finding => Assert.Equal((finding.Name, SoakVerdict.Steady), (finding.Name, finding.Verdict)));
        Assert.Equal(["target memory per socket", "echo p50", "echo p99", "echo errors"], soak.Findings.Select(finding => finding.Name));
        Assert.StartsWith("ok: 4 figures stay as they are", ConsoleText.Of(SoakDocument.Of("chat", soak, [])));
    }

    [Fact]
    public void A_latency_that_drifts_and_errors_that_become_more_are_found()
    {
        SoakJudgement soak = SoakJudgement.Of(Seconds(drift: 0.3, errors: 0.02), [], new SoakSettings());

        Assert.Equal([SoakVerdict.Grows, SoakVerdict.Grows, SoakVerdict.Grows], soak.Findings.Select(finding => finding.Verdict));
        Assert.InRange(soak.Findings[0].Growth!.Value.Estimate, 0.2, 0.3);
    }

    [Fact]
    public void The_time_in_which_connections_come_and_the_first_tenth_after_are_not_judged()
    {
        SoakJudgement soak = SoakJudgement.Of(Seconds(rampSeconds: 600), Memory(leak: 0), new SoakSettings());

        Assert.InRange(soak.From, 570 + 0.1 * 3_000, 600 + 0.1 * 3_030);
        Assert.Equal(Sockets, soak.Sockets, tolerance: 1);
    }

    [Fact]
    public void A_minute_is_too_short_to_tell_of_a_hundred_bytes()
    {
        SoakJudgement soak = SoakJudgement.Of(Seconds(length: 60), [.. Memory(leak: 100).Take(60)], new SoakSettings());

        Assert.Equal(SoakVerdict.NotEnoughSamples, soak.Findings[0].Verdict);
    }

    [Fact]
    public void Memory_that_nobody_saw_to_the_end_gives_no_number()
    {
        SoakJudgement soak = SoakJudgement.Of(Seconds(), [.. Memory(leak: 100).Where(sample => sample.At < 2_400)], new SoakSettings());

        Assert.Null(soak.Findings[0].Growth);
        Assert.Equal("nothing is known of it after 2399 s of 3600 s: did the target end?", soak.Findings[0].Reason);
    }

    /// <summary>A page of 4 KiB is what its counts leave open: over an hour little, over the few sockets of a short run more than what matters.</summary>
    [Theory]
    [InlineData(3_600, SoakVerdict.Steady)]
    [InlineData(20, SoakVerdict.NotEnoughSamples)]
    public void Memory_that_is_equal_all_the_time_is_known_as_well_as_it_is_counted(int length, object verdict)
    {
        SoakJudgement soak = SoakJudgement.Of(Seconds(length: length), [.. Enumerable.Range(0, length).Select(second => new MemorySample(second, 50_000_000))], new SoakSettings());

        Assert.Equal(0, soak.Findings[0].Growth!.Value.Estimate);
        Assert.True(soak.Findings[0].Growth!.Value.High > 0, $"{soak.Findings[0].Growth}");
        Assert.Equal(verdict, soak.Findings[0].Verdict);
    }

    [Fact]
    public void No_failure_among_few_attempts_does_not_exclude_that_they_become_more()
    {
        SoakFinding errors = SoakJudgement.Of(Seconds(length: 20), [], new SoakSettings()).Findings.Single(finding => finding.Name == "echo errors");

        Assert.Null(errors.Growth);
        Assert.Equal("720 attempts without a failure do not exclude 0.1 %", errors.Reason);
    }

    [Fact]
    public void Nothing_but_silence_gives_no_number()
    {
        SoakJudgement soak = SoakJudgement.Of([], [], new SoakSettings());

        Assert.Empty(soak.Findings);
        Assert.StartsWith("cannot tell: not enough samples", ConsoleText.Of(SoakDocument.Of("chat", soak, [])));
    }

    [Fact]
    public void The_file_of_memory_is_read_as_it_was_written_up_to_a_line_that_was_cut_off()
    {
        DateTimeOffset start = PlantedRun.StartedAt;
        File.WriteAllText(_folder.File(MemoryFile.FileName), $"{MemoryFile.Header}\n{MemoryFile.Line(start + TimeSpan.FromSeconds(1.5), 70_000_000)}\n{MemoryFile.Line(start, 5)[..^3]}");

        Assert.Equal([new MemorySample(1.5, 70_000_000)], MemoryFile.Read(_folder.Path, start));

        File.AppendAllText(_folder.File(MemoryFile.FileName), "\nnonsense\n");
        Assert.EndsWith("target-memory.csv: line 3 is damaged", Assert.Throws<IOException>(() => MemoryFile.Read(_folder.Path, start)).Message);
    }

    /// <summary>A server of 80 MB whose collector makes a sawtooth of 3 MB every 20 s, with noise.</summary>
    private List<MemorySample> Memory(double leak) =>
        [.. Enumerable.Range(0, Minutes * 60).Select(second => new MemorySample(second, 80e6 + leak * Sockets * second / 60 + 3e6 * (second / 20.3 % 1) + Normal.Sample(_random, 0, 100e3)))];

    private List<RunSecond> Seconds(double drift = 0, double errors = 0, int rampSeconds = 0, int length = Minutes * 60) =>
    [
        .. Enumerable.Range(0, length).Select(second =>
        {
            double level = 1e6 * (1 + drift * second / length) * Math.Exp(Normal.Sample(_random, 0, 0.02));
            Histogram latencies = PlantedRun.Latencies();
            for (int value = 0; value < 40; value++)
                latencies.RecordValue((long)(level * (1 + 0.02 * value)));
            long connections = rampSeconds == 0 ? Sockets : Math.Min(Sockets, Sockets * (second + 1) / rampSeconds);
            long failed = _random.NextDouble() < errors * 40 * second / length ? 1 : 0;
            return new RunSecond(TimeSpan.FromSeconds(second + 1), TimeSpan.FromSeconds(1), connections, new Dictionary<string, StepSecond> { ["echo"] = new(40, failed, PackedHistogram.Of(latencies)) });
        }),
    ];
}
