using System.Text.Json;
using LoadTool.Outputs;
using LoadTool.Outputs.Files;
using LoadTool.Outputs.Stored;
using LoadTool.Sockets;

namespace LoadTool.Tests.Outputs;

public sealed class StoredRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _again = new();

    public void Dispose()
    {
        _folder.Dispose();
        _again.Dispose();
    }

    [Fact]
    public void Replaying_a_finished_run_writes_every_file_again_byte_for_byte()
    {
        RunResult result = PlantedRun.Typical();
        Write(result, [PlantedRun.Whole(result, 1) with { Log = [new(PlantedRun.StartedAt, "one\ntwo")] }]);

        RunResult replayed = Replay();

        string[] names = [.. Directory.GetFiles(_folder.Path).Select(path => Path.GetFileName(path))];
        Assert.Superset(new HashSet<string>(["environment.json", "run.hlog", "run.jsonl", "run.log", "summary.json", "timeseries.csv", "junit.xml"]), new HashSet<string>(names));
        Assert.All(names, name => Assert.Equal(File.ReadAllText(_folder.File(name)), File.ReadAllText(_again.File(name))));
        Assert.Null(replayed.Incomplete);
        Assert.Equal(result.Steps[1].Latency.Encode(), replayed.Steps[1].Latency.Encode());
        Assert.Equal(result.Thresholds, replayed.Thresholds);
        Assert.Equal(result.Samples.Count, replayed.Samples.Count);
        Assert.Equal(result.Trust!.Reasons, replayed.Trust!.Reasons);
    }

    [Fact]
    public void What_cleaning_up_logged_after_the_run_s_end_is_shown_and_not_counted()
    {
        RunResult result = PlantedRun.Typical() with { Length = TimeSpan.FromSeconds(1.5) };
        Snapshot late = PlantedRun.Whole(result, 3) with { Log = [new(PlantedRun.StartedAt, "cleaned")] };
        Write(result, [PlantedRun.Whole(result, 1), PlantedRun.Interval(2), late]);

        RunResult replayed = Replay();

        Assert.Null(replayed.Incomplete);
        Assert.Equal(File.ReadAllText(_folder.File("summary.json")), File.ReadAllText(_again.File("summary.json")));
        Assert.Contains(" cleaned\n", File.ReadAllText(_again.File("run.log")));
    }

    [Fact]
    public void A_killed_run_is_the_sum_of_its_intervals_and_says_so()
    {
        RunResult result = PlantedRun.Typical();
        Write(null, [PlantedRun.Whole(result, 1), PlantedRun.Whole(result, 2), PlantedRun.Interval(3)], result.Run);

        RunResult replayed = Replay();

        Assert.Equal("the run did not come to its end: this is the sum of what it measured until 3.0 s after its start", replayed.Incomplete);
        Assert.Equal(2 * result.Steps[1].OkCount, replayed.Steps[1].OkCount);
        Assert.Equal(result.Steps[1].Latency.ValueAtPercentile(99), replayed.Steps[1].Latency.ValueAtPercentile(99));
        Assert.Equal(2 * result.Iterations[0].FailCount, replayed.Iterations[0].FailCount);
        Assert.Equal(result.Failures.Select(failure => KeyValuePair.Create(failure.Key, 2 * failure.Value)), replayed.Failures);
        Assert.Equal(2 * result.Steps[1].Pacing.Late, replayed.Steps[1].Pacing.Late);
        Assert.Equal(2 * result.Checks[0].FailCount, replayed.Checks[0].FailCount);
        Assert.Equal(2 * result.Tagged[1].Figures.OkCount, replayed.Tagged[1].Figures.OkCount);
        Assert.Equal(2 * result.Metrics.Counters[0].Count, replayed.Metrics.Counters[0].Count);
        Assert.Equal(2 * result.Metrics.Histograms[0].Values.TotalCount, replayed.Metrics.Histograms[0].Values.TotalCount);
        Assert.Equal(2 * result.Metrics.Broadcasts[0].Lost, replayed.Metrics.Broadcasts[0].Lost);
        Assert.Equal(2 * result.Metrics.Broadcasts[0].Deliveries.TotalCount, replayed.Metrics.Broadcasts[0].Deliveries.TotalCount);
        Assert.Equal(result.Metrics.Gauges, replayed.Metrics.Gauges);
        Assert.Equal(2 * result.Connect.OkCount, replayed.Connect.OkCount);
        Assert.Equal(2 * result.CloseCodes[4001], replayed.CloseCodes[4001]);
        Assert.Equal((2 * result.Traffic.BytesSent) + 700_000, replayed.Traffic.BytesSent);
        JsonElement summary = JsonDocument.Parse(File.ReadAllText(_again.File("summary.json"))).RootElement;
        Assert.False(summary.GetProperty("complete").GetBoolean());
        Assert.Equal(replayed.Incomplete, summary.GetProperty("incomplete_reason").GetString());
        Assert.Equal(JsonValueKind.Null, summary.GetProperty("trust").ValueKind);
        Assert.Equal(JsonValueKind.Null, summary.GetProperty("generator").ValueKind);
    }

    [Fact]
    public void The_report_of_a_killed_run_writes_what_its_end_would_have()
    {
        RunResult result = PlantedRun.Typical();
        Write(null, [PlantedRun.Whole(result, 1)], result.Run);
        using StoredFilesOutput files = new(_folder.Path, isFinished: false);

        RunResult replayed = StoredRun.Read(_folder.Path).Replay(files);

        Assert.Contains("summary.json", files.Written);
        Assert.All(files.Written, name => Assert.True(File.Exists(_folder.File(name))));
        Assert.Equal(SummaryText.Of(replayed), File.ReadAllText(_folder.File("summary.md")));
        Assert.StartsWith("### ❌ <code>echo</code>: not finished\n", SummaryText.Of(replayed));
    }

    [Fact]
    public void The_report_of_a_finished_run_writes_what_was_lost_and_leaves_the_rest()
    {
        RunResult result = PlantedRun.Typical();
        Write(result, [PlantedRun.Whole(result, 1)]);
        string was = File.ReadAllText(_folder.File("timeseries.csv"));
        File.Delete(_folder.File("timeseries.csv"));
        File.Delete(_folder.File("junit.xml"));
        File.WriteAllText(_folder.File("summary.md"), "somebody's");
        using StoredFilesOutput files = new(_folder.Path, isFinished: true);

        StoredRun.Read(_folder.Path).Replay(files);

        Assert.Equal(["timeseries.csv", "junit.xml"], files.Written);
        Assert.Equal(was, File.ReadAllText(_folder.File("timeseries.csv")));
        Assert.Equal("somebody's", File.ReadAllText(_folder.File("summary.md")));
    }

    [Fact]
    public void A_run_that_is_still_written_is_going_on()
    {
        using (FilesOutput output = FilesOutput.Create(_folder.Path))
        {
            output.Start(PlantedRun.Info());
            Assert.True(StoredRun.Read(_folder.Path).IsGoingOn);
        }

        Assert.False(StoredRun.Read(_folder.Path).IsGoingOn);
    }

    [Fact]
    public void Wherever_both_logs_are_cut_all_whole_intervals_are_read()
    {
        Outcome reset = new("ConnectionReset", "connection reset") { Phase = ConnectionPhase.Open };
        StepFigures step = PlantedRun.Figures("echo", "say", PlantedRun.Latencies((34_500, 10)), [(reset, 1)]);
        Write(null, [.. Enumerable.Range(1, 3).Select(number => PlantedRun.Interval(number, [step]))], PlantedRun.Info());
        byte[] lines = File.ReadAllBytes(_folder.File("run.jsonl"));
        int[] ends = [.. lines.Index().Where(next => next.Item == '\n').Select(next => next.Index)];

        for (int length = ends[0] + 1; length <= lines.Length; length += 7)
        {
            File.WriteAllBytes(_folder.File("run.jsonl"), lines[..length]);

            // A line that lacks its end of line only is whole.
            int whole = ends.Skip(1).Count(end => length >= end);
            RunResult replayed = StoredRun.Read(_folder.Path).Replay();
            Assert.Equal((whole * 10L, whole), (replayed.Steps.Sum(step => step.OkCount), replayed.Steps.Sum(step => step.FailCount)));
        }
    }

    [Fact]
    public void A_histogram_log_that_ends_too_early_is_said_with_the_result()
    {
        RunResult result = PlantedRun.Typical();
        Write(result, [PlantedRun.Whole(result, 1)]);
        string log = File.ReadAllText(_folder.File("run.hlog"));
        File.WriteAllText(_folder.File("run.hlog"), log[..(log.Length / 2)]);

        Assert.StartsWith("run.hlog or run.jsonl was not written to its end", StoredRun.Read(_folder.Path).Replay().Incomplete);
    }

    [Fact]
    public void The_summary_s_own_file_stands_in_for_a_last_line_that_a_full_disk_ate()
    {
        RunResult result = PlantedRun.Typical();
        Write(result, [PlantedRun.Whole(result, 1)]);
        string[] lines = File.ReadAllLines(_folder.File("run.jsonl"));
        File.WriteAllText(_folder.File("run.jsonl"), string.Concat(lines[..^1].Select(line => line + "\n")));

        Replay();

        Assert.Equal(File.ReadAllText(_folder.File("summary.json")), File.ReadAllText(_again.File("summary.json")));
    }

    [Fact]
    public void What_is_no_run_is_refused_in_one_line()
    {
        Assert.Equal($"there is no folder {_folder.File("none")}", Refused(_folder.File("none")));
        Assert.EndsWith("holds no results: it has no run.jsonl", Refused(_folder.Path));
        foreach (string text in (string[])["", "{\"type\":\"ru", "[1, 2]\n", "{\"type\":\"interval\"}\n", "not json\n{}\n", "{\"type\":\"run\",\"schema_version\":1}\n"])
        {
            File.WriteAllText(_folder.File("run.jsonl"), text);
            Assert.DoesNotContain('\n', Refused(_folder.Path));
        }

        Write(PlantedRun.Typical(), []);
        File.WriteAllText(_folder.File("run.jsonl"), File.ReadAllText(_folder.File("run.jsonl")).Replace("\"schema_version\":1,", "\"schema_version\":2,"));
        Assert.Contains("was written by a newer LoadTool", Refused(_folder.Path));
    }

    [Fact]
    public void Damage_in_the_middle_is_refused_with_its_line()
    {
        Write(PlantedRun.Typical(), [PlantedRun.Interval(1), PlantedRun.Interval(2)]);
        string[] lines = File.ReadAllLines(_folder.File("run.jsonl"));
        lines[1] = lines[1][..^5];
        File.WriteAllLines(_folder.File("run.jsonl"), lines);

        Assert.Contains("line 2 is damaged", Assert.Throws<IOException>(() => StoredRun.Read(_folder.Path).Replay()).Message);
    }

    private static string Refused(string folder) => Assert.Throws<IOException>(() => StoredRun.Read(folder)).Message;

    private void Write(RunResult? result, IReadOnlyList<Snapshot> snapshots, RunInfo? run = null)
    {
        using FilesOutput output = FilesOutput.Create(_folder.Path, new RunEnvironment("echo.csx", ["--vus", "5"], "sha256:ab"));
        output.Start(run ?? result!.Run);
        foreach (Snapshot snapshot in snapshots)
            output.Write(snapshot);
        if (result is not null)
            output.Finish(result);
    }

    private RunResult Replay()
    {
        StoredRun stored = StoredRun.Read(_folder.Path);
        using FilesOutput output = FilesOutput.Create(_again.Path, stored.Environment);
        return stored.Replay(output);
    }
}
