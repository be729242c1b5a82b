using System.Text.Json;
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
}
