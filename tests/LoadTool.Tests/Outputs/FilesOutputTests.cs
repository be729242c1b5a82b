using System.Text.Json;
using LoadTool.Metrics;
using LoadTool.Outputs;
using LoadTool.Outputs.Files;

namespace LoadTool.Tests.Outputs;

public sealed class FilesOutputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_summary_holds_every_figure()
    {
        Write(PlantedRun.Typical());

        string summary = File.ReadAllText(_folder.File("summary.json")).Replace(JsonEncodedText.Encode(ToolVersion.Text).ToString(), "VERSION");
        Snapshots.AssertEqual("summary.expected.json", summary);
    }

    [Fact]
    public void Percentiles_are_the_histogram_s_own_to_the_last_nanosecond()
    {
        RunResult result = PlantedRun.Typical();
        Write(result);

        JsonElement latency = Summary().GetProperty("scenarios")[0].GetProperty("steps")[1].GetProperty("latency");
        Histogram histogram = result.Steps[1].Latency;
        Assert.Equal(histogram.ValueAtPercentile(50), Nanoseconds(latency, "p50"));
        Assert.Equal(histogram.ValueAtPercentile(99.9), Nanoseconds(latency, "p999"));
        Assert.Equal(histogram.Max, Nanoseconds(latency, "max"));
        Assert.Equal(histogram.Min, Nanoseconds(latency, "min"));
    }

    [Fact]
    public void What_was_never_counted_has_a_count_of_zero_and_no_figures()
    {
        Write(PlantedRun.Result([], [PlantedRun.Figures("echo", "")]));

        JsonElement latency = Summary().GetProperty("scenarios")[0].GetProperty("iterations").GetProperty("latency");
        Assert.Equal("count mean min p50 p75 p95 p99 p999 max stddev", string.Join(' ', latency.EnumerateObject().Select(property => property.Name)));
        Assert.Equal(0, latency.GetProperty("count").GetInt64());
        Assert.All(latency.EnumerateObject().Skip(1), property => Assert.Equal(JsonValueKind.Null, property.Value.ValueKind));
        Assert.Equal(JsonValueKind.Null, Summary().GetProperty("generator").GetProperty("measured").GetProperty("cpu_seconds_per_message").ValueKind);
    }

    [Fact]
    public void Texts_of_servers_cannot_leave_their_string()
    {
        string text = "\"}],<script>alert(1)</script>\r\n\x1b[31m\u2028 λ \ud83d";
        Outcome outcome = new(text, text);
        Write(PlantedRun.Result([], [PlantedRun.Figures(text, "", failures: [(outcome, 1)])], [new(outcome, 1)]));

        string json = File.ReadAllText(_folder.File("summary.json"));
        Assert.DoesNotContain("<", json);
        Assert.DoesNotContain("\x1b", json);
        Assert.DoesNotContain("\u2028", json);
        Assert.Contains(" λ ", json);
        Assert.Equal(text.Replace('\ud83d', '\ufffd'), Summary().GetProperty("failures")[0].GetProperty("detail").GetString());
    }

    [Fact]
    public void The_environment_says_how_to_repeat_the_run_and_no_secret()
    {
        RunInfo run = PlantedRun.Info();
        string[] arguments = ["--target=wss://u:p@host/x?token=t0ken&s", "--vus", "5"];
        using FilesOutput output = FilesOutput.Create(_folder.Path, new RunEnvironment("echo.csx", arguments, "sha256:ab"));

        output.Start(run);

        JsonElement environment = JsonDocument.Parse(File.ReadAllText(_folder.File("environment.json"))).RootElement;
        Assert.Equal("echo.csx", environment.GetProperty("script").GetProperty("path").GetString());
        Assert.Equal(
            ["--target=wss://host/x?token=***&***", "--vus", "5"],
            environment.GetProperty("script").GetProperty("arguments").EnumerateArray().Select(argument => argument.GetString()));
        Assert.Equal("ws://127.0.0.1:9001/echo?token=***&room=***", environment.GetProperty("target").GetString());
        Assert.Equal(42, environment.GetProperty("seed").GetInt64());
        Assert.Equal(Environment.ProcessorCount, environment.GetProperty("machine").GetProperty("cores").GetInt32());
        Assert.True(environment.GetProperty("machine").GetProperty("memory_bytes").GetInt64() > 0);
        Assert.Equal("2026-11-21T11:05:58.123Z", environment.GetProperty("started_at").GetString());
        foreach (string secret in new[] { "secret", "hidden", "t0ken", "u:p" })
            Assert.DoesNotContain(secret, environment.GetRawText());
    }

    [Fact]
    public void A_log_entry_is_one_line_whatever_is_in_it()
    {
        Write(
            PlantedRun.Typical(),
            PlantedRun.Interval(1, log:
            [
                new(PlantedRun.StartedAt, "one\r\n2026-11-21T00:00:00.000Z forged\x1b[2J"),
                new(PlantedRun.StartedAt.ToOffset(TimeSpan.FromHours(2)), "two"),
            ]),
            PlantedRun.Interval(2, log: new LogLine(PlantedRun.StartedAt.AddSeconds(1), "three")));

        Assert.Equal(
            """
            2026-11-21T11:05:58.123Z one\r\n2026-11-21T00:00:00.000Z forged\x1b[2J
            2026-11-21T11:05:58.123Z two
            2026-11-21T11:05:59.123Z three

            """,
            File.ReadAllText(_folder.File("run.log")));
    }

    [Fact]
    public void A_histogram_log_begins_with_its_head_and_holds_a_line_per_step_and_interval_that_has_samples()
    {
        StepFigures some = PlantedRun.Figures("a b", "say, [hi]", PlantedRun.Latencies((34_500, 10)));
        StepFigures none = PlantedRun.Figures("a b", "never");
        StepFigures iterations = PlantedRun.Figures("a b", "", PlantedRun.Latencies((1_000_000, 1)));

        Write(PlantedRun.Typical(), PlantedRun.Interval(1, [some, none]), PlantedRun.Interval(2), PlantedRun.Interval(3, [some], [iterations]));

        string[] lines = File.ReadAllLines(_folder.File("run.hlog"));
        Assert.Equal("#[Histogram log format version 1.3]", lines[0]);
        Assert.StartsWith($"#[loadtool {ToolVersion.Text}: echo; ", lines[1]);
        Assert.Equal("#[StartTime: 1795259158.123 (seconds since epoch), Sat Nov 21 11:05:58 UTC 2026]", lines[2]);
        Assert.Equal("#[BaseTime: 1795259158.123 (seconds since epoch)]", lines[3]);
        Assert.Equal("\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"", lines[4]);
        Assert.Equal(
            [
                "Tag=a%20b.say%2C%20%5Bhi%5D,0.000,1.000,0.035",
                "Tag=a%20b.say%2C%20%5Bhi%5D.uncorrected,0.000,1.000,0.017",
                "Tag=a%20b.say%2C%20%5Bhi%5D,2.000,1.000,0.035",
                "Tag=a%20b.say%2C%20%5Bhi%5D.uncorrected,2.000,1.000,0.017",
                "Tag=a%20b.@iterations,2.000,1.000,1.000",
                "Tag=a%20b.@iterations.uncorrected,2.000,1.000,0.500",
                "Tag=echo.@connect_wait,0.000,62.500,2.001",
                "Tag=echo.@recover,0.000,62.500,2000.683",
                "Tag=echo.@storm.0,0.000,62.500,2000.683",
                "Tag=@lags.script,0.000,62.500,100.008",
            ],
            lines.Skip(5).Select(line => line[..line.LastIndexOf(',')]));
    }

    [Fact]
    public void A_snapshot_s_histograms_are_left_as_they_are()
    {
        StepFigures step = Some;

        Write(PlantedRun.Typical(), PlantedRun.Interval(1, [step]));

        Assert.Null(step.Latency.Tag);
        Assert.Equal(long.MaxValue, step.Latency.StartTimestamp);
    }

    [Fact]
    public void An_interval_can_be_read_as_soon_as_it_was_written()
    {
        using FilesOutput output = FilesOutput.Create(_folder.Path);
        output.Start(PlantedRun.Info());
        output.Write(PlantedRun.Interval(1, [Some], log: new LogLine(PlantedRun.StartedAt, "logged")));

        Assert.Contains("Tag=a.b,", Shared("run.hlog"));
        Assert.Contains(" logged\n", Shared("run.log"));
        Assert.False(File.Exists(_folder.File("summary.json")));
    }

    [Theory]
    [InlineData("run.hlog")]
    [InlineData("run.jsonl")]
    [InlineData("run.log")]
    [InlineData("timeseries.csv")]
    public void A_full_disk_costs_only_the_file_it_hits_and_is_told_at_the_end(string full)
    {
        // The kernel's own full device: every write to it ends in ENOSPC.
        File.CreateSymbolicLink(_folder.File(full), "/dev/full");
        using FilesOutput output = FilesOutput.Create(_folder.Path);
        output.Start(PlantedRun.Info());
        foreach (int number in new[] { 1, 2 })
            output.Write(PlantedRun.Interval(number, [Some], log: new LogLine(PlantedRun.StartedAt, $"logged {number}")));

        IOException error = Assert.Throws<IOException>(() => output.Finish(PlantedRun.Typical()));

        Assert.StartsWith($"{full} is incomplete: No space left on device", error.Message);
        Assert.Equal(error.Message, Summary().GetProperty("output_errors").GetProperty("files").GetString());
        Assert.True(File.Exists(_folder.File("environment.json")));
        (string other, string piece) = full == "run.log" ? ("run.hlog", "Tag=a.b,") : ("run.log", " logged ");
        Assert.Equal(2, File.ReadAllText(_folder.File(other)).Split(piece).Length - 1);
    }

    [Fact]
    public void A_summary_that_cannot_be_written_is_named_and_leaves_nothing_half_done()
    {
        using FilesOutput output = FilesOutput.Create(_folder.Path);
        output.Start(PlantedRun.Info());
        File.CreateSymbolicLink(_folder.File("summary.json.tmp"), "/dev/full");

        IOException error = Assert.Throws<IOException>(() => output.Finish(PlantedRun.Typical()));

        Assert.StartsWith("summary.json is incomplete: No space left on device", error.Message);
        Assert.Equal(
            [
                "benchmark-bigger.json", "benchmark-smaller.json", "echo.connect.hgrm", "echo.connect.uncorrected.hgrm", "echo.echo.hgrm", "echo.echo.uncorrected.hgrm", "environment.json", "junit.xml",
                "metrics.prom", "run.hlog", "run.jsonl", "run.log", "summary.md", "timeseries.csv",
            ],
            Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("/dev/full", true)]
    [InlineData("/dev/../dev/null", true)]
    [InlineData("/dev/shm/a", false)]
    [InlineData("/dev/missing", false)]
    [InlineData("full", false)]
    public void A_device_is_written_to_and_never_replaced(string path, bool isDevice) => Assert.Equal(isDevice, WholeFile.IsDevice(path));

    [Fact]
    public void A_folder_that_cannot_be_written_is_refused_before_the_load()
    {
        string folder = Path.Combine(_folder.File("a file"), "results");
        File.WriteAllText(_folder.File("a file"), "");

        IOException error = Assert.Throws<IOException>(() => FilesOutput.Create(folder));

        Assert.StartsWith($"Results cannot be written to {folder}: ", error.Message);
    }

    [Fact]
    public void A_missing_folder_is_made_and_an_earlier_summary_in_it_does_not_survive()
    {
        string folder = Path.Combine(_folder.Path, "a", "b");
        FilesOutput.Create(folder).Dispose();
        File.WriteAllText(Path.Combine(folder, "summary.json"), "{}");

        FilesOutput.Create(folder).Dispose();

        Assert.False(File.Exists(Path.Combine(folder, "summary.json")));
    }

    private void Write(RunResult result, params Snapshot[] snapshots)
    {
        using FilesOutput output = FilesOutput.Create(_folder.Path);
        output.Start(result.Run);
        foreach (Snapshot snapshot in snapshots)
            output.Write(snapshot);
        output.Finish(result);
    }

    private static StepFigures Some => PlantedRun.Figures("a", "b", PlantedRun.Latencies((34_500, 10)));

    private JsonElement Summary() => JsonDocument.Parse(File.ReadAllText(_folder.File("summary.json"))).RootElement;

    private string Shared(string name)
    {
        using StreamReader reader = new(new FileStream(_folder.File(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    private static long Nanoseconds(JsonElement latency, string name) => (long)Math.Round(latency.GetProperty(name).GetDouble() * 1e9);
}
