using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LoadTool.Metrics;
using LoadTool.Outputs;
using LoadTool.Outputs.Report;

namespace LoadTool.Tests.Outputs;

public sealed class ReportOutputTests : IDisposable
{
    private const string Hostile = "\"}]</script><script>alert(1)</script><!--\u202e\r\n&amp;";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [FactWithPage]
    public void The_tool_was_built_with_its_page() => Assert.True(ReportPage.IsAvailable, ReportPage.NotAvailable);

    [FactWithPage]
    public void A_run_of_an_hour_makes_a_page_of_less_than_400_KB()
    {
        ReportOutput output = new(Page);

        ReportRuns.Tell(output, seconds: 3_600, perSecond: 1_000);

        Assert.InRange(new FileInfo(Page).Length, 100_000, 400_000);
        Assert.InRange(output.Series.Bins.Count, ReportSeries.MaxBins / 2, ReportSeries.MaxBins);
        Assert.Equal(1, output.Finished!.LogIntervals);
        Assert.NotEmpty(Part("run.hlog"));
    }

    [FactWithPage]
    public void So_does_one_with_many_steps_at_the_cost_of_fewer_points_and_of_the_log()
    {
        ReportOutput output = new(Page);

        ReportRuns.Tell(output, seconds: 3_600, perSecond: 100, names: [.. Enumerable.Range(0, 20).Select(number => $"step {number}")]);

        Assert.InRange(new FileInfo(Page).Length, 100_000, 400_000);
        Assert.InRange(output.Series.Bins.Count, 60, 200);
        Assert.Equal(0, output.Finished!.LogIntervals);
    }

    [Fact]
    public void Merged_bins_count_what_was_counted_and_leave_no_gap()
    {
        ReportOutput output = new(path: null);

        RunResult result = ReportRuns.Tell(output, seconds: 1_501, perSecond: 5);

        IReadOnlyList<SeriesBin> bins = output.Series.Bins;
        Assert.Equal(1_501 * 9_970, bins.Sum(bin => bin.Sums[new SeriesColumn(SeriesKind.Sum, "sent")]));
        Assert.All(bins.Zip(bins.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromSeconds(1_501)), (bins[0].From, bins[^1].To));
        foreach (StepFigures step in result.Steps)
        {
            Histogram merged = PlantedRun.Latencies();
            foreach (SeriesBin bin in bins)
                bin.Histograms[new SeriesColumn(SeriesKind.Step, step.Step, step.Scenario)].AddTo(merged);
            Assert.Equal(step.Latency.Encode(), merged.Encode());
        }
    }

    [FactWithPage]
    public void The_log_inside_counts_what_the_run_counted()
    {
        ReportOutput output = new(Page);

        RunResult result = ReportRuns.Tell(output, seconds: 700, perSecond: 20);

        using StringReader text = new(Part("run.hlog"));
        Histogram merged = PlantedRun.Latencies();
        int intervals = 0;
        HistogramLogReader reader = new(text);
        while (reader.Read() is { } histogram)
        {
            if (histogram.Tag == "echo.login")
            {
                merged.Add(histogram);
                intervals++;
            }
        }

        Assert.Equal(output.Finished!.LogIntervals, intervals);
        Assert.InRange(intervals, 2, ReportSeries.MaxBins);
        Assert.Equal(result.Steps[2].Latency.Encode(), merged.Encode());
    }

    [FactWithPage]
    public void A_page_holds_the_bytes_of_the_summary_and_the_environment()
    {
        RunEnvironment started = new("echo.csx", ["--vus", "5"], "ab") { Source = "Scenario.Create(\"echo\");\n// λ\n" };
        using FilesOutput files = FilesOutput.Create(_folder.Path, started);
        ReportRuns.Tell(files, seconds: 2, perSecond: 5);

        ReportRuns.Tell(new ReportOutput(Page, started), seconds: 2, perSecond: 5);

        Assert.Equal(File.ReadAllText(_folder.File("summary.json")), Part("summary.json"));
        Assert.Equal(File.ReadAllText(_folder.File("environment.json")), Part("environment.json"));
        Assert.Equal(started.Source, Part("script"));
    }

    [FactWithPage]
    public void Texts_of_servers_and_scripts_end_no_element()
    {
        Outcome outcome = new(Hostile, Hostile);
        StepFigures step = PlantedRun.Figures(Hostile, Hostile, PlantedRun.Latencies((5, 5)), [(outcome, 1)]);
        ReportOutput output = new(Page, new RunEnvironment(Hostile, [Hostile], "ab") { Source = Hostile });
        RunInfo run = PlantedRun.Info(Hostile) with { Name = Hostile };
        output.Start(run);
        output.Write(PlantedRun.Interval(1, [step], [step]));

        output.Finish(PlantedRun.Result([step], [step], [new(outcome, 1)], run: run));

        string page = File.ReadAllText(Page);
        Assert.DoesNotContain("alert(1)", page.Replace("&lt;script&gt;alert(1)&lt;/script&gt;", ""));
        Assert.DoesNotContain("\u202e", page);
        Assert.Equal(Regex.Count(page, "<script"), Regex.Count(page, "</script>"));
        Assert.Equal(Hostile, JsonDocument.Parse(Part("series")).RootElement.GetProperty("columns").EnumerateArray()
            .First(column => column.GetProperty("kind").GetString() == "step").GetProperty("name").GetString());
    }

    [Fact]
    public void A_failure_of_a_step_and_of_its_iteration_is_one_whenever_each_is_counted()
    {
        Outcome reset = new("ConnectionReset", "connection reset"), error = new(Outcome.ScriptError, "boom");
        ReportOutput output = new(path: null);
        output.Start(PlantedRun.Info());

        output.Write(PlantedRun.Interval(1, [PlantedRun.Figures("a", "s", failures: [(reset, 3)])], [PlantedRun.Figures("a", "", failures: [(reset, 1)])]));
        output.Write(PlantedRun.Interval(2, [PlantedRun.Figures("a", "s")], [PlantedRun.Figures("a", "", failures: [(reset, 2), (error, 1)])]));

        Assert.Equal([3, 0], Of("ConnectionReset"));
        Assert.Equal([0, 1], Of(Outcome.ScriptError));

        IEnumerable<double> Of(string status) => output.Series.Bins.Select(bin => bin.Sums.GetValueOrDefault(new SeriesColumn(SeriesKind.Status, status)));
    }

    [Fact]
    public void What_ends_a_run_is_no_bin_of_its_own()
    {
        ReportOutput output = new(path: null);
        output.Start(PlantedRun.Info());
        output.Write(PlantedRun.Interval(1));
        output.Write(PlantedRun.Interval(2) with { Length = TimeSpan.FromMilliseconds(3), SinceStart = TimeSpan.FromMilliseconds(1_003) });

        SeriesBin bin = Assert.Single(output.Series.Bins);
        Assert.Equal(TimeSpan.FromMilliseconds(1_003), bin.To);
    }

    [FactWithPage]
    public void A_page_that_cannot_be_written_leaves_the_one_before()
    {
        File.WriteAllText(Page, "before");
        File.CreateSymbolicLink(Page + ".tmp", "/dev/full");

        Assert.Throws<IOException>(() => ReportRuns.Tell(new ReportOutput(Page), seconds: 1, perSecond: 1));

        Assert.Equal("before", File.ReadAllText(Page));
        Assert.Equal(["report.html"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    private string Page => _folder.File("report.html");

    /// <summary>What a browser unpacks.</summary>
    private string Part(string name)
    {
        Match element = Regex.Match(File.ReadAllText(Page), $"data-name=\"{Regex.Escape(name)}\"[^>]*>([^<]*)</script>");
        using GZipStream unpacked = new(new MemoryStream(Convert.FromBase64String(element.Groups[1].Value)), CompressionMode.Decompress);
        using StreamReader reader = new(unpacked, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
