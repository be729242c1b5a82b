using System.Globalization;
using System.Text.Json;

namespace LoadTool.Benchmarks;

/// <summary>
/// How often the lab finds a difference where there is none: cells of `loadtool lab nagle --control`, whose variants are alike, on loopback. Of a hundred 95 %
/// intervals, at least 90 have to hold zero.
/// </summary>
internal static class LabBench
{
    private const int DefaultPairs = 100;
    private const int MostPerRun = 8;
    private const double LeastShare = 0.9;

    /// <param name="arguments">Count of A/A pairs, 100 when not given.</param>
    /// <returns>The exit code: 0 when of each figure's intervals enough hold zero.</returns>
    internal static async Task<int> RunAsync(string[] arguments)
    {
        int pairs = arguments is [string text] ? int.Parse(text, CultureInfo.InvariantCulture) : DefaultPairs;
        string file = Path.GetTempFileName();
        Dictionary<string, Count> counts = [];
        for (int seed = 1, left = pairs; left > 0; seed++)
        {
            await BuiltTool.RunAsync("lab", "nagle", "--control", "--sizes", "32", "--block-length", "150ms", "--seed", $"{seed}", "--json", file);
            using JsonDocument lab = JsonDocument.Parse(File.ReadAllText(file));
            JsonElement[] cells = [.. lab.RootElement.GetProperty("cells").EnumerateArray().Take(Math.Min(left, MostPerRun))];
            left -= cells.Length;
            foreach (JsonProperty figure in cells.SelectMany(cell => cell.GetProperty("figures").EnumerateObject()))
                Add(counts, figure);
        }

        File.Delete(file);
        Console.WriteLine("figure                         intervals  hold zero  better  worse");
        foreach ((string name, Count count) in counts)
            Console.WriteLine($"{name,-30} {count.Intervals,9} {count.HoldZero,10} {count.Better,7} {count.Worse,6}");
        return counts.Values.All(count => count.HoldZero >= LeastShare * count.Intervals) ? 0 : 1;
    }

    private static void Add(Dictionary<string, Count> counts, JsonProperty figure)
    {
        Count count = counts.GetValueOrDefault(figure.Name);
        if (figure.Value.GetProperty("low").ValueKind == JsonValueKind.Number)
        {
            bool holdsZero = figure.Value.GetProperty("low").GetDouble() <= 0 && figure.Value.GetProperty("high").GetDouble() >= 0;
            string? verdict = figure.Value.GetProperty("verdict").GetString();
            count = new Count(count.Intervals + 1, count.HoldZero + (holdsZero ? 1 : 0), count.Better + (verdict == "better" ? 1 : 0), count.Worse + (verdict == "worse" ? 1 : 0));
        }

        counts[figure.Name] = count;
    }

    private readonly record struct Count(int Intervals, int HoldZero, int Better, int Worse);
}
