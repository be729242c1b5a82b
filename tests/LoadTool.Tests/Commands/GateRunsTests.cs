using LoadTool.Analysis.Gates;
using LoadTool.Analysis.Histories;
using LoadTool.Cli.Commands;
using LoadTool.Outputs;
using LoadTool.Tests.Analysis.Gates;
using LoadTool.Tests.Analysis.Runs;
using LoadTool.Tests.Outputs;

namespace LoadTool.Tests.Commands;

/// <summary>Which runs a gate compares with.</summary>
public sealed class GateRunsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _notes = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_of_runs_is_a_baseline_without_the_new_ones_those_in_doubt_and_those_of_another_test()
    {
        RunDigest[] news = [Stored(5)];
        Stored(1);
        Stored(2, result => result with { WasStopped = true });
        Stored(3, script: PlantedFolder.Script with { ContentHash = "0000" });
        Stored(4);
        Directory.CreateDirectory(_folder.File("something else"));

        Assert.Equal(["run1", "run4"], Labels([_folder.Path], news));
        Assert.Equal(
            [$"{_folder.Path}: 1 run of another script or load left out", $"{_folder.Path}: 1 run in doubt left out, such as run2, which was stopped before its plan had ended"], _notes);
        Assert.Equal(["run1", "run2", "run4"], Labels([_folder.Path], news, isForced: true));
    }

    [Fact]
    public void When_all_runs_of_a_folder_are_of_another_test_they_are_given_to_be_refused()
    {
        RunDigest news = Stored(2);
        Stored(1, script: PlantedFolder.Script with { ContentHash = "0000" });

        IReadOnlyList<RunDigest> bases = GateRuns.Baseline([_folder.Path], [news], null, isForced: false, _notes);

        Assert.Equal("run1", Assert.Single(bases).Label);
        Assert.StartsWith("invalid: run2 and run1 are not the same test: different scripts: ", GateText.Sentence(Gate.Judge([news], bases, new GateSettings())));
    }

    [Fact]
    public void The_last_runs_of_a_history_are_the_newest_usable_ones_but_the_new_one()
    {
        RunDigest[] history = [.. PlannedRuns.Latencies(1, 20, 21, 22, 23, 24).Select((run, index) => index == 3 ? run with { Doubt = "lagged" } : run)];

        Assert.Equal(["run2", "run3"], GateRuns.Baseline(["last:2"], [history[4]], history, isForced: false, _notes).Select(run => run.Label));
        Assert.Equal(["the history: 1 run in doubt left out, such as run4, which lagged"], _notes);
        Assert.Empty(GateRuns.Baseline(["last:2"], [history[4]], [], isForced: false, _notes));
    }

    [Fact]
    public void A_folder_of_a_history_and_several_baselines_count_each_run_once()
    {
        RunDigest news = Stored(9), first = Stored(1), second = Stored(2);
        foreach (RunDigest run in new[] { first, second })
            History.Add(_folder.File("history"), run);

        Assert.Equal(["run1", "run2"], Labels([_folder.File("history"), _folder.File("run1"), _folder.Path], [news]));
    }

    [Fact]
    public void A_damaged_run_in_a_folder_is_left_out_and_named()
    {
        RunDigest news = Stored(2);
        Stored(1);
        Directory.CreateDirectory(_folder.File("broken"));
        File.WriteAllText(Path.Combine(_folder.File("broken"), FilesOutput.LinesName), "{");

        Assert.Equal(["run1"], Labels([_folder.Path], [news]));
        Assert.StartsWith($"left out: {Path.Combine(_folder.File("broken"), FilesOutput.LinesName)} ", Assert.Single(_notes));
    }

    private string[] Labels(string[] baseline, RunDigest[] news, bool isForced = false) => [.. GateRuns.Baseline(baseline, news, null, isForced, _notes).Select(run => run.Label)];

    private RunDigest Stored(int number, Func<RunResult, RunResult>? change = null, RunEnvironment? script = null)
    {
        RunResult result = PlantedFolder.Usable();
        result = (change ?? (same => same))(result with { Run = result.Run with { StartedAt = PlantedRun.StartedAt + TimeSpan.FromDays(number) } });
        return RunDigests.Of(PlantedFolder.Judged(_folder.File($"run{number}"), result, script));
    }
}
