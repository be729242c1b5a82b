using LoadTool.Analysis.Histories;
using LoadTool.Analysis.Runs;
using LoadTool.EndToEnd.Programs;
using LoadTool.EndToEnd.Receivers;
using LoadTool.EndToEnd.Run;

namespace LoadTool.EndToEnd.Judging;

/// <summary>A database that runs have filled is a history.</summary>
public sealed class GateDatabaseTests
{
    [FactWith(nameof(Programs.Program.PostgreSql))]
    public async Task A_run_in_the_database_has_the_figures_of_its_results()
    {
        await using PostgresServer server = await PostgresServer.StartAsync();
        PostgresDatabase database = await server.CreateDatabaseAsync("history");
        using RichRun run = await RichRun.ToAsync($"postgres={database.Url()}");

        RunDigest read = Assert.Single(PostgresHistory.Read(database.Url()));

        Assert.Equal((RichRun.TestId, "rich"), (read.Label, read.Setup.Name));
        Assert.Equal(run.Result.Run.Options.Seed, read.Setup.Seed);
        foreach (StepFigures step in run.Result.Steps)
        {
            Assert.Equal(step.Latency.ValueAtPercentile(99) / 1e9, read.Find(new FigureName(step.Step, FigureKind.Latency, 99))!.Value.Value);
            Assert.Equal(step.OkCount / run.Result.Length.TotalSeconds, read.Find(new FigureName(step.Step, FigureKind.Rate))!.Value.Value, precision: 9);
            DigestFigure errors = read.Find(new FigureName(step.Step, FigureKind.Errors))!.Value;
            Assert.Equal(((double)step.FailCount / (step.OkCount + step.FailCount), step.OkCount + step.FailCount, true), (errors.Value, errors.Samples, errors.IsOfStep));
        }

        using WorkFolder folder = new();
        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, "history", "list", "--history", $"postgres={database.Url()}");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.StartsWith("1 run, ", output);
        Assert.DoesNotContain("postgres://", output);
        Assert.Equal(
            (104, "", "error: runs come into a database by run --out postgres=URL, and leave it by DELETE FROM loadtool.runs; --history takes a folder here\n"),
            await Tool.RunAsync(folder.Root, "history", "prune", "--history", $"postgres={database.Url()}", "--keep", "1"));
    }

    [FactWith(nameof(Programs.Program.PostgreSql))]
    public async Task A_database_that_cannot_be_read_is_one_line_without_its_password()
    {
        await using PostgresServer server = await PostgresServer.StartAsync();
        using WorkFolder folder = new();

        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, "history", "list", "--history", $"postgres=postgres://tester:secret@127.0.0.1:{server.Port}/none");

        Assert.Equal((94, ""), (exitCode, output));
        Assert.StartsWith("error: the history cannot be read: 3D000: database \"none\" does not exist", error);
        Assert.DoesNotContain("secret", error);
    }
}
