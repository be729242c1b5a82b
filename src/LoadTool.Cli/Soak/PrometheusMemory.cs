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

    /// <summary>How far Prometheus itself looks back for a value.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(5);

    /// <summary>Before hours pass: it answers, and understands what it is asked.</summary>
    /// <param name="now">The present.</param>
    /// <returns>False when it knows nothing of the last minutes: a target that begins with the load is not scraped before.</returns>
    /// <exception cref="UsageException">It does not, or there are several series.</exception>
    internal async Task<bool> RequireAsync(DateTimeOffset now)
    {
        JsonElement[] series = await SeriesAsync(now - Recent, Recent);
        return series.Length <= 1 ? series.Length == 1 : throw Several(series.Length, "now");
    }

    /// <exception cref="UsageException">It does not answer, or not with one series of numbers.</exception>
    internal async Task<IReadOnlyList<MemorySample>> ReadAsync(DateTimeOffset startedAt, TimeSpan length)
    {
        JsonElement[] series = await SeriesAsync(startedAt, length);
        if (series is not [var only])
            throw Several(series.Length, "during the run");
        try
        {
            return [.. only.GetProperty("values").EnumerateArray().Select(point => new MemorySample(point[0].GetDouble() - startedAt.ToUnixTimeMilliseconds() / 1e3, Bytes(point[1].GetString()!)))];
        }
        catch (Exception error) when (IsMisread(error))
        {
            throw Stranger(error);
        }
    }

    private static double Bytes(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double bytes) && double.IsFinite(bytes)
        ? bytes
        : throw new UsageException($"--query gives {VisibleText.OneLine(text, 50)}, which is no number of bytes");

    private async Task<JsonElement[]> SeriesAsync(DateTimeOffset from, TimeSpan length)
    {
        double step = Math.Max(1, Math.Ceiling(length.TotalSeconds / MaxPoints));
        Uri uri = new(
            $"{server.ToString().TrimEnd('/')}/api/v1/query_range?query={Uri.EscapeDataString(query)}&start={Seconds(from)}&end={Seconds(from + length)}&step={step.ToString(CultureInfo.InvariantCulture)}");
        using HttpClient client = new() { Timeout = Limit };
        try
        {
            using HttpResponseMessage response = await client.GetAsync(uri);
            string body = await response.Content.ReadAsStringAsync();
            JsonElement answer = JsonElement.Parse(response.IsSuccessStatusCode || body.StartsWith('{') ? body : throw new HttpRequestException($"it says {(int)response.StatusCode}"));
            return response.IsSuccessStatusCode
                ? [.. answer.GetProperty("data").GetProperty("result").EnumerateArray()]
                : throw new UsageException($"--query: Prometheus says {VisibleText.OneLine(answer.TryGetProperty("error", out JsonElement why) ? why.ToString() : body, 300)}");
        }
        catch (Exception error) when (IsMisread(error) || error is HttpRequestException or TaskCanceledException or JsonException)
        {
            throw Stranger(error);
        }
    }

    private static bool IsMisread(Exception error) => error is KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException;

    private UsageException Stranger(Exception error) => new($"--prometheus {server} does not answer as Prometheus does: {VisibleText.OneLine(error.Message, 200)}");

    private static UsageException Several(int count, string when) =>
        new($"--query gives {count} series {when}, where one is needed: {(count == 0 ? "is it right, and was the target scraped then?" : "narrow it with labels, or sum it")}");

    private static string Seconds(DateTimeOffset moment) => (moment.ToUnixTimeMilliseconds() / 1e3).ToString("0.###", CultureInfo.InvariantCulture);
}
