using System.Text.Json;
using LoadTool.Analysis.Histories;
using LoadTool.Analysis.Runs;
using LoadTool.Metrics;
using LoadTool.Tests.Analysis.Gates;
using LoadTool.Tests.Analysis.Runs;
using LoadTool.Tests.Outputs;

namespace LoadTool.Tests.Analysis.Histories;

public sealed class HistoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_comes_out_of_a_history_as_it_went_in()
    {
        RunDigest run = RunDigests.Of(PlantedFolder.Judged(_folder.File("a"), PlantedFolder.Usable())) with { Doubt = "why\nnot", Note = "note" };

        History.Add(_folder.File("history"), run);
        RunDigest read = Assert.Single(History.Read(_folder.File("history")).Runs);

        Assert.Equal(run.Figures, read.Figures);
        Assert.Equal(run.Setup.Options, read.Setup.Options);
        Assert.Equal(run with { Figures = [], Setup = run.Setup with { Options = null! } }, read with { Figures = [], Setup = read.Setup with { Options = null! } });
        Assert.True(read.IsOf(run));
        Assert.False(read.IsOf(run with { StartedAt = run.StartedAt.AddSeconds(1) }));
    }

    [Fact]
    public void A_digest_has_every_figure_of_its_run_and_says_which_are_of_steps()
    {
        JudgedRun run = PlantedFolder.Judged(_folder.File("a"), PlantedFolder.Usable());

        RunDigest digest = RunDigests.Of(run);

        Assert.Equal(run.Figures.Select(figure => (figure.Name, figure.Value, figure.Samples)), digest.Figures.Select(figure => (figure.Name, figure.Value, figure.Samples)));
        Assert.Equal(["connect", "echo"], digest.Figures.Where(figure => figure.IsOfStep).Select(figure => figure.Name.Place).Distinct().Order());
        Assert.All(digest.Figures, figure => Assert.True(figure.Variance > 0, figure.Name.ToString()));
    }

    [Fact]
    public void A_digest_says_which_second_of_its_run_decides_a_percentile()
    {
        Histogram calm = PlantedRun.Latencies((10_000_000, 1_000));
        Histogram stalled = PlantedRun.Latencies((10_000_000, 700), (400_000_000, 150), (500_000_000, 150)), all = PlantedRun.Latencies((10_000_000, 19_700), (400_000_000, 150), (500_000_000, 150));
        RunResult result = Echoes(all);
        Snapshot[] seconds = [.. Enumerable.Range(1, 20).Select(number => PlantedRun.Whole(Echoes(number == 8 ? stalled : calm), number) with { SinceStart = TimeSpan.FromSeconds(number), Length = TimeSpan.FromSeconds(1) })];
        PlantedFolder.Write(_folder.File("a"), result, seconds);

        DigestFigure figure = RunDigests.Of(JudgedRun.Read(_folder.File("a"))).Find(PlannedRuns.P99)!.Value;

        Assert.Equal((7, 1), (figure.Burst!.Value.Second, figure.Burst.Value.Share));
        Assert.True(figure.Burst.Value.Variance > 100 * figure.Variance);

        static RunResult Echoes(Histogram latency) => PlantedFolder.Usable(PlantedRun.Typical()) with { Steps = [PlantedRun.Figures("echo", "echo", latency)] };
    }

    [Fact]
    public async Task Whoever_adds_at_the_same_time_loses_nothing()
    {
        RunDigest[] runs = [.. Enumerable.Range(0, 40).Select(number => PlannedRuns.Planned(number % 20, PlannedRuns.Latency(0.02)))];

        await Task.WhenAll(runs.Select(run => Task.Run(() => History.Add(_folder.Path, run))));

        Assert.Equal(Enumerable.Range(0, 20).Select(number => $"run{number}"), History.Read(_folder.Path).Runs.Select(run => run.Label));
        Assert.Equal(20, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public void A_run_that_is_there_already_stays_as_it_is()
    {
        RunDigest run = PlannedRuns.Planned(1, PlannedRuns.Latency(0.02));

        Assert.NotNull(History.Add(_folder.Path, run));
        Assert.Null(History.Add(_folder.Path, run with { Label = "again" }));

        Assert.Equal("run1", Assert.Single(History.Read(_folder.Path).Runs).Label);
    }

    [Fact]
    public void Pruning_removes_what_is_not_kept_and_nothing_else()
    {
        foreach (int number in new[] { 3, 1, 2, 4 })
            History.Add(_folder.Path, PlannedRuns.Planned(number, PlannedRuns.Latency(0.02)));
        File.WriteAllText(_folder.File("README.md"), "ours");

        IReadOnlyList<RunDigest> removed = History.Read(_folder.Path).Prune((fromNewest, _) => fromNewest < 2);

        Assert.Equal(["run1", "run2"], removed.Select(run => run.Label));
        Assert.Equal(["run3", "run4"], History.Read(_folder.Path).Runs.Select(run => run.Label));
        Assert.True(File.Exists(_folder.File("README.md")));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_empty_history()
    {
        Assert.Empty(History.Read(_folder.File("none")).Runs);
        Assert.False(History.IsOne(_folder.File("none")));
    }

    [Theory]
    [InlineData("", ":1:1 is damaged: it is empty; remove it, or add its run again")]
    [InlineData("{\n  \"label\": tru", ":2:15 is damaged: it is no JSON, or cut off there; remove it, or add its run again")]
    [InlineData("{}", " is damaged: ")]
    [InlineData("[1]", " is damaged: ")]
    [InlineData("{\n<<<<<<< HEAD\n}\n=======\n}\n>>>>>>> other\n", " holds both sides of a merge that nobody resolved: take one of them, or remove the file")]
    [InlineData("""{"schema_version":2}""", " was written by a newer LoadTool: read it with that one")]
    public void A_file_that_is_no_run_is_named(string text, string problem)
    {
        string path = _folder.File("a.run.json");
        File.WriteAllText(path, text);

        Assert.StartsWith(path + problem, Assert.Throws<IOException>(() => History.Read(_folder.Path)).Message);
    }

    [Fact]
    public void A_file_that_was_cut_off_anywhere_is_damaged()
    {
        string path = History.Add(_folder.Path, PlannedRuns.Planned(1, PlannedRuns.Latency(0.02)))!;
        byte[] bytes = File.ReadAllBytes(path);
        for (int length = 0; length < bytes.Length - 2; length++)
            Assert.Throws<IOException>(() => DigestJson.Read("a", bytes.AsMemory(0, length)));
        Assert.Equal("run1", DigestJson.Read("a", bytes).Label);
    }

    [Theory]
    [InlineData("\"value\":0.02", "\"value\":-1")]
    [InlineData("\"value\":0.02", "\"value\":1e999")]
    [InlineData("\"variance\":", "\"variance\":-")]
    [InlineData("\"kind\":\"latency\"", "\"kind\":\"speed\"")]
    public void A_file_with_a_figure_that_cannot_be_is_damaged(string from, string to)
    {
        string path = History.Add(_folder.Path, PlannedRuns.Planned(1, PlannedRuns.Latency(0.02)))!;
        string text = File.ReadAllText(path);
        Assert.Contains(from, text);
        File.WriteAllText(path, text.Replace(from, to));

        Assert.Throws<IOException>(() => History.Read(_folder.Path));
    }

    [Fact]
    public void A_change_in_a_history_names_its_first_run_and_what_it_changed()
    {
        double[] milliseconds = [20, 20.2, 19.9, 20.1, 20, 19.8, 24, 24.2, 23.9, 24.1, 24];

        FigureChange change = Assert.Single(FigureChanges.Of(PlannedRuns.Latencies(0, milliseconds), new LoadTool.Analysis.Gates.GateSettings()));

        Assert.Equal(("echo p99", "run6"), (change.Name.ToString(), change.First.Label));
        Assert.InRange(change.Before, 0.0199, 0.0201);
        Assert.InRange(change.After, 0.0239, 0.0242);
    }

    [Fact]
    public void A_summary_gives_the_same_figures_of_steps_as_the_run_and_may_be_compared_with_it()
    {
        RunDigest run = RunDigests.Of(PlantedFolder.Judged(_folder.File("a"), PlantedFolder.Usable()));
        using JsonDocument summary = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder.File("a"), "summary.json")));

        RunDigest read = new SummaryDigest(summary.RootElement, (_, _) => []).Of("a", run.StartedAt.AddMicroseconds(0.4));

        Assert.Null(read.Doubt);
        Assert.True(read.IsOf(run));
        Assert.Empty(RunSetup.Conflicts(run.Setup, read.Setup));
        Assert.Equal(
            run.Figures.Where(figure => figure.IsOfStep).Select(figure => (figure.Name, figure.Value, figure.Samples)), read.Figures.Where(figure => figure.IsOfStep).Select(figure => (figure.Name, figure.Value, figure.Samples)));
    }

    [Theory]
    [InlineData("\"complete\": true", "\"complete\": false", "was cut short")]
    [InlineData("\"stopped_from_outside\": false", "\"stopped_from_outside\": true", "was stopped before its plan had ended")]
    [InlineData("\"verdict\": \"trusted\"", "\"verdict\": \"invalid\"", "is not trusted")]
    public void A_summary_tells_why_its_run_must_not_decide_anything(string from, string to, string doubt)
    {
        PlantedFolder.Write(_folder.File("a"), PlantedFolder.Usable());
        string text = File.ReadAllText(Path.Combine(_folder.File("a"), "summary.json"));
        Assert.Contains(from, text);
        using JsonDocument summary = JsonDocument.Parse(text.Replace(from, to));

        Assert.Equal(doubt, new SummaryDigest(summary.RootElement, (_, _) => []).Of("a", PlantedRun.StartedAt).Doubt);
    }

    [Fact]
    public void What_another_test_measures_is_no_change()
    {
        RunDigest[] runs = [.. PlannedRuns.Latencies(0, 20, 20.2, 19.9, 20.1, 24, 24.2, 23.9, 24.1).Select((run, index) => index >= 4 ? run with { Setup = run.Setup with { Load = "chat: 50 users" } } : run)];

        Assert.Empty(FigureChanges.Of(runs, new LoadTool.Analysis.Gates.GateSettings()));
    }

    [Fact]
    public void Percentiles_of_too_few_values_do_not_change()
    {
        RunDigest[] runs = [.. new double[] { 20, 20.2, 19.9, 20.1, 24, 24.2, 23.9, 24.1 }.Select((milliseconds, index) => PlannedRuns.Planned(index, PlannedRuns.Latency(milliseconds / 1000, samples: 100)))];

        Assert.Empty(FigureChanges.Of(runs, new LoadTool.Analysis.Gates.GateSettings()));
    }

    [Fact]
    public void Runs_in_doubt_are_no_part_of_what_changed()
    {
        RunDigest[] runs = [.. PlannedRuns.Latencies(0, 20, 20.2, 19.9, 20.1, 24, 24.2, 23.9, 24.1).Select((run, index) => index >= 4 ? run with { Doubt = "lagged" } : run)];

        Assert.Empty(FigureChanges.Of(runs, new LoadTool.Analysis.Gates.GateSettings()));
    }
}
