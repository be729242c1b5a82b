using System.Text.Json;
using System.Text.RegularExpressions;
using LoadTool.EndToEnd.Programs;
using LoadTool.EndToEnd.Prometheus;
using LoadTool.EndToEnd.Receivers;
using LoadTool.EndToEnd.Run;
using Npgsql;

namespace LoadTool.EndToEnd.Dashboards;

/// <summary>Every query of every panel and variable, asked of what a real run was written to.</summary>
public sealed partial class DashboardQueryTests
{
    [FactWith(nameof(Programs.Program.Prometheus), nameof(Programs.Program.PostgreSql))]
    public async Task Every_query_of_every_dashboard_finds_a_run()
    {
        using WorkFolder folder = new(), written = new();
        await using PostgresServer postgres = await PostgresServer.StartAsync();
        PostgresDatabase database = await postgres.CreateDatabaseAsync("dashboards");
        await using PrometheusServer writtenTo = await PrometheusServer.StartAsync(written);
        DateTimeOffset began = TimeProvider.System.GetUtcNow();

        await using ScrapedRun run = await ScrapedRun.StartAsync(
            folder, "--tag", "testid=first", "--out", $"remote-write={writtenTo.WriteUri}", "--out-setting", "remote-write.interval=1s", "--out", $"postgres={database.Url()}");
        await run.EndAsync();
        Assert.DoesNotContain("lost data", run.Printed);

        List<string> silent = [];
        foreach (DashboardFile dashboard in DashboardFile.All)
        {
            if (dashboard.IsSql)
                silent.AddRange(await SilentAsync(dashboard, database));
            else
                silent.AddRange([.. await SilentAsync(dashboard, writtenTo, began, "written"), .. await SilentAsync(dashboard, run.Prometheus, began, "scraped")]);
        }

        Assert.True(silent.Count == 0, string.Join('\n', silent));
    }

    [GeneratedRegex(@"^label_values\((?<selector>.+), (?<label>\w+)\)$")]
    private static partial Regex LabelValues();

    [GeneratedRegex(@"\$__timeFilter\(([^)]+)\)")]
    private static partial Regex TimeFilter();

    /// <summary>Queries without an answer.</summary>
    private static async Task<IReadOnlyList<string>> SilentAsync(DashboardFile dashboard, PrometheusServer prometheus, DateTimeOffset began, string how)
    {
        List<string> silent = [];
        foreach (JsonElement variable in dashboard.Variables.Where(variable => variable.GetProperty("type").GetString() == "query"))
        {
            Match values = LabelValues().Match(Filled(variable.GetProperty("query").GetProperty("query").GetString()!));
            string selector = values.Groups["selector"].Value;
            if ((await prometheus.LabelAsync(values.Groups["label"].Value, selector)).Count == 0)
                silent.Add($"{how}: {dashboard.Name}: {variable.GetProperty("name").GetString()}");
        }

        foreach ((string panel, JsonElement target) in dashboard.Targets)
        {
            string query = Filled(target.GetProperty("expr").GetString()!);
            bool isInstant = target.TryGetProperty("instant", out JsonElement instant) && instant.GetBoolean();
            IReadOnlyList<JsonElement> answer = isInstant
                ? await prometheus.QueryAsync(query) : await prometheus.QueryAsync(query, began, TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(1));
            if (!answer.Any(HasNumber))
                silent.Add($"{how}: {panel}: {query}");
        }

        return silent;
    }

    /// <summary>As Grafana fills in what it knows; All of a variable is a regular expression.</summary>
    private static string Filled(string query)
    {
        string filled = query
            .Replace("$__rate_interval", "4s", StringComparison.Ordinal)
            .Replace("$__range", "10m", StringComparison.Ordinal)
            .Replace("$testid", "first", StringComparison.Ordinal)
            .Replace("$scenario", ".*", StringComparison.Ordinal)
            .Replace("$step", ".*", StringComparison.Ordinal);
        Assert.DoesNotContain("$", filled);
        return filled;
    }

    private static bool HasNumber(JsonElement series) => Values(series).Any(value => value != "NaN");

    private static IEnumerable<string> Values(JsonElement series)
    {
        if (series.TryGetProperty("value", out JsonElement one))
            yield return one[1].GetString()!;
        foreach (JsonElement value in series.TryGetProperty("values", out JsonElement many) ? many.EnumerateArray() : default)
            yield return value[1].GetString()!;
        foreach (JsonElement value in series.TryGetProperty("histograms", out JsonElement histograms) ? histograms.EnumerateArray() : default)
            yield return value[1].GetProperty("count").GetString()!;
    }

    private static async Task<IReadOnlyList<string>> SilentAsync(DashboardFile dashboard, PostgresDatabase database)
    {
        List<string> silent = [];
        foreach (JsonElement variable in dashboard.Variables.Where(variable => variable.GetProperty("type").GetString() == "query"))
        {
            if (await CountAsync(database, variable.GetProperty("query").GetString()!) == 0)
                silent.Add($"{dashboard.Name}: {variable.GetProperty("name").GetString()}");
        }

        foreach ((string panel, JsonElement target) in dashboard.Targets)
        {
            if (await CountAsync(database, target.GetProperty("rawSql").GetString()!) == 0)
                silent.Add(panel);
        }

        return silent;
    }

    private static async Task<int> CountAsync(PostgresDatabase database, string query)
    {
        string filled = TimeFilter().Replace(query, "$1 BETWEEN now() - interval '30 days' AND now()").Replace("$name", "'full'", StringComparison.Ordinal).Replace("$testid", "first", StringComparison.Ordinal);
        Assert.DoesNotContain("$", filled);
        await using NpgsqlConnection connection = new(database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(filled, connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        int count = 0;
        while (await reader.ReadAsync())
            count++;
        return count;
    }
}
