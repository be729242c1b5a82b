using System.Text;
using System.Text.Json;
using LoadTool.EndToEnd.Programs;
using LoadTool.Outputs.Catalog;
using LoadTool.Outputs.Delivery;
using LoadTool.Outputs.PostgreSql;

namespace LoadTool.EndToEnd.Receivers;

public sealed class PostgresTests : IAsyncLifetime
{
    private const string Run = """{"testid":"one","name":"a","started_at":"2026-11-21T10:00:00.123Z","target":"ws://x/","seed":1,"engine":"epoll","event_loops":1,"tags":{},"version":"1"}""";
    private const string Piece = """{"head":{"testid":"one","time":"2026-11-21T10:00:01Z"},"intervals":[{"users":3}],"steps":[{"scenario":"s","step":"t","ok":5}],"of later versions":[{"x":1}]}""";

    private PostgresServer? _server;

    /// <summary>Absent where the program is: the tests are skipped then.</summary>
    public async Task InitializeAsync()
    {
        if (Programs.Program.PostgreSql.SkipReason is null)
            _server = await PostgresServer.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [FactWith(nameof(Programs.Program.PostgreSql))]
    public async Task The_database_has_the_figures_of_summary_json()
    {
        PostgresDatabase database = await _server!.CreateDatabaseAsync("figures");
        using RichRun run = await RichRun.ToAsync($"postgres={database.Url()}");

        foreach (JsonElement step in run.Summary.GetProperty("scenarios")[0].GetProperty("steps").EnumerateArray())
            await AssertStepAsync(database, "step", RichRun.TestId, step.GetProperty("name").GetString()!, step);
        Assert.Equal(Count(run.Step, "ok"), await database.NumberWithAsync($"SELECT sum(ok) FROM loadtool.tags WHERE step = {RichRun.StepName}"));
        Assert.Equal(
            run.Step.GetProperty("tags").EnumerateArray().Single(tag => tag.GetProperty("value").GetString() == RichRun.TagValue).GetProperty("latency").GetProperty("p99").GetDouble(),
            await database.NumberWithAsync($"SELECT latency_p99_seconds FROM loadtool.total_tags WHERE value = {RichRun.TagValue}"));
        foreach (string way in new[] { "sent", "received" })
        {
            Assert.Equal(run.Summary.GetProperty("messages").GetProperty(way).GetDouble(), await database.NumberAsync($"SELECT sum(messages_{way}) FROM loadtool.intervals", []));
            Assert.Equal(run.Summary.GetProperty("bytes").GetProperty(way).GetDouble(), await database.NumberAsync($"SELECT sum(bytes_{way}) FROM loadtool.intervals", []));
        }

        JsonElement connect = run.Summary.GetProperty("connect").GetProperty("phases").EnumerateArray().Single(phase => phase.GetProperty("name").GetString() == "connect").GetProperty("duration");
        Assert.Equal(connect.GetProperty("count").GetDouble(), await database.NumberWithAsync($"SELECT sum(count) FROM loadtool.connects WHERE phase = {"all"}"));
        Assert.Equal(connect.GetProperty("p95").GetDouble(), await database.NumberWithAsync($"SELECT duration_p95_seconds FROM loadtool.total_connects WHERE phase = {"all"}"));
        Assert.Equal(Count(run.Step, "fail"), await database.NumberWithAsync($"SELECT sum(count) FROM loadtool.outcomes WHERE kind = 'step' AND status = {"busy, \"very\""}"));
        JsonElement check = run.Summary.GetProperty("scenarios")[0].GetProperty("checks")[0];
        Assert.Equal((Count(check, "ok"), Count(check, "fail")), (await database.NumberAsync("SELECT sum(ok) FROM loadtool.checks"), await database.NumberAsync("SELECT fail FROM loadtool.total_checks")));
        Assert.Equal(run.Summary.GetProperty("metrics").GetProperty("counters")[0].GetProperty("count").GetDouble(), await database.NumberAsync("SELECT sum(count) FROM loadtool.counters"));
        Assert.Equal(run.Summary.GetProperty("metrics").GetProperty("gauges")[0].GetProperty("last").GetDouble(), await database.NumberAsync("SELECT last FROM loadtool.gauges ORDER BY time DESC LIMIT 1"));
        Assert.Equal(run.Summary.GetProperty("metrics").GetProperty("histograms")[0].GetProperty("count").GetDouble(), await database.NumberAsync("SELECT sum(count) FROM loadtool.histograms"));
        Assert.Equal([true, false], [await database.AnswerAsync("SELECT crossed FROM loadtool.total_thresholds WHERE threshold LIKE 'iter%'"), await database.AnswerAsync("SELECT crossed FROM loadtool.total_thresholds WHERE threshold LIKE 'err%'")]);
        Assert.Equal(run.Summary.GetProperty("close_codes").EnumerateObject().Sum(code => code.Value.GetDouble()), await database.NumberAsync("SELECT sum(count) FROM loadtool.close_codes WHERE direction = 'received'"));
        Assert.True(JsonElement.DeepEquals(run.Summary, JsonDocument.Parse((string)(await database.AnswerAsync("SELECT summary::text FROM loadtool.runs"))!).RootElement));
        Assert.Equal(
            $"{RichRun.TestId}|rich|eu, \"west\"|{run.Summary.GetProperty("trust").GetProperty("verdict").GetString()}|{run.Result.OkCount}",
            await database.AnswerAsync("SELECT testid || '|' || name || '|' || (tags->>'region') || '|' || verdict || '|' || ok FROM loadtool.runs"));
        Assert.Equal(1, await database.NumberAsync("SELECT count(DISTINCT loop) FROM loadtool.loops"));
    }

    [FactWith(nameof(Programs.Program.PostgreSql))]
    public async Task Runs_that_begin_at_once_install_the_schema_once()
    {
        PostgresDatabase database = await _server!.CreateDatabaseAsync("at_once");
        string[] names = ["one", "two", "three", "four"];
        PostgresSender[] senders = [.. names.Select(name => Sender(database, name))];

        await Task.WhenAll(senders.Zip(names, (sender, name) => sender.SendAsync(Bytes(Piece.Replace("one", name)), CancellationToken.None)));

        Assert.Equal(4, await database.NumberAsync("SELECT count(*) FROM loadtool.runs"));
        Assert.Equal(20, await database.NumberAsync("SELECT sum(ok) FROM loadtool.steps"));
        Assert.Equal(PostgresSchema.Migrations.Count, await database.NumberAsync("SELECT count(*) FROM loadtool.migrations"));
        Array.ForEach(senders, sender => sender.Dispose());
    }

    [FactWith(nameof(Programs.Program.PostgreSql))]
    public async Task A_piece_that_is_sent_again_is_there_once()
    {
        PostgresDatabase database = await _server!.CreateDatabaseAsync("again");
        using PostgresSender sender = Sender(database, "one");

        await sender.SendAsync(Bytes(Piece), CancellationToken.None);
        await sender.SendAsync(Bytes(Piece), CancellationToken.None);

        Assert.Equal(5, await database.NumberAsync("SELECT sum(ok) FROM loadtool.steps"));
    }

    [FactWith(nameof(Programs.Program.PostgreSql))]
    public async Task A_testid_of_another_run_is_refused_and_deleting_a_run_deletes_all_of_it()
    {
        PostgresDatabase database = await _server!.CreateDatabaseAsync("taken");
        using PostgresSender first = Sender(database, "one");
        await first.SendAsync(Bytes(Piece), CancellationToken.None);

        using PostgresSender second = new(database.ConnectionString, "one", Encoding.UTF8.GetBytes(Run.Replace("10:00:00", "11:00:00")));
        RefusedException error = await Assert.ThrowsAsync<RefusedException>(() => second.SendAsync(Bytes(Piece), CancellationToken.None));

        Assert.Equal("the database has another run with the testid one: choose one with --out-setting postgres.testid=NAME", error.Message);
        await database.AnswerAsync("DELETE FROM loadtool.runs");
        Assert.Equal(0, await database.NumberAsync("SELECT count(*) FROM loadtool.steps"));
    }

    /// <summary>TimescaleDB is not in Debian: its one function stands in for it, and tells how it was called.</summary>
    [FactWith(nameof(Programs.Program.PostgreSql))]
    public async Task Where_hypertables_can_be_made_every_table_of_intervals_becomes_one()
    {
        PostgresDatabase database = await _server!.CreateDatabaseAsync("hyper");
        await database.AnswerAsync("""
            CREATE SCHEMA ext; CREATE TABLE ext.made (relation text, by name);
            CREATE FUNCTION ext.create_hypertable(relation regclass, time_column_name name) RETURNS void LANGUAGE sql AS 'INSERT INTO ext.made VALUES (relation::text, time_column_name)';
            """);
        using PostgresSender sender = Sender(database, "one");

        await sender.SendAsync(Bytes(Piece), CancellationToken.None);

        Assert.Equal(
            string.Join(",", PostgresSchema.IntervalTables.Select(table => $"loadtool.{table} time").Order(StringComparer.Ordinal)),
            await database.AnswerAsync("SELECT string_agg(relation || ' ' || by, ',' ORDER BY relation COLLATE \"C\") FROM ext.made"));
    }

    [FactWith(nameof(Programs.Program.PostgreSql))]
    public async Task Every_table_says_what_it_holds()
    {
        PostgresDatabase database = await _server!.CreateDatabaseAsync("told");
        using PostgresSender sender = Sender(database, "one");
        await sender.SendAsync(Bytes(Piece), CancellationToken.None);

        Assert.Equal("migrations", await database.AnswerAsync(
            "SELECT string_agg(relname, ',') FROM pg_class WHERE relnamespace = 'loadtool'::regnamespace AND relkind = 'r' AND obj_description(oid) IS NULL"));
    }

    [FactWith(nameof(Programs.Program.PostgreSql))]
    public async Task A_password_is_taken_from_the_URL_or_a_file_and_never_shown()
    {
        PostgresDatabase database = await _server!.CreateDatabaseAsync("secret");
        await database.AnswerAsync("CREATE ROLE guarded LOGIN SUPERUSER PASSWORD 'g%heim:1'");
        string passfile = Path.GetTempFileName();
        File.WriteAllText(passfile, $"127.0.0.1:{_server.Port}:secret:guarded:g%heim\\:1\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(passfile, UnixFileMode.UserRead);

        await SendAsync(database.Url("guarded:g%25heim%3A1"));
        await SendAsync($"{database.Url("guarded")}?passfile={Uri.EscapeDataString(passfile)}");
        RefusedException error = await Assert.ThrowsAsync<RefusedException>(() => SendAsync(database.Url("guarded:wrongword")));

        Assert.Equal("password authentication failed for user \"guarded\" (SQLSTATE 28P01)", error.Message);
        File.Delete(passfile);
    }

    private static async Task SendAsync(string target)
    {
        OutputRequest request = new("postgres", target, new Dictionary<string, string>(), "");
        using PostgresSender sender = new(PostgresTarget.Read(request, TimeSpan.FromSeconds(10)), "one", Bytes(Run));
        await sender.SendAsync(Bytes(Piece), CancellationToken.None);
    }

    private static PostgresSender Sender(PostgresDatabase database, string testId) => new(database.ConnectionString, testId, Bytes(Run.Replace("\"one\"", $"\"{testId}\"")));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static double Count(JsonElement element, string name) => element.GetProperty(name).GetProperty("count").GetDouble();

    private static async Task AssertStepAsync(PostgresDatabase database, string kind, string testId, string name, JsonElement expected)
    {
        foreach (string count in new[] { "ok", "fail", "interrupted" })
        {
            Assert.Equal(Count(expected, count), await database.NumberAsync($"SELECT sum({count}) FROM loadtool.{kind}s WHERE testid = $1 AND scenario = $2 AND step = $3", testId, RichRun.ScenarioName, name));
            Assert.Equal(Count(expected, count), await database.NumberAsync($"SELECT {count} FROM loadtool.total_{kind}s WHERE testid = $1 AND scenario = $2 AND step = $3", testId, RichRun.ScenarioName, name));
        }

        foreach (string latency in new[] { "latency", "latency_uncorrected" })
        {
            foreach (string point in new[] { "mean", "min", "p50", "p75", "p95", "p99", "p999", "max" })
                Assert.Equal(
                    expected.GetProperty(latency).GetProperty(point).GetDouble(),
                    await database.NumberAsync($"SELECT {latency}_{point}_seconds FROM loadtool.total_{kind}s WHERE testid = $1 AND step = $2", testId, name));
        }
    }
}
