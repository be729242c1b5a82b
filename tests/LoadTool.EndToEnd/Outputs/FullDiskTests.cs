using LoadTool.Metrics;

namespace LoadTool.EndToEnd.Outputs;

public sealed class FullDiskTests
{
    [FactOnSmallDisk]
    public void A_histogram_log_that_met_a_full_disk_ends_with_a_whole_line()
    {
        using SmallDisk disk = new();

        IOException error = Assert.Throws<IOException>(() => RecordedRun.WriteTo(disk.Path, intervals: 100));

        Assert.Contains("run.hlog is incomplete: No space left on device", error.Message);
        string log = File.ReadAllText(Path.Combine(disk.Path, "run.hlog"));
        string[] intervals = [.. log.Split('\n').Where(line => line.StartsWith("Tag=", StringComparison.Ordinal))];
        Assert.EndsWith("\n", log);
        Assert.NotEmpty(intervals);
        Assert.All(intervals, line => Assert.Equal(1_000, Histogram.Decode(Convert.FromBase64String(line[(line.LastIndexOf(',') + 1)..])).TotalCount));
    }
}
