using System.Globalization;
using System.Text.Json;
using LoadTool.EndToEnd.Programs;
using LoadTool.Outputs.Catalog;

namespace LoadTool.EndToEnd.Receivers;

public sealed class GraphiteTests
{
    private const string Step = "chat___loud__1.say__hi__again___";

    [FactWith(nameof(Programs.Program.Graphite))]
    public async Task Whisper_s_files_hold_the_figures_of_summary_json()
    {
        await using CarbonServer carbon = await CarbonServer.StartAsync();
        using RichRun byTcp = await RichRun.ToAsync(TimeSpan.FromSeconds(1), $"graphite=tcp://127.0.0.1:{carbon.TcpPort}", ("graphite.prefix", "by_tcp"));
        using RichRun byUdp = await RichRun.ToAsync(TimeSpan.FromSeconds(1), $"graphite=udp://127.0.0.1:{carbon.UdpPort}", ("graphite.prefix", "by_udp.{testid}"));

        await AssertFiguresAsync(carbon, byTcp, "by_tcp");
        await AssertFiguresAsync(carbon, byUdp, "by_udp.night_s__run___7");
    }

    [FactWith(nameof(Programs.Program.Graphite))]
    public async Task Carbon_takes_names_with_tags_and_keeps_their_figures()
    {
        await using CarbonServer carbon = await CarbonServer.StartAsync();
        using RichRun run = await RichRun.ToAsync($"graphite=tcp://127.0.0.1:{carbon.TcpPort}", ("graphite.tags", "graphite"));
        double expected = run.Step.GetProperty("tags").EnumerateArray().Single(tag => tag.GetProperty("value").GetString() == "lobby").GetProperty("latency").GetProperty("p99").GetDouble();

        await carbon.AssertSumAsync(
            expected,
            "loadtool.total.tags.latency_p99_seconds;testid=night's_\"run\"__7;region=eu__\"west\";scenario=chat__\"loud\"_1;step=say_'hi'_again\\_Ü;tag=room;value=lobby",
            run.Result.Run.StartedAt);
    }

    [Fact]
    public async Task Tags_of_Graphite_1_1_bear_the_labels_if_asked_for()
    {
        await using LineListener listener = LineListener.OfTcp();
        using RichRun run = await RichRun.ToAsync($"graphite=127.0.0.1:{listener.Port}", ("graphite.tags", "graphite"));
        IReadOnlyList<string> lines = await listener.LinesAsync();

        string line = lines.Single(line => line.StartsWith("loadtool.total.tags.latency_p99_seconds;testid=night's_\"run\"__7;region=eu__\"west\";scenario=chat__\"loud\"_1;step=say_'hi'_again\\_Ü;tag=room;value=lobby "));
        double expected = run.Step.GetProperty("tags").EnumerateArray().Single(tag => tag.GetProperty("value").GetString() == "lobby").GetProperty("latency").GetProperty("p99").GetDouble();
        Assert.Equal([expected.ToString(CultureInfo.InvariantCulture), run.Result.Run.StartedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)], line.Split(' ')[1..]);
        Assert.All(lines, each => Assert.Equal(3, each.Split(' ').Length));
    }

    [Fact]
    public async Task Every_interval_has_a_second_of_its_own()
    {
        await using LineListener listener = LineListener.OfTcp();
        OutputRequest request = new("graphite", $"127.0.0.1:{listener.Port}", new Dictionary<string, string>(), "");
        IOutput output = LoadTool.Outputs.Graphite.GraphiteOutput.Kind.Create(request);
        DateTimeOffset start = DateTimeOffset.UnixEpoch.AddSeconds(1_000.9995);
        using RichRun run = await RichRun.ToAsync($"influxdb={Path.GetTempFileName()}");
        output.Start(run.Result.Run with { StartedAt = start });
        double[] ends = [1.001, 1.9999, 3.002, 3.003, 3.004];
        for (int index = 0; index < ends.Length; index++)
        {
            double from = index == 0 ? 0 : ends[index - 1];
            output.Write(new Snapshot(
                start.AddSeconds(from), TimeSpan.FromSeconds(ends[index] - from), TimeSpan.FromSeconds(ends[index]), [], [], default, ActiveUsers: index, Connections: 0, Log: []));
        }

        output.Finish(run.Result);
        ((IDisposable)output).Dispose();

        Assert.Equal(
            ["0 1000", "1 1001", "2 1002", "3 1003", "4 1004"],
            (await listener.LinesAsync()).Where(line => line.StartsWith("loadtool.intervals.users ")).Select(line => line["loadtool.intervals.users ".Length..]));
    }

    private static async Task AssertFiguresAsync(CarbonServer carbon, RichRun run, string prefix)
    {
        DateTimeOffset since = run.Result.Run.StartedAt;
        await carbon.AssertSumAsync(run.Step.GetProperty("ok").GetProperty("count").GetDouble(), $"{prefix}.steps.{Step}.ok", since);
        await carbon.AssertSumAsync(run.Step.GetProperty("fail").GetProperty("count").GetDouble(), $"{prefix}.steps.{Step}.fail", since);
        await carbon.AssertSumAsync(run.Summary.GetProperty("messages").GetProperty("sent").GetDouble(), $"{prefix}.intervals.messages_sent", since);
        await carbon.AssertSumAsync(run.Summary.GetProperty("bytes").GetProperty("received").GetDouble(), $"{prefix}.intervals.bytes_received", since);
        JsonElement latency = run.Step.GetProperty("latency");
        foreach (string point in new[] { "mean", "p50", "p99", "max" })
            await carbon.AssertSumAsync(latency.GetProperty(point).GetDouble(), $"{prefix}.total.steps.{Step}.latency_{point}_seconds", since);
    }
}
