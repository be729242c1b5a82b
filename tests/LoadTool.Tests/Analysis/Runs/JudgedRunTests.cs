using LoadTool.Analysis.Runs;
using LoadTool.Tests.Outputs;

namespace LoadTool.Tests.Analysis.Runs;

public sealed class JudgedRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_stored_run_has_the_figures_that_it_had_as_it_ran()
    {
        RunResult result = PlantedFolder.Usable();

        JudgedRun run = PlantedFolder.Judged(_folder.File("a"), result);

        Assert.Null(run.Doubt);
        Assert.Equal("a", run.Label);
        Assert.Equal(result.Steps[1].Latency.ValueAtPercentile(99) / 1e9, run.Find(new FigureName("echo", FigureKind.Latency, 99))!.Value.Value);
        Assert.Equal(100_000, run.Find(new FigureName("echo", FigureKind.Latency, 99))!.Value.Samples);
        Assert.Equal(12 / 100_012.0, run.Find(new FigureName("echo", FigureKind.Errors))!.Value.Value, precision: 12);
        Assert.Equal(100_000 / 62.5, run.Find(new FigureName("echo", FigureKind.Rate))!.Value.Value, precision: 9);
        Assert.Equal(4_985 / 62.5, run.Find(new FigureName("iterations", FigureKind.Rate))!.Value.Value, precision: 9);
        Assert.Equal(200_015 / 62.5, run.Find(new FigureName("", FigureKind.Messages))!.Value.Value, precision: 9);
        Assert.Equal(5 / 200_015.0, run.Find(new FigureName("", FigureKind.Cpu))!.Value.Value, precision: 12);
        Assert.Equal(run.Figures.Count, run.Figures.Select(figure => figure.Name).Distinct().Count());
        Assert.Equal(["echo p50", "echo p99.9", "echo rate", "messages"], new[] { "echo p50", "echo p99.9", "echo rate", "messages" }.Intersect(run.Figures.Select(figure => figure.Name.ToString())));
    }

    [Fact]
    public void Each_second_of_a_stored_run_has_its_counts_and_its_whole_histogram()
    {
        RunResult result = PlantedFolder.Usable();
        PlantedFolder.Write(_folder.File("a"), result, [PlantedRun.Whole(result, 1), PlantedRun.Interval(2), PlantedRun.Whole(result, 3)]);

        JudgedRun run = JudgedRun.Read(_folder.File("a"));

        Assert.Equal([1, 2, 3], run.Seconds.Select(second => second.SinceStart.TotalSeconds));
        Assert.Empty(run.Seconds[1].Steps);
        Assert.Equal((100_000, 12), (run.Seconds[2].Steps["echo"].Ok, run.Seconds[2].Steps["echo"].Failed));
        Assert.Equal(100_000, run.Seconds[2].Steps["echo"].Latency!.TotalCount);
    }

    public static TheoryData<string, Func<RunResult, RunResult?>> Doubtful => new()
    {
        { "was cut short: the run did not come to its end", _ => null },
        { "was stopped before its plan had ended", result => result with { WasStopped = true } },
        { "is not trusted: ", result => result with { Trust = new Trust(result.Trust!.Figures, [new TrustReason(TrustVerdict.Invalid, "lag", "it lagged", 1, 0.1, "seconds", "use less")]) } },
        { "has no verdict on its generator", result => result with { Trust = null } },
        { "has no success", result => PlantedFolder.Usable(PlantedRun.Result([], [PlantedRun.Figures("echo", "(iteration)")], [])) },
        { "had its load changed by hand", result => result with { LoadChanges = [new LoadChange(TimeSpan.FromSeconds(1), 2)] } },
    };

    [Theory]
    [MemberData(nameof(Doubtful))]
    public void A_run_that_must_not_decide_anything_says_why(string doubt, Func<RunResult, RunResult?> change)
    {
        RunResult result = PlantedFolder.Usable();
        RunResult? changed = change(result);
        PlantedFolder.Write(_folder.File("a"), changed, [PlantedRun.Whole(changed ?? result, 1)], run: result.Run);

        Assert.StartsWith(doubt, JudgedRun.Read(_folder.File("a")).Doubt);
    }

    [Fact]
    public void Runs_of_another_script_other_arguments_or_another_load_are_not_the_same_test()
    {
        RunResult result = PlantedFolder.Usable();
        JudgedRun one = PlantedFolder.Judged(_folder.File("a"), result);
        JudgedRun script = PlantedFolder.Judged(_folder.File("b"), result, PlantedFolder.Script with { ContentHash = "0000" });
        JudgedRun arguments = PlantedFolder.Judged(_folder.File("c"), result, PlantedFolder.Script with { Arguments = ["--size", "128"] });
        RunInfo other = result.Run with
        {
            Scenarios = [Scenario.Create("echo", _ => Task.CompletedTask).WithLoadSimulations(Simulation.KeepConstant(copies: 6, during: TimeSpan.FromMinutes(1)))],
            Options = result.Run.Options with { Loops = 3 },
        };
        JudgedRun load = PlantedFolder.Judged(_folder.File("d"), result with { Run = other });

        Assert.Empty(JudgedRun.Conflicts(one, one));
        Assert.Equal("different scripts: echo.csx (abcdef012345) and echo.csx (0000)", Assert.Single(JudgedRun.Conflicts(one, script)));
        Assert.Equal("different script arguments: --size 64 and --size 128", Assert.Single(JudgedRun.Conflicts(one, arguments)));
        Assert.Equal("different loads: echo: 5 users for 1m00s and echo: 6 users for 1m00s", Assert.Single(JudgedRun.Conflicts(one, load)));
        Assert.Equal("loops: 2 and 3", Assert.Single(JudgedRun.Differences(one, load)));
    }

    [Fact]
    public void A_run_whose_histogram_log_is_damaged_must_not_decide_anything()
    {
        PlantedFolder.Write(_folder.File("a"), PlantedFolder.Usable());
        string path = Path.Combine(_folder.File("a"), "run.hlog");
        string[] lines = File.ReadAllLines(path);
        File.WriteAllLines(path, lines.Select((line, at) => at == lines.Length / 2 ? line[..^40] + "!!!!" : line));

        Assert.StartsWith("was cut short: run.hlog", JudgedRun.Read(_folder.File("a")).Doubt);
    }
}
