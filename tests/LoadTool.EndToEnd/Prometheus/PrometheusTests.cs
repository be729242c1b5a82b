using System.Text.Json;
using LoadTool.EndToEnd.Programs;
using LoadTool.EndToEnd.Run;
using LoadTool.Outputs.Prometheus;

namespace LoadTool.EndToEnd.Prometheus;

/// <summary>What Prometheus itself makes of a run.</summary>
public sealed class PrometheusTests
{
    private const string Step = "say \\\"hi\\\"";

    [FactWith(nameof(Programs.Program.Prometheus))]
    public async Task Prometheus_that_scrapes_a_run_has_the_figures_of_its_results()
    {
        using WorkFolder folder = new();
        await using ScrapedRun run = await ScrapedRun.StartAsync(folder, "--tag", "region=eu");
        PrometheusServer prometheus = run.Prometheus;

        await run.EndAsync();

        (JsonDocument summary, IReadOnlyDictionary<string, double> metrics) = FullRun.Read(folder);
        using (summary)
        {
            AssertSame(metrics, await prometheus.SelectAsync(Last("{testid!=\"\"}")));
            JsonElement latency = FullRun.Step(summary, "say \"hi\"").GetProperty("latency");
            foreach ((string percentile, double quantile) in Quantiles)
            {
                double expected = latency.GetProperty(percentile).GetDouble();
                Assert.Equal(expected, await prometheus.ValueAsync(Last($"loadtool_ws_message_rtt_quantile_seconds{{step=\"{Step}\",quantile=\"{quantile}\"}}")));
                AssertInBucket(BucketGrid.ClassicSeconds, expected, await prometheus.ValueAsync($"histogram_quantile({quantile}, {Last($"loadtool_ws_message_rtt_seconds_bucket{{step=\"{Step}\"}}")})"));
            }

            await AssertCountersAsync(summary, prometheus);
        }
    }

    [FactWith(nameof(Programs.Program.Prometheus))]
    public async Task Prometheus_that_is_written_to_has_the_figures_of_the_results_in_native_histograms()
    {
        using WorkFolder folder = new();
        folder.Write("full.csx", FullRun.Script);
        await using PrometheusServer prometheus = await PrometheusServer.StartAsync(folder);

        (int exitCode, _, string error) = await Tool.RunAsync(
            folder.Root, "run", "full.csx", "--results", "out", "--out", $"remote-write={prometheus.WriteUri}", "--out-setting", "remote-write.interval=1s", "--out-setting", "remote-write.testid=night 7", "--seed", "1");

        Assert.Equal((0, ""), (exitCode, error));
        (JsonDocument summary, IReadOnlyDictionary<string, double> metrics) = FullRun.Read(folder);
        using (summary)
        {
            string testid = metrics.Keys.First().Split('|').Single(label => label.StartsWith("testid=", StringComparison.Ordinal))["testid=".Length..];
            AssertSame(
                metrics.Where(metric => !metric.Key.Contains("_bucket|", StringComparison.Ordinal) && !metric.Key.Contains("tagged_rtt", StringComparison.Ordinal))
                    .ToDictionary(metric => metric.Key.Replace(testid, "night 7", StringComparison.Ordinal), metric => metric.Value),
                (await prometheus.SelectAsync("{testid=\"night 7\",__name__!~\".*tagged_rtt.*\"}")));
            JsonElement latency = FullRun.Step(summary, "say \"hi\"").GetProperty("latency");
            foreach ((string percentile, double quantile) in Quantiles)
                AssertInBucket(BucketGrid.NativeSeconds, latency.GetProperty(percentile).GetDouble(), await prometheus.ValueAsync($"histogram_quantile({quantile}, loadtool_ws_message_rtt_seconds{{step=\"{Step}\"}})"));
            Assert.Equal(latency.GetProperty("count").GetInt64(), await prometheus.ValueAsync("sum(histogram_count(loadtool_ws_tagged_rtt_seconds{tag=\"room\"}))"));
            await AssertCountersAsync(summary, prometheus);

            // A sample a second, and one at the end.
            Assert.InRange(await prometheus.ValueAsync("count_over_time(loadtool_ws_users[1m])"), 6, 12);
        }
    }

    [FactWith(nameof(Programs.Program.VictoriaMetrics))]
    public async Task VictoriaMetrics_takes_the_same_stream_with_classic_histograms()
    {
        using WorkFolder folder = new();
        folder.Write("full.csx", FullRun.Script);
        await using PrometheusServer victoria = await PrometheusServer.StartVictoriaMetricsAsync(folder);

        (int exitCode, _, string error) = await Tool.RunAsync(
            folder.Root, "run", "full.csx", "--results", "out", "--out", $"remote-write={victoria.WriteUri}", "--out-setting", "remote-write.histograms=classic", "--seed", "1");

        Assert.Equal((0, ""), (exitCode, error));
        (JsonDocument summary, IReadOnlyDictionary<string, double> metrics) = FullRun.Read(folder);
        using (summary)
        {
            await victoria.UntilAsync(async () => (await victoria.QueryAsync("loadtool_run_trust")).Count > 0);
            AssertSame(metrics, await victoria.SelectAsync("{testid!=\"\"}"));
            JsonElement latency = FullRun.Step(summary, "say \"hi\"").GetProperty("latency");
            foreach ((string percentile, double quantile) in Quantiles)
                AssertInBucket(BucketGrid.ClassicSeconds, latency.GetProperty(percentile).GetDouble(), await victoria.ValueAsync($"histogram_quantile({quantile}, loadtool_ws_message_rtt_seconds_bucket{{step=\"{Step}\"}})"));
        }
    }

    [FactWith(nameof(Programs.Program.VictoriaMetrics))]
    public async Task VictoriaMetrics_keeps_everything_of_the_native_stream_but_the_histograms_that_it_does_not_know()
    {
        using WorkFolder folder = new();
        folder.Write("full.csx", FullRun.Script);
        await using PrometheusServer victoria = await PrometheusServer.StartVictoriaMetricsAsync(folder);

        (int exitCode, _, string error) = await Tool.RunAsync(folder.Root, "run", "full.csx", "--results", "out", "--out", $"remote-write={victoria.WriteUri}", "--seed", "1");

        Assert.Equal((0, ""), (exitCode, error));
        (JsonDocument summary, _) = FullRun.Read(folder);
        using (summary)
        {
            await victoria.UntilAsync(async () => (await victoria.QueryAsync("loadtool_run_trust")).Count > 0);
            Assert.Equal(FullRun.Step(summary, "say \"hi\"").GetProperty("latency").GetProperty("p99").GetDouble(), await victoria.ValueAsync($"loadtool_ws_message_rtt_quantile_seconds{{step=\"{Step}\",quantile=\"0.99\"}}"));
            await AssertCountersAsync(summary, victoria);
        }
    }

    [FactWith(nameof(Programs.Program.Prometheus))]
    public async Task Promtool_finds_nothing_to_say_about_the_metrics_of_a_run()
    {
        using WorkFolder folder = new();
        folder.Write("full.csx", FullRun.Script);

        (int exitCode, _, string error) = await Tool.RunAsync(folder.Root, "run", "full.csx", "--results", "out", "--seed", "1", "--max-duration", "2s");

        Assert.Equal((0, ""), (exitCode, error));
        string metrics = File.ReadAllText(Path.Combine(folder.Root, "out", "metrics.prom"));
        Assert.Equal((0, "", ""), await Programs.Program.RunAsync(Programs.Program.Prometheus.Path("promtool"), ["check", "metrics"], input: metrics));
    }

    private static (string Percentile, double Quantile)[] Quantiles => [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)];

    /// <summary>Every series has its final value; sums may differ in their last digits, by the order of additions.</summary>
    private static void AssertSame(IReadOnlyDictionary<string, double> metrics, IReadOnlyDictionary<string, double> stored)
    {
        Assert.Empty(metrics.Keys.Except(stored.Keys));
        Assert.Empty(stored.Keys.Except(metrics.Keys));
        foreach ((string series, double value) in metrics)
        {
            // Of the whole process, the one counted by intervals, the other from end to end.
            if (!series.Contains("loadtool_gc_pause", StringComparison.Ordinal) && !series.Contains("loadtool_loop_cpu", StringComparison.Ordinal))
                Assert.True(Math.Abs(value - stored[series]) <= (series.Contains("_sum|", StringComparison.Ordinal) ? 1e-9 * value : 0), $"{series}: {value} in metrics.prom, {stored[series]} stored");
        }
    }

    /// <summary>The largest error of a quantile from buckets: it lies in the same bucket as the exact one.</summary>
    private static void AssertInBucket(BucketGrid grid, double expected, double actual)
    {
        int bucket = grid.BucketOf((long)Math.Round(expected * grid.Unit));
        Assert.InRange(actual, (bucket == 0 ? 0 : grid.EndOf(bucket - 1)) - 1e-9, grid.EndOf(bucket) + 1e-9);
    }

    /// <summary>The last value of each series: Prometheus takes those of a target that has gone for ended.</summary>
    private static string Last(string selector) => $"last_over_time({selector}[10m])";

    private static async Task AssertCountersAsync(JsonDocument summary, PrometheusServer server)
    {
        JsonElement root = summary.RootElement;
        Assert.Equal(root.GetProperty("messages").GetProperty("sent").GetInt64(), await server.ValueAsync($"sum({Last("loadtool_ws_messages_sent_total")})"));
        Assert.Equal(root.GetProperty("messages").GetProperty("received").GetInt64(), await server.ValueAsync($"sum({Last("loadtool_ws_messages_received_total")})"));
        Assert.Equal(root.GetProperty("bytes").GetProperty("sent").GetInt64(), await server.ValueAsync($"sum({Last("loadtool_ws_bytes_sent_total")})"));
        Assert.Equal(FullRun.Step(summary, "say \"hi\"").GetProperty("ok").GetProperty("count").GetInt64(), await server.ValueAsync(Last($"loadtool_ws_steps_total{{step=\"{Step}\",status=\"Ok\"}}")));
        Assert.Equal(FullRun.Step(summary, "join").GetProperty("fail").GetProperty("count").GetInt64(), await server.ValueAsync($"sum({Last("loadtool_ws_steps_total{step=\"join\",status!~\"Ok|Interrupted\"}")})"));
        Assert.Equal(root.GetProperty("close_codes").GetProperty("4001").GetInt64(), await server.ValueAsync(Last("loadtool_ws_closes_total{code=\"4001\",direction=\"received\"}")));
        Assert.Equal(root.GetProperty("connect").GetProperty("fail").GetProperty("count").GetInt64(), await server.ValueAsync($"sum({Last("loadtool_ws_connect_failures_total")})"));
        JsonElement kept = root.GetProperty("scenarios").EnumerateArray().Single(scenario => scenario.GetProperty("name").GetString() == "kept");
        JsonElement reconnects = kept.GetProperty("reconnects"), storm = kept.GetProperty("storms")[0];
        Assert.Equal(reconnects.GetProperty("lost").GetInt64(), await server.ValueAsync(Last("loadtool_ws_kept_connections_lost_total")));
        Assert.Equal(reconnects.GetProperty("attempts").GetInt64(), await server.ValueAsync(Last("loadtool_ws_reconnect_attempts_total")));
        Assert.Equal(reconnects.GetProperty("ok").GetProperty("count").GetInt64(), await server.ValueAsync(Last("loadtool_ws_reconnects_total{status=\"Ok\"}")));
        Assert.Equal(reconnects.GetProperty("recover").GetProperty("p99").GetDouble(), await server.ValueAsync(Last("loadtool_ws_reconnect_duration_quantile_seconds{quantile=\"0.99\"}")));
        Assert.Equal(storm.GetProperty("cut").GetInt64(), await server.ValueAsync(Last("loadtool_ws_storm_connections{storm=\"0\",state=\"cut\"}")));
        Assert.Equal(storm.GetProperty("recover").GetProperty("max").GetDouble(), await server.ValueAsync(Last("loadtool_ws_storm_recover_quantile_seconds{quantile=\"1.0\"}")));
        Assert.Equal(kept.GetProperty("connect_wait").GetProperty("p50").GetDouble(), await server.ValueAsync(Last("loadtool_ws_connect_wait_quantile_seconds{quantile=\"0.5\"}")));
        JsonElement broadcast = root.GetProperty("broadcasts")[0];
        Assert.Equal(broadcast.GetProperty("reached").GetInt64(), await server.ValueAsync(Last("loadtool_ws_broadcast_deliveries_total{result=\"reached\"}")));
    }
}
