using LoadTool.Cli.Commands;

namespace LoadTool.Cli.Configuration;

/// <summary>The options that one place gives: a config file, the script, the environment or the command line.</summary>
internal sealed class OptionLayer
{
    /// <summary>What values are tried on as they come, so that a wrong one is refused where it was written.</summary>
    private static readonly RunRequest Blank = new() { Script = "", ScriptArguments = [] };

    private readonly Dictionary<RunOption, IReadOnlyList<OptionText>> _given = [];

    /// <summary>Takes a value; one taken before for the same option is forgotten.</summary>
    /// <exception cref="UsageException">It cannot be read.</exception>
    internal void Set(RunOption option, IReadOnlyList<OptionText> given)
    {
        if (given.Count == 0)
        {
            _given.Remove(option);
            return;
        }

        option.Set(Blank, given);
        _given[option] = given;
    }

    /// <summary>A request with what this place gives on top of what it holds already.</summary>
    internal RunRequest Over(RunRequest request)
    {
        foreach ((RunOption option, IReadOnlyList<OptionText> given) in _given)
            request = option.Set(request, given);
        return request;
    }

    /// <summary>A higher place decides between the ways to say what the load is; within one they contradict each other.</summary>
    /// <exception cref="UsageException">Two ways are used.</exception>
    internal void RequireOneLoad()
    {
        Refuse("vus", "rate", "the one keeps so many users running, the other starts so many iterations per second");
        Refuse("vus", "stages", "the one keeps so many users running, the other changes how many do");
        Refuse("rate", "stages", "the one starts so many iterations per second, the other says how many users run");
        Refuse("duration", "stages", "each stage says how long it lasts");
    }

    private void Refuse(string one, string other, string why)
    {
        if (Label(one) is { } first && Label(other) is { } second)
            throw new UsageException($"{first} and {second} contradict each other: {why}");
    }

    private string? Label(string key) => _given.TryGetValue(RunOptionTable.Find(key)!, out IReadOnlyList<OptionText>? given) ? given[0].Label : null;
}
