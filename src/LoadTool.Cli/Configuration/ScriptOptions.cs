using System.Globalization;
using System.Runtime.CompilerServices;
using LoadTool.Cli.Commands;

namespace LoadTool.Cli.Configuration;

/// <summary>What a script says about its own run: values that go before those of a config file, and behind those of environment and command line.</summary>
public sealed class ScriptOptions
{
    private readonly Func<string, string> _display;
    private bool _isClosed;

    /// <param name="display">How messages name a file of the script.</param>
    internal ScriptOptions(Func<string, string> display) => _display = display;

    /// <summary>What was set.</summary>
    internal OptionLayer Layer { get; } = new();

    /// <summary>Sets an option, as a config file would.</summary>
    /// <param name="key">The option's key in config files, such as <c>graceful-stop</c> or <c>stages</c>.</param>
    /// <param name="value">
    /// The text that config files and the command line take; or a number, a <see cref="bool"/>, a <see cref="TimeSpan"/>, a <see cref="Uri"/>; of a
    /// list or map a sequence of texts, or one text with <c>;</c> between the items.
    /// </param>
    /// <param name="file">Filled in by the compiler: errors name it.</param>
    /// <param name="line">Filled in by the compiler: errors name it.</param>
    /// <exception cref="InvalidOperationException">The load has begun: options are set at the script's top level.</exception>
    public void Set(string key, object value, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        string place = $"{_display(file)}({line})";
        if (_isClosed)
            throw new InvalidOperationException($"Option {key} is set too late: options belong to the script's top level, which runs before the load.");
        RunOption option = RunOptionTable.Find(key)
            ?? throw new UsageException($"{place}: there is no option {key}{Nearest.Hint(key, RunOptionTable.All.Select(option => option.Key))}");
        Layer.Set(option, [.. Texts(option, value, place).Select(text => new OptionText($"{place}: {key}", text))]);
    }

    /// <summary>From here on it is too late.</summary>
    /// <exception cref="UsageException">What was set contradicts itself.</exception>
    internal void Close()
    {
        _isClosed = true;
        Layer.RequireOneLoad();
    }

    private static IEnumerable<string> Texts(RunOption option, object value, string place) => value switch
    {
        string text => option.Items(text),
        bool flag => [flag ? "true" : "false"],
        TimeSpan time => [time.TotalMilliseconds.ToString("0.####", CultureInfo.InvariantCulture) + "ms"],
        Uri uri => [uri.OriginalString],
        IEnumerable<string> texts when option.Kind is OptionKind.List or OptionKind.Map => texts,
        IFormattable number and (int or long or double or decimal) => [number.ToString(null, CultureInfo.InvariantCulture)],
        _ => throw new UsageException($"{place}: {option.Key} cannot be {(value is null ? "null" : "a " + value.GetType().Name)}: write the text that --{option.Name} takes"),
    };
}
