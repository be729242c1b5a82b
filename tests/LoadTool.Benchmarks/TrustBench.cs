using System.Globalization;
using System.Text.Json;

namespace LoadTool.Benchmarks;

/// <summary>
/// How many of many clean runs of the tool stay trusted: `scenarios/echo.csx` against its own target, one run after another. On a machine that does something
/// else meanwhile a run may rightly be called worse; the reasons say why.
/// </summary>
internal static class TrustBench
{
    private const int DefaultRuns = 50;

    /// <param name="arguments">Count of runs, 50 when not given.</param>
    /// <returns>The exit code: 0 when all were trusted.</returns>
    internal static async Task<int> RunAsync(string[] arguments)
    {
        int runs = arguments is [string text] ? int.Parse(text, CultureInfo.InvariantCulture) : DefaultRuns;
        string results = Directory.CreateTempSubdirectory("loadtool-trust-").FullName;
        Dictionary<string, int> verdicts = [];
        Console.WriteLine("run  verdict   lag p99 ms  lag max ms  CPU wait  machine busy  reasons");
        for (int run = 1; run <= runs; run++)
        {
            await BuiltTool.RunAsync("run", "scenarios/echo.csx", "--quiet", "--results", results);
            string verdict = Show(run, Path.Combine(results, "summary.json"));
            verdicts[verdict] = verdicts.GetValueOrDefault(verdict) + 1;
        }

        Directory.Delete(results, recursive: true);
        Console.WriteLine(string.Join(", ", verdicts.OrderByDescending(verdict => verdict.Value).Select(verdict => $"{verdict.Value} {verdict.Key}")));
        return verdicts.GetValueOrDefault("trusted") == runs ? 0 : 1;
    }

    private static string Show(int run, string file)
    {
        using JsonDocument summary = JsonDocument.Parse(File.ReadAllText(file));
        JsonElement trust = summary.RootElement.GetProperty("trust"), figures = trust.GetProperty("figures"), lag = figures.GetProperty("lag");
        string verdict = trust.GetProperty("verdict").GetString()!;
        double seconds = figures.GetProperty("seconds").GetDouble();
        double? wait = OrNull(figures.GetProperty("loops")[0].GetProperty("cpu_wait_seconds")) / seconds;
        IEnumerable<string?> reasons = trust.GetProperty("reasons").EnumerateArray()
            .Where(reason => reason.GetProperty("verdict").GetString() != "trusted")
            .Select(reason => reason.GetProperty("kind").GetString());
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{run,3}  {verdict,-8}{OrNull(lag.GetProperty("p99")) * 1e3,12:0.00}{OrNull(lag.GetProperty("max")) * 1e3,12:0.00}{wait,10:0.0%}{OrNull(figures.GetProperty("machine_busy_share")),14:0%}  {string.Join(", ", reasons)}"));
        return verdict;
    }

    private static double? OrNull(JsonElement element) => element.ValueKind == JsonValueKind.Null ? null : element.GetDouble();
}
