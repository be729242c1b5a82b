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

    private readonly Func<string, IEnumerable<string>> _arguments;

    private Variation(string name, IReadOnlyList<string> values, Func<string, IEnumerable<string>> arguments) => (Name, Values, _arguments) = (name, values, arguments);

    internal string Name { get; }

    /// <summary>At least two, the first being what the others are compared with.</summary>
    internal IReadOnlyList<string> Values { get; }

    /// <summary>What makes a run one of a variant, on its command line.</summary>
    internal IEnumerable<string> Arguments(int value) => _arguments(Values[value]);

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
        return new Variation(name, values, value => ["--env", $"{name}={value}"]);
    }

    private static IEnumerable<RunOption> Options => RunOptionTable.All.Where(option => option.Kind == OptionKind.Text && !Fixed.Contains(option.Name));

    private static Variation OfSockets(string name, string[] values)
    {
        foreach (string value in values)
            _ = OptionText.Sockets("--vary", new Dictionary<string, string> { [name] = value });
        return new Variation(name, values, value => ["--socket", $"{name}={value}"]);
    }

    private static Variation OfRun(RunOption option, string[] values)
    {
        foreach (string value in values)
            option.Set(new RunRequest { Script = "", ScriptArguments = [] }, [new OptionText($"--vary {option.Name}", value)]);
        return new Variation(option.Name, values, value => [option.Switch, value]);
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
