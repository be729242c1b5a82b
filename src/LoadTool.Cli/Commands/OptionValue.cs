using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
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

    /// <summary>The option that chooses the event loop, null when not given.</summary>
    internal static Option<EngineKind?> Engine() => new("--engine")
    {
        Description = $"Event loop: epoll (Linux only) or portable; {Name(EventLoop.DefaultEngine)} by default.",
        HelpName = "name",
        CustomParser = given => Read(given, given.Tokens[0].Value),
    };

    private static EngineKind? Read(ArgumentResult given, string text)
    {
        EngineKind[] known = Enum.GetValues<EngineKind>();
        int index = Array.FindIndex(known, kind => Name(kind).Equals(text, StringComparison.OrdinalIgnoreCase));
        if (index < 0)
            return Refuse<EngineKind?>(given, $"--engine {text} is no event loop: write {string.Join(" or ", known.Select(Name))}");
        if (known[index] == EngineKind.Epoll && !OperatingSystem.IsLinux())
            return Refuse<EngineKind?>(given, "--engine epoll is not available on this system: it needs Linux; use --engine portable");
        return known[index];
    }

    private static string Name(EngineKind kind) => kind.ToString().ToLowerInvariant();

    private static T Refuse<T>(ArgumentResult given, string message)
    {
        given.AddError(message);
        return default!;
    }
}
