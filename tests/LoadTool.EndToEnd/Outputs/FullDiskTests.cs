using System.Text.Json;
using LoadTool.EndToEnd.Run;
using LoadTool.Metrics;
using LoadTool.Outputs.Stored;

namespace LoadTool.EndToEnd.Outputs;

public sealed class FullDiskTests
{
    [FactOnSmallDisk]
    public void Logs_that_met_a_full_disk_end_with_a_whole_line_and_can_be_read()
    {
        using SmallDisk disk = new();

        IOException error = Assert.Throws<IOException>(() => RecordedRun.WriteTo(disk.Path, intervals: 100));

        Assert.Contains("run.hlog is incomplete: No space left on device", error.Message);
        Assert.Contains("run.jsonl is incomplete: No space left on device", error.Message);
        Assert.Contains("summary.json is incomplete: No space left on device", error.Message);
        string lines = File.ReadAllText(Path.Combine(disk.Path, "run.jsonl"));
        Assert.EndsWith("\n", lines);
        Assert.All(lines.Split('\n')[..^1], line => Assert.Equal(JsonValueKind.Object, JsonElement.Parse(line).ValueKind));
        Assert.StartsWith("the run did not come to its end", StoredRun.Read(disk.Path).Replay().Incomplete);
        string log = File.ReadAllText(Path.Combine(disk.Path, "run.hlog"));
        string[] intervals = [.. log.Split('\n').Where(line => line.StartsWith("Tag=", StringComparison.Ordinal))];
        Assert.EndsWith("\n", log);
        Assert.NotEmpty(intervals);
        Assert.All(intervals, line => Assert.Equal(1_000, Histogram.Decode(Convert.FromBase64String(line[(line.LastIndexOf(',') + 1)..])).TotalCount));
    }

    [FactOnSmallDisk]
    public void A_disk_that_is_full_at_the_very_end_has_the_summary()
    {
        using WorkFolder roomy = new();
        RunResult result = RecordedRun.WriteTo(roomy.Root, intervals: 3);
        using SmallDisk disk = new();
        string[] needed = ["run.hlog", "run.jsonl", "timeseries.csv", "environment.json", "summary.json"];
        File.WriteAllBytes(Path.Combine(disk.Path, "ballast"), new byte[(SmallDisk.Pages - needed.Sum(name => Pages(roomy.Root, name))) * SmallDisk.PageBytes]);

        IOException error = Assert.Throws<IOException>(() => RecordedRun.WriteTo(disk.Path, intervals: 3));

        Assert.Contains("metrics.prom is incomplete: No space left on device", error.Message);
        JsonElement step = JsonElement.Parse(File.ReadAllText(Path.Combine(disk.Path, "summary.json"))).GetProperty("scenarios")[0].GetProperty("steps")[0];
        Assert.Equal(result.Steps[0].OkCount, step.GetProperty("ok").GetProperty("count").GetInt64());
        Assert.Equal(result.Steps[0].OkCount, StoredRun.Read(disk.Path).Replay().Steps[0].OkCount);
    }

    private static long Pages(string folder, string file) => (new FileInfo(Path.Combine(folder, file)).Length + SmallDisk.PageBytes - 1) / SmallDisk.PageBytes;
}
