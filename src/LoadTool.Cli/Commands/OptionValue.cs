using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using LoadTool.Cli.Configuration;
using LoadTool.Sockets;

namespace LoadTool.Cli.Commands;

/// <summary>Options whose values are read here, so that a wrong one is refused in the user's words and not in those of .NET's types.</summary>
internal static class OptionValue
{
    /// <summary>An option that takes a whole number, null when not given.</summary>
    internal static Option<T?> Number<T>(string name, string description)
        where T : struct, IBinaryInteger<T> => new(name)
        {
            Description = description,
            HelpName = "number",
            CustomParser = given => T.TryParse(given.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out T number)
                ? number
                : Refuse<T?>(given, $"{name} {given.Tokens[0].Value} is no whole number"),
        };

    /// <summary>The option that chooses the event loop.</summary>
    internal static Option<string?> Engine() => new("--engine")
    {
        Description = $"Event loop: epoll (Linux only) or portable; {OptionText.NameOf(EventLoop.DefaultEngine)} by default.",
        HelpName = "name",
    };

    /// <summary>Refuses options that would be ignored.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="why">Follows the option's name.</param>
    /// <param name="options">Those that must not be given.</param>
    /// <exception cref="UsageException">One was.</exception>
    internal static void RequireAbsent(ParseResult parsed, string why, params IEnumerable<Option> options)
    {
        if (options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given)
            throw new UsageException($"{given.Name} {why}");
    }

    private static T Refuse<T>(ArgumentResult given, string message)
    {
        given.AddError(message);
        return default!;
    }
}
