using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LoadTool.EndToEnd.Run;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Metrics;
using LoadTool.Outputs;
using LoadTool.Outputs.Catalog;
using LoadTool.Outputs.Report;
using LoadTool.Outputs.Terminal;
using LoadTool.Sockets;
using Spectre.Console;
using Windows.Networking.Sockets;

namespace LoadTool.EndToEnd.Outputs;

/// <summary>One run, and every place where its figures are shown: the same figure is the same everywhere.</summary>
public sealed class SameFigureTests : IDisposable
{
    private const string Scenario = "talk";
    private const string Step = "say";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly string _folder = Directory.CreateTempSubdirectory("loadtool-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_figure_that_is_shown_in_two_places_is_the_same_figure()
    {
        string shown = await RunAsync();
        using JsonDocument document = JsonDocument.Parse(Text("summary.json"));
        JsonElement summary = document.RootElement, scenario = summary.GetProperty("scenarios")[0];
        JsonElement step = scenario.GetProperty("steps").EnumerateArray().Single(step => step.GetProperty("name").GetString() == Step);
        Figures truth = new(
            step.GetProperty("ok").GetProperty("count").GetInt64(), step.GetProperty("fail").GetProperty("count").GetInt64(),
            step.GetProperty("latency").GetProperty("p50").GetDouble(), step.GetProperty("latency").GetProperty("p99").GetDouble(), step.GetProperty("latency").GetProperty("max").GetDouble(),
            summary.GetProperty("messages").GetProperty("sent").GetInt64());
        Assert.True(truth is { Ok: > 50, Fail: > 5, P50: > 0, Sent: > 50 }, truth.ToString());

        Assert.Equal(truth, OfLines("run.jsonl", truth));
        Assert.Equal(Lines("run.jsonl").Where(IsInterval), Lines("lines.jsonl").Where(IsInterval));
        Assert.True(JsonElement.DeepEquals(summary, LastLine("run.jsonl").GetProperty("summary")));
        Assert.Equal(truth with { Fail = 0, Sent = 0 }, OfHistogramLog());
        Assert.Equal((truth.Ok, truth.Fail), OfTimeSeries());
        Assert.Equal((truth.Ok, Math.Round(truth.Max * 1e3, 3)), OfPercentileCurve());
        Assert.Equal(truth, OfPrometheus());
        Assert.Equal(truth with { Sent = 0 }, OfInflux());
        Assert.Equal((truth.P50, truth.P99, Share(truth)), OfBenchmark());
        Assert.Equal(Text("summary.json"), Unpacked("summary.json"));
        AssertSeriesOfPage(truth);
        AssertChecks(scenario);

        // For people, rounded once and alike.
        string[] rounded = [Units.Count(truth.Ok), Units.Count(truth.Fail), Units.Duration(truth.P50 * 1e9), Units.Duration(truth.P99 * 1e9), Units.Duration(truth.Max * 1e9)];
        Assert.All(rounded, figure => Assert.Contains(figure, shown));
        Assert.All(rounded, figure => Assert.Contains($"| {figure} |", Text("summary.md")));
    }

    private static double Share(Figures figures) => (double)figures.Fail / (figures.Ok + figures.Fail);

    private async Task<string> RunAsync()
    {
        await using LoopHost server = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        StringWriter console = new();
        IReadOnlyList<IOutput> others = OutputCatalog.Create([$"json={InFolder("lines.jsonl")}", $"influxdb={InFolder("influx.txt")}"], new Dictionary<string, string>(), _folder);
        using FilesOutput files = FilesOutput.Create(_folder);
        try
        {
            IAnsiConsole plain = ConsoleOutput.Open(console, default);
            IOutput[] outputs = [.. others, files, new ReportOutput(InFolder(ReportOutput.FileName)), new ConsoleOutput(plain, ConsoleOutput.Open(new StringWriter(), default))];
            RunOptions options = Lab.Options with { Target = server.Uri("/echo"), Interval = TimeSpan.FromMilliseconds(250), Loops = 2 };
            RunResult result = await new LoadRun("talk", [Talk()], options, outputs, TimeProvider.System).RunAsync(CancellationToken.None).WaitAsync(Limit);
            Assert.Empty(result.OutputErrors);
        }
        finally
        {
            foreach (IDisposable output in others.OfType<IDisposable>())
                output.Dispose();
        }

        return console.ToString();
    }

    private static Scenario Talk() => LoadTool.Scenario.Create(Scenario, async user =>
    {
        using MessageWebSocket socket = new();
        await socket.ConnectAsync(user.Target);
        await foreach (Turn turn in user.Pace(perSecond: 50))
        {
            using StepScope step = LoadTool.Step.Begin(Step, user, turn);
            await socket.SendAsync(Payload.Text(bytes: 32));
            await socket.ReceiveAsync();
            step.Check("even", turn.Number % 2 == 0);
            if (turn.Number % 7 == 6)
                step.Fail("Busy", "come back");
            else
                step.Ok();
        }
    }).WithLoadSimulations(Simulation.KeepConstant(copies: 4, during: TimeSpan.FromSeconds(1.6)));

    private Figures OfLines(string file, Figures truth)
    {
        JsonElement[] intervals = [.. Lines(file).Where(IsInterval).Select(line => JsonElement.Parse(line))];
        JsonElement[] steps = [.. intervals.SelectMany(interval => interval.GetProperty("steps").EnumerateArray())];

        // Percentiles of intervals cannot be put together.
        return truth with
        {
            Ok = steps.Sum(step => step.GetProperty("ok").GetInt64()),
            Fail = steps.Sum(step => step.GetProperty("fail").GetInt64()),
            Sent = intervals.Sum(interval => interval.GetProperty("messages").GetProperty("sent").GetInt64()),
            Max = steps.Where(step => step.GetProperty("latency").GetProperty("count").GetInt64() > 0).Max(step => step.GetProperty("latency").GetProperty("max").GetDouble()),
        };
    }

    private Figures OfHistogramLog()
    {
        Histogram sum = new(1, 3_600_000_000_000, 3, autoResize: true);
        using StreamReader text = new(InFolder("run.hlog"));
        HistogramLogReader reader = new(text);
        while (reader.Read() is { } histogram)
        {
            if (histogram.Tag == $"{Scenario}.{Step}")
                sum.Add(histogram);
        }

        return new(sum.TotalCount, 0, sum.ValueAtPercentile(50) / 1e9, sum.ValueAtPercentile(99) / 1e9, sum.Max / 1e9, 0);
    }

    private (long Ok, long Fail) OfTimeSeries()
    {
        string[] head = Lines("timeseries.csv")[0].Split(',');
        string[][] rows = [.. Lines("timeseries.csv").Skip(1).Select(line => line.Split(',')).Where(row => row[Array.IndexOf(head, "kind")] == "step")];
        return (Sum("ok"), Sum("fail"));

        long Sum(string column) => rows.Sum(row => Whole(row[Array.IndexOf(head, column)]));
    }

    private (long Ok, double MaxMilliseconds) OfPercentileCurve()
    {
        Match last = Regex.Match(Text($"{Scenario}.{Step}.hgrm"), @"#\[Max     = +([\d.]+), Total count    = +(\d+)\]");
        return (Whole(last.Groups[2].Value), Number(last.Groups[1].Value));
    }

    private Figures OfPrometheus()
    {
        return new(
            (long)Sample("loadtool_ws_steps_total", "status=\"Ok\""), (long)Sample("loadtool_ws_steps_total", "status=\"Busy\""),
            Sample("loadtool_ws_message_rtt_quantile_seconds", "quantile=\"0.5\""), Sample("loadtool_ws_message_rtt_quantile_seconds", "quantile=\"0.99\""),
            Sample("loadtool_ws_message_rtt_quantile_seconds", "quantile=\"1.0\""), (long)Sample("loadtool_ws_messages_sent_total", ""));

        double Sample(string name, string label) => Number(Lines("metrics.prom").Single(line => line.StartsWith(name + "{", StringComparison.Ordinal) && line.Contains(label)).Split(' ')[^1]);
    }

    private Figures OfInflux()
    {
        string line = Lines("influx.txt").Single(line => line.StartsWith("loadtool_total_steps,", StringComparison.Ordinal));
        return new(
            Whole(Field("ok").TrimEnd('i')), Whole(Field("fail").TrimEnd('i')), Number(Field("latency_p50_seconds")), Number(Field("latency_p99_seconds")), Number(Field("latency_max_seconds")), 0);

        string Field(string name) => Regex.Match(line, $"[ ,]{name}=([^, ]+)").Groups[1].Value;
    }

    private (double P50, double P99, double Failures) OfBenchmark()
    {
        using JsonDocument document = JsonDocument.Parse(Text("benchmark-smaller.json"));
        return (Value("p50"), Value("p99"), Value("failures"));

        double Value(string name) => document.RootElement.EnumerateArray().Single(item => item.GetProperty("name").GetString() == $"{Scenario} / {Step} {name}").GetProperty("value").GetDouble();
    }

    /// <summary>What the page draws: of every bin, how often the step succeeded.</summary>
    private void AssertSeriesOfPage(Figures truth)
    {
        string series = Unpacked("series");
        Assert.Contains($"\"{Step}\"", series);
        string[] logged = [.. Unpacked("run.hlog").Split('\n').Where(line => line.StartsWith($"Tag={Scenario}.{Step},", StringComparison.Ordinal))];
        Assert.Equal(truth.Ok, logged.Sum(line => Histogram.Decode(Convert.FromBase64String(line[(line.LastIndexOf(',') + 1)..])).TotalCount));
    }

    private void AssertChecks(JsonElement scenario)
    {
        JsonElement check = scenario.GetProperty("checks")[0];
        long ok = check.GetProperty("ok").GetProperty("count").GetInt64(), fail = check.GetProperty("fail").GetProperty("count").GetInt64();
        JsonElement[] counted = [.. Lines("run.jsonl").Where(IsInterval).SelectMany(line => JsonElement.Parse(line).GetProperty("checks").EnumerateArray())];
        Assert.Equal((ok, fail), (counted.Sum(check => check.GetProperty("ok").GetInt64()), counted.Sum(check => check.GetProperty("fail").GetInt64())));
        Assert.Contains(Lines("influx.txt"), line => line.StartsWith("loadtool_total_checks,", StringComparison.Ordinal) && line.Contains($" ok={ok}i,fail={fail}i "));
        Assert.Contains(Lines("metrics.prom"), line => line.StartsWith("loadtool_ws_checks_total{", StringComparison.Ordinal) && line.EndsWith($" {fail}", StringComparison.Ordinal));
    }

    /// <summary>Something that the page carries.</summary>
    private string Unpacked(string name)
    {
        string packed = Regex.Match(Text(ReportOutput.FileName), $"""<script type="application/gzip" data-run="0" data-name="{Regex.Escape(name)}"[^>]*>([^<]+)<""").Groups[1].Value;
        using GZipStream gzip = new(new MemoryStream(Convert.FromBase64String(packed)), CompressionMode.Decompress);
        using StreamReader reader = new(gzip, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static bool IsInterval(string line) => line.StartsWith("{\"type\":\"interval\"", StringComparison.Ordinal);

    private JsonElement LastLine(string file) => JsonElement.Parse(Lines(file)[^1]);

    private string[] Lines(string file) => File.ReadAllLines(InFolder(file));

    private string Text(string file) => File.ReadAllText(InFolder(file));

    private string InFolder(string file) => Path.Combine(_folder, file);

    private static long Whole(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private readonly record struct Figures(long Ok, long Fail, double P50, double P99, double Max, long Sent);
}
