using System.Globalization;
using System.Text.Json;
using LoadTool.EndToEnd.Programs;
using LoadTool.EndToEnd.Run;
using Xunit.Sdk;

namespace LoadTool.EndToEnd.Prometheus;

/// <summary>A real Prometheus, or whatever answers its questions.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    /// <summary>Between looking for a free port and using it somebody else may take it.</summary>
    private const int Attempts = 5;

    private readonly BackgroundProgram _program;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };

    private PrometheusServer(BackgroundProgram program, Uri uri) => (_program, Uri) = (program, uri);

    internal Uri Uri { get; }

    internal Uri WriteUri => new(Uri, "/api/v1/write");

    /// <summary>Starts Prometheus, which scrapes what it is told to five times a second.</summary>
    internal static Task<PrometheusServer> StartAsync(WorkFolder folder, string? scrapes = null)
    {
        string target = scrapes is null ? "" : $"scrape_configs: [{{ job_name: loadtool, static_configs: [{{ targets: ['{scrapes}'] }}] }}]\n";
        folder.Write("prometheus.yml", $"global: {{ scrape_interval: 200ms, scrape_timeout: 200ms }}\n{target}");
        return StartAsync(folder, Programs.Program.Prometheus.Path("prometheus"), port =>
        [
            "--config.file=prometheus.yml", "--storage.tsdb.path=data", $"--web.listen-address=127.0.0.1:{port}", "--web.enable-remote-write-receiver", "--enable-feature=native-histograms",
        ]);
    }

    internal static Task<PrometheusServer> StartVictoriaMetricsAsync(WorkFolder folder) => StartAsync(folder, Programs.Program.VictoriaMetrics.Path("victoria-metrics"), port =>
    [
        $"-httpListenAddr=127.0.0.1:{port}", "-storageDataPath=data", "-retentionPeriod=100y", "-search.latencyOffset=0s", "-search.disableCache",
    ]);

    /// <summary>All series that a selector finds, with their latest values; a native histogram stands with its sum and count.</summary>
    internal async Task<IReadOnlyDictionary<string, double>> SelectAsync(string selector)
    {
        Dictionary<string, double> found = [];
        foreach (JsonElement series in await QueryAsync(selector))
        {
            Dictionary<string, string> labels = series.GetProperty("metric").EnumerateObject().Where(label => label.Name is not ("job" or "instance")).ToDictionary(label => label.Name, label => label.Value.GetString()!);
            if (series.TryGetProperty("value", out JsonElement value))
            {
                found[PrometheusLines.Key(labels)] = Number(value[1]);
                continue;
            }

            string name = labels["__name__"];
            foreach (string part in new[] { "sum", "count" })
                found[PrometheusLines.Key(labels.Where(label => label.Key != "__name__").Append(new("__name__", $"{name}_{part}")))] = Number(series.GetProperty("histogram")[1].GetProperty(part));
        }

        return found;
    }

    /// <summary>The one value of a query.</summary>
    internal async Task<double> ValueAsync(string query) => Number(Assert.Single(await QueryAsync(query)).GetProperty("value")[1]);

    /// <summary>The result of a query at this moment.</summary>
    internal async Task<IReadOnlyList<JsonElement>> QueryAsync(string query) => await AskAsync("/api/v1/query", ("query", query));

    /// <summary>The result of a query over a time. Asked one step further, for the steps are counted from the beginning: what came within the last of them would not be seen.</summary>
    internal async Task<IReadOnlyList<JsonElement>> QueryAsync(string query, DateTimeOffset from, DateTimeOffset to, TimeSpan step) => await AskAsync(
        "/api/v1/query_range", ("query", query), ("start", Seconds(from)), ("end", Seconds(to + step)), ("step", step.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)));

    /// <summary>The values of a label.</summary>
    internal async Task<IReadOnlyList<string>> LabelAsync(string label, string selector) => [.. (await GetAsync($"/api/v1/label/{label}/values?match[]={Uri.EscapeDataString(selector)}")).EnumerateArray().Select(value => value.GetString()!)];

    internal Task UntilAsync(Func<Task<bool>> isSo) => _program.UntilAsync(isSo);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _program.DisposeAsync();
    }

    private static async Task<PrometheusServer> StartAsync(WorkFolder folder, string file, Func<int, string[]> arguments)
    {
        for (int attempt = 1; ; attempt++)
        {
            int port = BackgroundProgram.FreePort();
            BackgroundProgram program = BackgroundProgram.Start(file, arguments(port), folder.Root);
            PrometheusServer server = new(program, new Uri($"http://127.0.0.1:{port}"));
            try
            {
                await program.UntilAsync(async () => (await server._http.GetAsync(new Uri(server.Uri, "/api/v1/query?query=vector(1)"))).IsSuccessStatusCode);
                return server;
            }
            catch (XunitException) when (attempt < Attempts && program.Printed.Contains("address already in use", StringComparison.Ordinal))
            {
                await server.DisposeAsync();
            }
        }
    }

    private static double Number(JsonElement text) => text.GetString() is { } number && number is not ("+Inf" or "NaN") ? double.Parse(number, CultureInfo.InvariantCulture) : double.NaN;

    private static string Seconds(DateTimeOffset moment) => (moment.ToUnixTimeMilliseconds() / 1e3).ToString("0.###", CultureInfo.InvariantCulture);

    private async Task<IReadOnlyList<JsonElement>> AskAsync(string path, params (string Name, string Value)[] parameters)
    {
        using FormUrlEncodedContent form = new(parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value)));
        using HttpResponseMessage answer = await _http.PostAsync(new Uri(Uri, path), form);
        return [.. Data(await answer.Content.ReadAsStringAsync(), parameters[0].Value).GetProperty("result").EnumerateArray()];
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using HttpResponseMessage answer = await _http.GetAsync(new Uri(Uri, path));
        return Data(await answer.Content.ReadAsStringAsync(), path);
    }

    private static JsonElement Data(string answer, string question)
    {
        JsonElement root = JsonDocument.Parse(answer).RootElement;
        Assert.True(root.GetProperty("status").GetString() == "success", $"{question}: {answer}");
        return root.GetProperty("data");
    }
}
