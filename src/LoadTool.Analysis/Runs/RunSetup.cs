using LoadTool.Outputs;
using LoadTool.Outputs.Files;

namespace LoadTool.Analysis.Runs;

/// <summary>Which test a run was, and how it ran: what tells whether two runs may be compared.</summary>
/// <param name="Name">The run's name.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Script">The name of its script's file; null where nobody kept it.</param>
/// <param name="ScriptHash">A hash of everything its script consists of; null where nobody kept it.</param>
/// <param name="Arguments">What the script was given; null where nobody kept it.</param>
/// <param name="Load">Each scenario with its load, in words; null where nobody kept it.</param>
/// <param name="Options">What else may matter, by its name.</param>
internal sealed record RunSetup(
    string Name, long Seed, string? Script, string? ScriptHash, string? Arguments, string? Load, IReadOnlyDictionary<string, string> Options)
{
    private const int HashLength = 12;
    private const int MostLength = 900;

    /// <summary>Of a run that was stored; what nobody kept stays unknown.</summary>
    /// <param name="run">What was known before it began.</param>
    /// <param name="environment">What started it; null when nobody said.</param>
    internal static RunSetup Of(RunInfo run, RunEnvironment? environment) => new(
        run.Name,
        run.Options.Seed,
        Path.GetFileName(environment?.ScriptPath),
        environment?.ContentHash,
        environment is null ? null : string.Join(' ', environment.Arguments),
        LoadOf(run),
        new Dictionary<string, string>
        {
            ["target"] = PublicUri.Of(run.Options.Target),
            ["engine"] = run.Options.Engine.ToString().ToLowerInvariant(),
            ["loops"] = $"{run.Options.Loops}",
            ["sockets"] = Pairs(run.Options.Sockets.Texts()),
            ["tags"] = Pairs(run.Options.Tags),
        });

    /// <summary>Why two runs are not the same test, in lines such as <c>different loads: …</c>; none when they are. What is not known of one of them is no conflict.</summary>
    internal static IReadOnlyList<string> Conflicts(RunSetup one, RunSetup other)
    {
        List<string> conflicts = [];
        if (one.ScriptHash is { } script && other.ScriptHash is { } itsScript ? script != itsScript : one.Name != other.Name)
            conflicts.Add(Line($"different scripts: {one.ScriptText} and {other.ScriptText}"));
        else if (one.Arguments is { } arguments && other.Arguments is { } itsArguments && arguments != itsArguments)
            conflicts.Add(Line($"different script arguments: {OrNone(arguments)} and {OrNone(itsArguments)}"));
        if (one.Load is { } load && other.Load is { } itsLoad && load != itsLoad)
            conflicts.Add(Line($"different loads: {load} and {itsLoad}"));
        return conflicts;
    }

    /// <summary>What else differs: options of the same test, in lines such as <c>loops: 2 and 3</c>.</summary>
    internal static IReadOnlyList<string> Differences(RunSetup one, RunSetup other) =>
    [
        .. one.Options.Where(option => other.Options.TryGetValue(option.Key, out string? value) && value != option.Value).Select(option => Line($"{option.Key}: {option.Value} and {other.Options[option.Key]}")),
    ];

    /// <summary>What of it nobody kept, as the beginning of a sentence; null when all is known.</summary>
    internal string? Unknown => (ScriptHash, Load) switch
    {
        (null, null) => "script and load are",
        (null, _) => "the script is",
        (_, null) => "the load is",
        _ => null,
    };

    /// <summary>Equal for runs of one test, as far as that is known.</summary>
    internal (string Name, string? ScriptHash, string? Arguments, string? Load) Test => (Name, ScriptHash, Arguments, Load);

    private static string Pairs(IEnumerable<KeyValuePair<string, string>> pairs) =>
        string.Join(' ', pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));

    private static string? LoadOf(RunInfo run) => run.StoredLoad is not { Count: > 0 } stored
        ? null
        : string.Join("; ", run.Scenarios.Zip(stored, (scenario, load) => $"{scenario.Name}: {string.Join(", ", load)}"))
            + (run.Options.MaxDuration is { } limit ? $", {limit.TotalSeconds:0.###} s at most" : "")
            + (run.Options.Iterations is { } iterations ? $", {iterations} iterations at most" : "");

    private string ScriptText => ScriptHash is null ? Name : $"{Script} ({ScriptHash[..Math.Min(HashLength, ScriptHash.Length)]})";

    private static string OrNone(string text) => text.Length == 0 ? "none" : text;

    private static string Line(string text) => VisibleText.OneLine(text, MostLength);
}
