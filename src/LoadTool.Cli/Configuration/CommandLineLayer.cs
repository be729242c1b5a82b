using System.CommandLine;

namespace LoadTool.Cli.Configuration;

/// <summary>The options that the command line gives. Its parser takes texts only: they are read as those of all layers are.</summary>
internal sealed class CommandLineLayer
{
    private readonly (RunOption Option, Option OnCommandLine)[] _options;

    /// <param name="command">Gets the options.</param>
    /// <param name="options">Which; null for all.</param>
    internal CommandLineLayer(Command command, IReadOnlyList<RunOption>? options = null)
    {
        _options = [.. (options ?? RunOptionTable.All).Select(option => (option, OnCommandLine(option)))];
        foreach ((_, Option option) in _options)
            command.Add(option);
    }

    /// <summary>Gives options that stand alone their value: the parser would take whatever comes next, the script most of all.</summary>
    /// <param name="arguments">Of a command line.</param>
    internal static string[] WithLoneOptions(string[] arguments)
    {
        Dictionary<string, Predicate<string>> lone = RunOptionTable.All.Where(option => option.TakesNext is not null).ToDictionary(option => option.Switch, option => option.TakesNext!);
        return [.. arguments.Select((argument, index) =>
            lone.TryGetValue(argument, out Predicate<string>? takesNext) && !(index + 1 < arguments.Length && takesNext(arguments[index + 1])) ? $"{argument}=true" : argument)];
    }

    /// <summary>Reads what was given.</summary>
    /// <exception cref="Commands.UsageException">A value cannot be read, or contradicts another.</exception>
    internal OptionLayer Read(ParseResult parsed)
    {
        OptionLayer layer = new();
        foreach ((RunOption option, Option onCommandLine) in _options)
        {
            if (parsed.GetResult(onCommandLine) is not { Implicit: false } result)
                continue;

            // A flag may stand alone.
            IEnumerable<string> texts = result.Tokens.Count == 0 ? ["true"] : result.Tokens.Select(token => token.Value);
            layer.Set(option, [.. texts.Select(text => new OptionText(option.Switch, text))]);
        }

        layer.RequireOneLoad();
        return layer;
    }

    /// <summary>The options, as the command line has them.</summary>
    internal IEnumerable<Option> Options => _options.Select(option => option.OnCommandLine);

    /// <summary>What was given, as another command line of the same options.</summary>
    internal IEnumerable<string> Again(ParseResult parsed) => _options
        .Select(option => (option.Option.Switch, Result: parsed.GetResult(option.OnCommandLine)))
        .Where(given => given.Result is { Implicit: false })
        .SelectMany(given => given.Result!.Tokens.Count == 0 ? [given.Switch] : given.Result.Tokens.SelectMany(token => new[] { given.Switch, token.Value }));

    private static Option OnCommandLine(RunOption option) => option.Kind switch
    {
        OptionKind.Text => new Option<string?>(option.Switch) { Description = option.Help, HelpName = option.ValueName },
        OptionKind.Flag => new Option<bool>(option.Switch) { Description = option.Help },
        _ => new Option<string[]>(option.Switch) { Description = option.Help + " May be repeated.", HelpName = option.ValueName, AllowMultipleArgumentsPerToken = false },
    };
}
