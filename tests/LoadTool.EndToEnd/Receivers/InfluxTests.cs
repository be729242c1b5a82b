using System.Text.Json;
using LoadTool.EndToEnd.Programs;

namespace LoadTool.EndToEnd.Receivers;

public sealed class InfluxTests : IAsyncLifetime
{
    /// <summary>As a tag can hold it: no end of line.</summary>
    private static readonly string Step = RichRun.StepName.Replace('\n', '\u240a');

    private InfluxServer? _server;

    public async Task InitializeAsync()
    {
        if (Programs.Program.InfluxDb.SkipReason is null)
            _server = await InfluxServer.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [FactWith(nameof(Programs.Program.InfluxDb))]
    public async Task InfluxQL_gives_the_figures_of_summary_json_after_a_run_over_HTTP()
    {
        using RichRun run = await RichRun.ToAsync($"influxdb=http://127.0.0.1:{_server!.Port}/load tests".Replace(" ", "%20"));
        await AssertFiguresAsync("load%20tests", run);
    }

    [FactWith(nameof(Programs.Program.InfluxDb))]
    public async Task InfluxQL_gives_the_figures_of_summary_json_after_a_run_over_UDP()
    {
        using RichRun run = await RichRun.ToAsync($"influxdb=udp://127.0.0.1:{_server!.UdpPort}");
        await _server.UntilAsync(InfluxServer.UdpDatabase, "SELECT count(length_seconds) FROM loadtool_total_runs", 1);
        await AssertFiguresAsync(InfluxServer.UdpDatabase, run);
    }

    [FactWith(nameof(Programs.Program.InfluxDb))]
    public async Task A_file_of_lines_can_be_written_to_the_database_later()
    {
        string file = Path.GetTempFileName();
        using RichRun run = await RichRun.ToAsync($"influxdb={file}");
        using HttpClient client = new();
        (await client.PostAsync(new Uri($"http://127.0.0.1:{_server!.Port}/query?q=CREATE+DATABASE+later"), null)).EnsureSuccessStatusCode();

        (await client.PostAsync(new Uri($"http://127.0.0.1:{_server.Port}/write?db=later"), new ByteArrayContent(File.ReadAllBytes(file)))).EnsureSuccessStatusCode();

        await AssertFiguresAsync("later", run);
        File.Delete(file);
    }

    private async Task AssertFiguresAsync(string database, RichRun run)
    {
        string step = $"step = {InfluxServer.Quoted(Step)} AND testid = {InfluxServer.Quoted(RichRun.TestId)} AND region = 'eu, \"west\"' AND scenario = {InfluxServer.Quoted(RichRun.ScenarioName)}";
        foreach (string count in new[] { "ok", "fail", "interrupted" })
        {
            double expected = run.Step.GetProperty(count).GetProperty("count").GetDouble();
            await AssertAsync(expected, $"SELECT sum({count}) FROM loadtool_steps WHERE {step}");
            await AssertAsync(expected, $"SELECT {count} FROM loadtool_total_steps WHERE {step}");
        }

        foreach (string latency in new[] { "latency", "latency_uncorrected" })
        {
            foreach (string point in new[] { "mean", "min", "p50", "p75", "p95", "p99", "p999", "max" })
                await AssertAsync(run.Step.GetProperty(latency).GetProperty(point).GetDouble(), $"SELECT {latency}_{point}_seconds FROM loadtool_total_steps WHERE {step}");
        }

        await AssertAsync(run.Step.GetProperty("latency").GetProperty("max").GetDouble(), $"SELECT max(latency_max_seconds) FROM loadtool_steps WHERE {step}");
        await AssertAsync(run.Summary.GetProperty("messages").GetProperty("received").GetDouble(), "SELECT sum(messages_received) FROM loadtool_intervals");
        await AssertAsync(run.Summary.GetProperty("bytes").GetProperty("sent").GetDouble(), "SELECT sum(bytes_sent) FROM loadtool_intervals");
        JsonElement tag = run.Step.GetProperty("tags").EnumerateArray().Single(tag => tag.GetProperty("value").GetString() == RichRun.TagValue);
        await AssertAsync(tag.GetProperty("ok").GetProperty("count").GetDouble(), $"SELECT sum(ok) FROM loadtool_tags WHERE value = {InfluxServer.Quoted(RichRun.TagValue[..^1] + "\uff3c")}");
        await AssertAsync(run.Step.GetProperty("fail").GetProperty("count").GetDouble(), "SELECT sum(count) FROM loadtool_outcomes WHERE kind = 'step' AND status = 'busy, \"very\"'");
        await AssertAsync(run.Summary.GetProperty("scenarios")[0].GetProperty("checks")[0].GetProperty("fail").GetProperty("count").GetDouble(), "SELECT sum(fail) FROM loadtool_checks");
        await AssertAsync(run.Summary.GetProperty("metrics").GetProperty("counters")[0].GetProperty("count").GetDouble(), "SELECT sum(count) FROM loadtool_counters");
        await AssertAsync(
            run.Summary.GetProperty("connect").GetProperty("phases").EnumerateArray().Single(phase => phase.GetProperty("name").GetString() == "connect.tcp").GetProperty("duration").GetProperty("p99").GetDouble(),
            "SELECT duration_p99_seconds FROM loadtool_total_connects WHERE phase = 'tcp'");

        async Task AssertAsync(double expected, string query) => Assert.Equal((query, expected), (query, await _server!.NumberAsync(database, query)));
    }
}
