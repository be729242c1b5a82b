using LoadTool.Analysis.Histories;
using LoadTool.Analysis.Runs;
using LoadTool.EndToEnd.Programs;
using LoadTool.EndToEnd.Receivers;
using LoadTool.EndToEnd.Run;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Outputs.Delivery;
using LoadTool.Outputs.PostgreSql;
using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Judging;

/// <summary>A database that runs have filled is a history.</summary>
public sealed class GateDatabaseTests
{
    private const string Script = """
        using Windows.Networking.Sockets;
        var hello = Payload.Text(bytes: 64);
        Scenario.Create("chat", async user =>
        {
            using var socket = new MessageWebSocket();
            await socket.ConnectAsync(user.Target);
            await foreach (var turn in user.Pace(perSecond: 50))
            {
                using var step = Step.Begin("echo", user, turn);
                await socket.SendAsync(hello);
                step.Ok(await socket.ReceiveAsync());
            }
        })
        .WithLoadSimulations(Simulation.KeepConstant(copies: 3, during: TimeSpan.FromSeconds(1)));

        """;

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

    /// <summary>The schema is that of the first version when the first run comes. Forced, because what else the machine does may keep single runs from being trusted.</summary>
    [FactWith(nameof(Programs.Program.PostgreSql))]
    public async Task A_gate_knows_script_and_load_of_runs_in_a_database_and_says_where_it_does_not()
    {
        await using PostgresServer server = await PostgresServer.StartAsync();
        PostgresDatabase database = await server.CreateDatabaseAsync("tests");
        await database.AnswerAsync($"{PostgresSchema.Foundation} {PostgresSchema.Migrations[0]} INSERT INTO loadtool.migrations (version) VALUES (1)");
        Assert.Empty(PostgresHistory.Read(database.Url()));
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        using WorkFolder folder = new();
        folder.Write("chat.csx", Script);
        await RunAsync("one");
        await RunAsync("two", "--vus", "4");
        await RunAsync("three");

        Assert.Contains("the history: 1 run of another script or load left out", await GateAsync("three"));
        folder.Write("chat.csx", Script + "// changed");
        await RunAsync("four");
        Assert.Contains("different scripts: chat.csx (", await GateAsync("four"));
        await database.AnswerAsync("UPDATE loadtool.runs SET setup = NULL");
        Assert.Contains("one, two, three: script and load are not known, as of runs that an older version kept: that they are the same test is taken from their name", await GateAsync("four"));

        async Task RunAsync(string name, params string[] more)
        {
            (int exitCode, string output, string error) = await Tool.RunAsync(
                folder.Root, ["run", "chat.csx", "--target", host.Uri("/echo").ToString(), "--results", name, "--out", $"postgres={database.Url()}", "--out-setting", $"postgres.testid={name}", .. more]);
            Assert.True(exitCode == 0, output + error);
        }

        async Task<string> GateAsync(string name)
        {
            (_, string output, _) = await Tool.RunAsync(folder.Root, "gate", name, "--history", $"postgres={database.Url()}", "--baseline", "last:5", "--force");
            return string.Join(' ', output.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        }
    }

    /// <summary>A tool that is newer than the schema, as a user who may write and no more.</summary>
    [FactWith(nameof(Programs.Program.PostgreSql))]
    public async Task A_schema_that_its_writer_may_not_change_is_refused_with_the_remedy()
    {
        await using PostgresServer server = await PostgresServer.StartAsync();
        PostgresDatabase database = await server.CreateDatabaseAsync("older");
        await database.AnswerAsync($"""
            {PostgresSchema.Foundation} {PostgresSchema.Migrations[0]} INSERT INTO loadtool.migrations (version) VALUES (1);
            CREATE ROLE writer LOGIN; GRANT USAGE, CREATE ON SCHEMA loadtool TO writer; GRANT CREATE ON DATABASE older TO writer; GRANT ALL ON ALL TABLES IN SCHEMA loadtool TO writer
            """);
        using PostgresSender sender = new(server.ConnectionString("older", "writer"), "one", "{}"u8.ToArray());

        RefusedException error = await Assert.ThrowsAsync<RefusedException>(() => sender.SendAsync("{}"u8.ToArray(), CancellationToken.None));

        Assert.Equal(
            "the schema loadtool is of version 1 and this LoadTool needs 2: must be owner of table runs; let a run of this version write there once as the owner of its tables", error.Message);
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
