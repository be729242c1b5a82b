using System.Text.Json.Nodes;
using LoadTool.EndToEnd.Run;
using LoadTool.Metrics;
using LoadTool.Outputs;
using LoadTool.Outputs.Report;
using LoadTool.Outputs.Stored;

namespace LoadTool.EndToEnd.Outputs;

/// <summary>What the tool leaves in a folder, read back.</summary>
public sealed class StoredRunToolTests : IDisposable
{
    private const string Script = """
        using Windows.Networking.Sockets;

        var hello = Payload.Text(bytes: 64);
        var sizes = Metric.CreateHistogram("sizes", unit: "bytes");
        var orders = Metric.CreateCounter("orders");
        var level = Metric.CreateGauge("level");

        Scenario.Create("echo <b>", user => user.StayConnectedAsync(ReconnectPolicy.Fixed(TimeSpan.FromMilliseconds(20)), () => new MessageWebSocket(), async socket =>
        {
            await foreach (var turn in user.Pace(perSecond: 50))
            {
                using var step = Step.Begin("say \"hi\"", user, turn);
                step.Tag("half", user.Number % 2 == 0 ? "even, |" : "odd");
                await socket.SendAsync(hello);
                var answer = await socket.ReceiveAsync();
                sizes.Record(answer.Length);
                orders.Add(1);
                level.Set(user.Number);
                step.Check("has length", answer.Length > 0);
                step.Ok(answer);
            }
        }))
        .WithConnectRate(perSecond: 200)
        .WithStorms(Storm.Cut(share: 0.5, at: TimeSpan.FromSeconds(1)))
        .WithThresholds("say \"hi\": p(99) < 10s", "errors: rate < 50%")
        .WithClean(async context => { await Task.Yield(); context.Log("cleaned"); })
        .WithWarmUpDuration(TimeSpan.FromMilliseconds(200))
        .WithLoadSimulations(Simulation.KeepConstant(copies: 10, during: TimeSpan.FromSeconds(SECONDS)));
        """;

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_finished_run_is_replayed_to_the_same_bytes()
    {
        _folder.Write("a.csx", Script.Replace("SECONDS", "3"));
        (int exitCode, string output, string error) = await Tool.RunAsync(_folder.Root, "run", "a.csx", "--results", "r", "--tag", "region=eu", "--loops", "2");
        Assert.True(exitCode == 0, output + error);

        StoredRun stored = StoredRun.Read(Results);
        using FilesOutput again = FilesOutput.Create(Path.Combine(_folder.Root, "again"), stored.Environment);
        RunResult result = stored.Replay(again);

        Assert.True(stored.IsFinished);
        Assert.Null(result.Incomplete);
        Assert.NotEmpty(result.Storms);
        Assert.NotEmpty(result.ConnectWaits);
        Assert.NotNull(result.WarmUp);
        Assert.NotNull(result.Trust);

        (exitCode, output, error) = await Tool.RunAsync(_folder.Root, "report", "r", "r");
        Assert.True(exitCode == 0, output + error);
        Assert.StartsWith("r: nothing is missing\nr: nothing is missing\n", output);
        Assert.Equal(ReportPage.IsAvailable, File.Exists(Path.Combine(_folder.Root, "report.html")));

        // The environment is that of the process that writes it, which is another one here.
        string[] names = [.. Directory.GetFiles(Results).Select(path => Path.GetFileName(path)).Where(name => name is not ("environment.json" or "report.html"))];
        Assert.Superset(new HashSet<string>(["run.hlog", "run.jsonl", "run.log", "summary.json"]), new HashSet<string>(names));
        Assert.All(names, name => Assert.Equal(File.ReadAllText(Path.Combine(Results, name)), File.ReadAllText(Path.Combine(again.Folder, name))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_run_that_was_killed_at_any_moment_keeps_every_whole_interval(int seed)
    {
        Random random = new(seed);
        _folder.Write("a.csx", Script.Replace("SECONDS", "3600"));
        using (Tool tool = Tool.Start(_folder.Root, "run", "a.csx", "--results", "r"))
        {
            await LinesAsync(1 + random.Next(3), looks: random.Next(500));
            Assert.Equal((104, "", "error: the run in r is still going on, or its files are open elsewhere: wait for its end\n"), await Tool.RunAsync(_folder.Root, "report", "r"));
            tool.Signal("KILL");
            await tool.EndAsync();
        }

        (int exitCode, string output, string error) = await Tool.RunAsync(_folder.Root, "report", "r");
        Assert.True(exitCode == 0, output + error);
        Assert.StartsWith("r: wrote timeseries.csv, summary.md, junit.xml, benchmark-smaller.json, ", output);
        Assert.StartsWith("note: r: the run did not come to its end", error);
        RunResult result = StoredRun.Read(Results).Replay();
        JsonNode summary = JsonNode.Parse(File.ReadAllText(Path.Combine(Results, "summary.json")))!;
        Assert.False((bool)summary["complete"]!);
        Assert.Equal(result.Traffic.MessagesSent, (long)summary["messages"]!["sent"]!);

        JsonNode[] intervals = [.. WholeLines().Select(line => JsonNode.Parse(line)!).Where(line => (string?)line["type"] == "interval")];
        Assert.NotEmpty(intervals);
        Assert.StartsWith("the run did not come to its end", result.Incomplete);
        StepFigures step = result.Steps.Single(step => step.Step == "say \"hi\"");
        Assert.Equal(Sum(intervals, "say \"hi\"", "ok"), step.OkCount);
        Assert.Equal(Sum(intervals, "connect", "ok"), result.Steps.Single(step => step.Step == "connect").OkCount);
        Assert.Equal(intervals.Sum(interval => (long)interval["messages"]!["sent"]!), result.Traffic.MessagesSent);
        Assert.Equal(Sum(intervals, "orders"), result.Metrics.Counters.Single().Count);
        Assert.Equal(step.OkCount, LoggedCount(intervals.Length, "echo%20%3Cb%3E.say%20%22hi%22"));
    }

    [Fact]
    public async Task What_cannot_be_reported_is_one_line()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Root, "empty"));

        Assert.Equal((104, "", "error: there is no folder none\n"), await Tool.RunAsync(_folder.Root, "report", "none"));
        Assert.Equal((104, "", "error: empty holds no results: it has no run.jsonl\n"), await Tool.RunAsync(_folder.Root, "report", "empty"));
        Assert.Equal(104, (await Tool.RunAsync(_folder.Root, "report")).ExitCode);
        Assert.Equal((104, "", "error: --page both.html: it is the page of several runs; the page of one lies in its folder, report.html\n"), await Tool.RunAsync(_folder.Root, "report", "one", "--page", "both.html"));
        Assert.Equal((104, "", "error: --page nowhere/both.html: there is no folder nowhere\n"), await Tool.RunAsync(_folder.Root, "report", "one", "two", "--page", "nowhere/both.html"));
        Assert.Equal((104, "", "error: --page empty: this is a folder: name a file\n"), await Tool.RunAsync(_folder.Root, "report", "one", "two", "--page", "empty"));
    }

    [Fact]
    public async Task Lines_on_standard_output_are_those_of_the_file_and_nothing_else_is_there()
    {
        _folder.Write("a.csx", Script.Replace("SECONDS", "1") + "\nConsole.WriteLine(\"from the script\");");
        using Tool tool = Tool.StartProgram(_folder.Root, "dotnet", [Tool.Assembly, "run", "a.csx", "--results", "r", "--out", "json=-"]);

        (int exitCode, string output, string error) = await tool.EndAsync();

        Assert.True(exitCode == 0, error);
        Assert.Equal(File.ReadAllText(Path.Combine(Results, "run.jsonl")), output);
        Assert.Contains("results in r, seed ", error);
        Assert.Contains("from the script", error);
    }

    private static long Sum(JsonNode[] intervals, string counter) => intervals.Sum(interval =>
        interval["metrics"]!["counters"]!.AsArray().Where(node => (string?)node!["name"] == counter).Sum(node => (long)node!["count"]!));

    private static long Sum(JsonNode[] intervals, string step, string count) => intervals.Sum(interval =>
        interval["steps"]!.AsArray().Where(node => (string?)node!["step"] == step).Sum(node => (long)node![count]!));

    private string Results => Path.Combine(_folder.Root, "r");

    /// <summary>Of as many intervals: one more may have been logged before its line could be written.</summary>
    private long LoggedCount(int intervals, string tag)
    {
        using StreamReader text = new(Path.Combine(Results, "run.hlog"));
        HistogramLogReader log = new(text);
        List<long> counts = [];
        while (log.Read() is { } interval)
        {
            if (interval.Tag == tag)
                counts.Add(interval.TotalCount);
        }

        Assert.InRange(counts.Count, 0, intervals + 1);
        return counts.Take(intervals).Sum();
    }

    private string[] WholeLines() => File.ReadAllText(Path.Combine(Results, "run.jsonl")).Split('\n')[..^1];

    /// <summary>Waits for so many intervals, and then looks as often again: so the moment is any of the next interval.</summary>
    private async Task LinesAsync(int intervals, int looks)
    {
        string path = Path.Combine(Results, "run.jsonl");
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(1));
        while (!File.Exists(path) || Lines() <= intervals || looks-- > 0)
            await look.WaitForNextTickAsync(limit.Token);

        int Lines()
        {
            using StreamReader text = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return text.ReadToEnd().Count(c => c == '\n');
        }
    }
}
