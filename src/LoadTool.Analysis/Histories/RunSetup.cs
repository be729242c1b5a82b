using LoadTool.Outputs;

namespace LoadTool.Analysis.Histories;

/// <summary>Which test a run was, and how it ran: what tells whether two runs may be compared.</summary>
/// <param name="Name">The run's name: its script's.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Script">A hash of everything its script consists of; null where nobody kept it.</param>
/// <param name="Arguments">What the script was given; null where nobody kept it.</param>
/// <param name="Load">Each scenario with its load, in words; empty where nobody kept it.</param>
/// <param name="Options">Everything else that may matter, by its name.</param>
internal sealed record RunSetup(string Name, long Seed, string? Script, string? Arguments, string Load, IReadOnlyDictionary<string, string> Options)
{
    private const int MostLength = 300;

    /// <summary>Why two runs are not the same test, in lines such as <c>different loads: …</c>; none when they are. What is not known of either is no conflict.</summary>
    internal static IEnumerable<string> Conflicts(RunSetup one, RunSetup other)
    {
        if (one.Script is { } script && other.Script is { } its && script != its)
            yield return $"different scripts: {Short(one)} and {Short(other)}";
        else if (one.Name != other.Name)
            yield return VisibleText.OneLine($"different scripts: {one.Name} and {other.Name}", MostLength);
        if (one.Arguments is { } arguments && other.Arguments is { } others && arguments != others)
            yield return VisibleText.OneLine($"different script arguments: {Known(arguments)} and {Known(others)}", MostLength);
        if (one.Load.Length > 0 && other.Load.Length > 0 && one.Load != other.Load)
            yield return VisibleText.OneLine($"different loads: {one.Load} and {other.Load}", MostLength);
    }

    /// <summary>What else differs, in lines such as <c>loops: 1 and 2</c>.</summary>
    internal static IEnumerable<string> Differences(RunSetup one, RunSetup other) => one.Options
        .Where(option => other.Options.TryGetValue(option.Key, out string? value) && value != option.Value)
        .Select(option => VisibleText.OneLine($"{option.Key}: {option.Value} and {other.Options[option.Key]}", MostLength));

    private static string Known(string text) => text.Length == 0 ? "none" : text;

    private static string Short(RunSetup setup) => VisibleText.OneLine($"{setup.Name} ({setup.Script![..Math.Min(12, setup.Script.Length)]})", MostLength);
}
