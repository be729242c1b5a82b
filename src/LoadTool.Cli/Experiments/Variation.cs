using LoadTool.Cli.Commands;
using LoadTool.Cli.Configuration;
using LoadTool.Sockets;

namespace LoadTool.Cli.Experiments;

/// <summary>What an experiment varies: an option of <c>run</c>, a setting of every socket, or a parameter that the script reads.</summary>
internal sealed class Variation
{
    /// <summary>Options whose variation would be another experiment, or none.</summary>
    private static readonly string[] Fixed = ["threshold", "env", "tag", "socket", "seed", "results", "out", "out-setting", "ui", "require-trusted", "quiet", "no-color", "insecure"];

    private const int MaxValues = 8;

    private readonly string _option;
    private readonly bool _isNamed;

    /// <param name="name">What varies.</param>
    /// <param name="values">Its values.</param>
    /// <param name="option">The option of <c>run</c> that sets it.</param>
    /// <param name="isNamed">True where the option's value begins with the name.</param>
    private Variation(string name, IReadOnlyList<string> values, string option, bool isNamed) => (Name, Values, _option, _isNamed) = (name, values, option, isNamed);

    internal string Name { get; }

    /// <summary>At least two, the first being what the others are compared with.</summary>
    internal IReadOnlyList<string> Values { get; }

    /// <summary>What makes a run one of a variant, on its command line.</summary>
    internal IEnumerable<string> Arguments(int value) => [_option, _isNamed ? $"{Name}={Values[value]}" : Values[value]];

    /// <summary>Reads <c>name=value,value</c>.</summary>
    /// <param name="text">As it was given.</param>
    /// <param name="script">The script's path.</param>
    /// <exception cref="UsageException">It names nothing that can vary, or a value is none of its.</exception>
    internal static Variation Parse(string text, string script)
    {
        int equals = text.IndexOf('=');
        string name = equals < 0 ? text : text[..equals];
        string[] values = equals < 0 ? [] : text[(equals + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (name.Length == 0 || values.Length is < 2 or > MaxValues || values.Distinct().Count() < values.Length)
            throw new UsageException($"--vary {text}: write a name and 2 to {MaxValues} different values, such as nagle=on,off");
        if (SocketOverrides.Names.Contains(name))
            return OfSockets(name, values);
        if (Options.FirstOrDefault(option => option.Name == name) is { } found)
            return OfRun(found, values);
        RequireRead(name, script);
        return new Variation(name, values, "--env", isNamed: true);
    }

    /// <summary>What varies must not be given for all runs as well: nobody could tell which of both a run had.</summary>
    /// <param name="given">Options of all runs, as on a command line.</param>
    /// <exception cref="UsageException">It is.</exception>
    internal void RequireFree(IReadOnlyList<string> given)
    {
        if (given.Zip(given.Skip(1)).Any(pair => pair.First == _option && (!_isNamed || pair.Second.StartsWith($"{Name}=", StringComparison.Ordinal))))
            throw new UsageException($"--vary {Name} and {_option}{(_isNamed ? $" {Name}=" : "")} contradict each other: leave one out");
    }

    private static IEnumerable<RunOption> Options => RunOptionTable.All.Where(option => option.Kind == OptionKind.Text && !Fixed.Contains(option.Name));

    private static Variation OfSockets(string name, string[] values)
    {
        foreach (string value in values)
            _ = OptionText.Sockets("--vary", new Dictionary<string, string> { [name] = value });
        return new Variation(name, values, "--socket", isNamed: true);
    }

    private static Variation OfRun(RunOption option, string[] values)
    {
        foreach (string value in values)
            option.Set(new RunRequest { Script = "", ScriptArguments = [] }, [new OptionText($"--vary {option.Name}", value)]);
        return new Variation(option.Name, values, option.Switch, isNamed: false);
    }

    /// <summary>A name that nobody reads would compare a thing with itself. Where other files are loaded, they may read it.</summary>
    private static void RequireRead(string name, string script)
    {
        string source = File.ReadAllText(script);
        if (!source.Contains($"\"{name}\"", StringComparison.Ordinal) && !source.Contains("#load", StringComparison.Ordinal))
        {
            string[] known = [.. SocketOverrides.Names, .. Options.Select(option => option.Name)];
            throw new UsageException($"--vary {name}: {Path.GetFileName(script)} reads no Env[\"{name}\"], and it is none of {string.Join(", ", known)}{Nearest.Hint(name, known)}");
        }
    }
}
