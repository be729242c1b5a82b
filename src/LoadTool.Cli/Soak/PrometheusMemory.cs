using System.Globalization;
using System.Text.Json;
using LoadTool.Analysis.Soak;
using LoadTool.Cli.Commands;
using LoadTool.Outputs;

namespace LoadTool.Cli.Soak;

/// <summary>Asks Prometheus what the target held during a run (HTTP API, query_range).</summary>
/// <param name="server">Where it is, such as <c>http://127.0.0.1:9090</c>.</param>
/// <param name="query">One series of bytes, such as <c>process_resident_memory_bytes{job="chat"}</c>.</param>
internal sealed class PrometheusMemory(Uri server, string query)
{
    private const int MaxPoints = 5_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <exception cref="UsageException">It does not answer, or not with one series of numbers.</exception>
    internal async Task<IReadOnlyList<MemorySample>> ReadAsync(DateTimeOffset startedAt, TimeSpan length)
    {
        double step = Math.Max(1, Math.Ceiling(length.TotalSeconds / MaxPoints));
        Uri uri = new(
            $"{server.ToString().TrimEnd('/')}/api/v1/query_range?query={Uri.EscapeDataString(query)}&start={Seconds(startedAt)}&end={Seconds(startedAt + length)}&step={step.ToString(CultureInfo.InvariantCulture)}");
        JsonElement answer = await AskAsync(uri);
        try
        {
            JsonElement[] series = [.. answer.GetProperty("data").GetProperty("result").EnumerateArray()];
            if (series is not [var only])
                throw new UsageException($"--query gives {series.Length} series during the run, where one is needed: {(series.Length == 0 ? "is it right, and was the target scraped then?" : "narrow it with labels, or sum it")}");
            return
            [
                .. only.GetProperty("values").EnumerateArray().Select(point => new MemorySample(
                    point[0].GetDouble() - startedAt.ToUnixTimeMilliseconds() / 1e3, double.Parse(point[1].GetString()!, CultureInfo.InvariantCulture))),
            ];
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new UsageException($"--prometheus {server}: its answer is none of Prometheus: {VisibleText.OneLine(error.Message, 200)}");
        }
    }

    private async Task<JsonElement> AskAsync(Uri uri)
    {
        using HttpClient client = new() { Timeout = Limit };
        try
        {
            using HttpResponseMessage response = await client.GetAsync(uri);
            string body = await response.Content.ReadAsStringAsync();
            JsonElement answer = JsonElement.Parse(body);
            return response.IsSuccessStatusCode
                ? answer
                : throw new UsageException($"--query: Prometheus says {VisibleText.OneLine(answer.TryGetProperty("error", out JsonElement why) ? why.ToString() : body, 300)}");
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or JsonException)
        {
            throw new UsageException($"--prometheus {server} does not answer as Prometheus does: {VisibleText.OneLine(error.Message, 200)}");
        }
    }

    private static string Seconds(DateTimeOffset moment) => (moment.ToUnixTimeMilliseconds() / 1e3).ToString("0.###", CultureInfo.InvariantCulture);
}
