using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using LoadTool.Cli.Configuration;
using LoadTool.Cli.Scripting;

namespace LoadTool.Cli.Commands;

/// <summary>The `loadtool` command line: which commands there are, and how their errors end the process.</summary>
internal static class CommandLine
{
    internal static async Task<int> RunAsync(string[] arguments)
    {
        // What follows `--` belongs to the script, whatever it looks like.
        int separator = Array.IndexOf(arguments, "--");
        string[] scriptArguments = separator < 0 ? [] : arguments[(separator + 1)..];
        string[] own = separator < 0 ? arguments : arguments[..separator];
        Command root = new("loadtool", "LoadTool drives thousands of WebSockets from a C# script and measures what they see.")
        {
            new HelpOption(),
        };

        // Making a command compiles its options' code: a run makes its own and no other.
        foreach (Command command in own is ["run", ..] ? [RunCommand.Create(scriptArguments)] : All(scriptArguments))
            root.Add(command);
        ParseResult parsed = root.Parse(CommandLineLayer.WithLoneOptions(own));
        try
        {
            if (parsed.Errors.Count > 0 || UnknownOption(parsed) is not null)
                throw new UsageException(Explain(parsed));
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (UsageException error)
        {
            return ExitCode.Fail(error.Message, ExitCode.Usage);
        }
        catch (ScriptErrorException error)
        {
            Console.Error.WriteLine(error.Message);
            return error.IsScriptMissing ? ExitCode.Usage : ExitCode.Script;
        }
    }

    private static Command[] All(string[] scriptArguments) =>
    [
        RunCommand.Create(scriptArguments),
        CheckCommand.Create(),
        NewCommand.Create(),
        ServeCommand.Create(),
        OutputsCommand.Create(),
        ReportCommand.Create(),
        CompareCommand.Create(scriptArguments),
        SoakCommand.Create(scriptArguments),
        CapacityCommand.Create(scriptArguments),
        GateCommand.Create(),
        HistoryCommand.Create(),
        LabCommand.Create(scriptArguments),
        VersionCommand.Create(),
    ];

    /// <summary>An option that is none, which the parser may have taken for the script.</summary>
    private static string? UnknownOption(ParseResult parsed) => parsed.CommandResult.Children.OfType<ArgumentResult>()
        .SelectMany(argument => argument.Tokens)
        .Select(token => token.Value)
        .Concat(parsed.UnmatchedTokens)
        .FirstOrDefault(token => token.StartsWith('-'));

    /// <summary>As it is called, from <c>loadtool</c> on.</summary>
    private static string PathOf(Symbol command) => command.Parents.FirstOrDefault() is { } parent ? $"{PathOf(parent)} {command.Name}" : command.Name;

    private static bool IsRoot(Command command) => !command.Parents.Any();

    /// <summary>The first thing wrong, in one line, with the word that was probably meant.</summary>
    private static string Explain(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string help = $"see `{PathOf(command)} --help`";
        if ((UnknownOption(parsed) ?? parsed.UnmatchedTokens.FirstOrDefault()) is { } unknown)
        {
            IEnumerable<string> known = command.Options.SelectMany(option => option.Aliases.Append(option.Name)).Concat(command.Subcommands.Select(subcommand => subcommand.Name));
            string what = unknown.StartsWith('-') ? "option" : IsRoot(command) ? "command" : "argument";
            return $"unknown {what} {unknown}{Nearest.Hint(unknown, known)} ({help})";
        }

        return $"{parsed.Errors[0].Message.TrimEnd('.')} ({help})";
    }
}
