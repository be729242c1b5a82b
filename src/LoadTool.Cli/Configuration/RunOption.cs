using LoadTool.Cli.Commands;

namespace LoadTool.Cli.Configuration;

/// <summary>One option of a run. It can be given in a config file, in the script, in the environment and on the command line.</summary>
/// <param name="Name">Its name on the command line, without the dashes.</param>
/// <param name="Key">Its name in config files and scripts.</param>
/// <param name="Kind">What its value looks like.</param>
/// <param name="ValueName">What help calls its value; null for a flag.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Set">Puts what was given into a request; called with at least one text.</param>
internal sealed record RunOption(
    string Name, string Key, OptionKind Kind, string? ValueName, string Help, Func<RunRequest, IReadOnlyList<OptionText>, RunRequest> Set)
{
    /// <summary>Between the items of a list in a single text.</summary>
    internal const char Separator = ';';

    /// <summary>True for what a config file can say for each scenario apart.</summary>
    internal bool IsPerScenario { get; init; }

    /// <summary>Of an option that may stand alone, which is the text <c>true</c>: whether a word after it is its value. Null for one that always has a value, or never.</summary>
    internal Predicate<string>? TakesNext { get; init; }

    /// <summary>The option on the command line.</summary>
    internal string Switch => "--" + Name;

    /// <summary>The environment variable.</summary>
    internal string Variable => EnvironmentLayer.Prefix + Name.ToUpperInvariant().Replace('-', '_');

    internal static RunOption Text(string name, string valueName, string help, Func<RunRequest, OptionText, RunRequest> set) =>
        new(name, name, OptionKind.Text, valueName, help, (request, given) => set(request, given[0]));

    internal static RunOption Flag(string name, string help, Func<RunRequest, bool, RunRequest> set) =>
        new(name, name, OptionKind.Flag, ValueName: null, help, (request, given) => set(request, given[0].Flag()));

    internal static RunOption List(string name, string key, string valueName, string help, Func<RunRequest, IReadOnlyList<OptionText>, RunRequest> set) =>
        new(name, key, OptionKind.List, valueName, help, set);

    internal static RunOption Map(
        string name, string key, string help, Func<RunRequest, IReadOnlyDictionary<string, string>> get, Func<RunRequest, IReadOnlyDictionary<string, string>, RunRequest> set) =>
        new(name, key, OptionKind.Map, "NAME=VALUE", help, (request, given) => set(request, Merge(get(request), given)));

    /// <summary>The items of a text that stands for the whole option: in an environment variable, or in a script.</summary>
    internal IEnumerable<string> Items(string text) =>
        Kind is OptionKind.List or OptionKind.Map ? text.Split(Separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [text];

    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> lower, IReadOnlyList<OptionText> given)
    {
        Dictionary<string, string> merged = new(lower);
        foreach (OptionText item in given)
        {
            (string name, string value) = item.Pair();
            merged[name] = value;
        }

        return merged;
    }
}
