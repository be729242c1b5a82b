using System.Globalization;
using System.Text.Json;
using LoadTool.EndToEnd.Programs;

namespace LoadTool.EndToEnd.Outputs;

public sealed class HistogramLogTests : IDisposable
{
    /// <summary><see cref="RecordedRun"/>'s names as a tag.</summary>
    private const string Tag = "chat%2C%20loud.say%20%22hi%22%0Aagain";

    private readonly string _folder = Directory.CreateTempSubdirectory("loadtool-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [FactWith(nameof(Programs.Program.JavaHdrHistogram))]
    public async Task Java_s_processor_reads_the_summary_s_figures_out_of_the_log()
    {
        RecordedRun.WriteTo(_folder, intervals: 5);

        JsonElement step = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "summary.json"))).RootElement.GetProperty("scenarios")[0].GetProperty("steps")[0];
        await AssertProcessedAsync(Tag, ratio: 1, step.GetProperty("latency"));
        await AssertProcessedAsync(Tag, ratio: 1_000_000, step.GetProperty("latency"));
        await AssertProcessedAsync($"{Tag}.uncorrected", ratio: 1, step.GetProperty("latency_uncorrected"));
    }

    [FactWith(nameof(Programs.Program.JavaHdrHistogram))]
    public async Task Java_s_processor_lists_the_tags_of_what_has_samples()
    {
        RecordedRun.WriteTo(_folder, intervals: 2);

        string tags = await ProcessAsync("-listtags");

        // The processor lists the default tag too, whether the log has it or not.
        Assert.Equal([Tag, $"{Tag}.uncorrected"], tags.Split('\n').Select(line => line.Trim()).Where(line => line.Contains("chat")).Order());
    }

    private async Task AssertProcessedAsync(string tag, long ratio, JsonElement expected)
    {
        string output = Path.Combine(_folder, "processed");
        await ProcessAsync("-tag", tag, "-outputValueUnitRatio", ratio.ToString(CultureInfo.InvariantCulture), "-o", output);
        string[] rows = File.ReadAllLines(output + ".hgrm");
        string[] total = File.ReadAllLines(output)[^1].Split("T:")[1].Split([' ', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
        Dictionary<string, string> processed = new()
        {
            ["p50"] = total[1],
            ["p75"] = Row(" 0.750000000000 "),
            ["p95"] = Row(" 0.950000000000 "),
            ["p99"] = total[3],
            ["p999"] = total[4],
            ["max"] = total[6],
        };

        Assert.Equal(expected.GetProperty("count").GetInt64().ToString(CultureInfo.InvariantCulture), total[0]);
        foreach ((string name, string value) in processed)
            Assert.Equal((name, Scaled(name)), (name, value));
        Assert.Contains($"#[Mean    = {Scaled("mean"),12}, StdDeviation   = {Scaled("stddev"),12}]", rows);

        string Row(string percentile) => rows.Single(row => row.Contains(percentile)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];

        // Nanoseconds in whole numbers, or milliseconds with three decimals: decimal arithmetic rounds halves up, as Java does.
        string Scaled(string name) => Math.Round((decimal)expected.GetProperty(name).GetDouble() * 1_000_000_000m / ratio, 3, MidpointRounding.AwayFromZero)
            .ToString("F3", CultureInfo.InvariantCulture);
    }

    private async Task<string> ProcessAsync(params string[] arguments)
    {
        (int exitCode, string output, string error) = await Programs.Program.RunAsync(
            Programs.Program.JavaHdrHistogram.Path("java"),
            ["-cp", "/usr/share/java/hdrhistogram.jar", "org.HdrHistogram.HistogramLogProcessor", "-i", Path.Combine(_folder, "run.hlog"), .. arguments]);
        Assert.True(exitCode == 0, output + error);
        return output;
    }
}
