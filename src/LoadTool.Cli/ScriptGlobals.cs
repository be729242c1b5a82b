using LoadTool.Cli.Configuration;

namespace LoadTool.Cli;

/// <summary>What a scenario script sees by name, without saying where from.</summary>
public sealed class ScriptGlobals
{
    private readonly Func<IReadOnlyDictionary<string, string>> _environment;

    /// <param name="arguments">The script's own arguments.</param>
    /// <param name="environment">Reads the values that scripts read by name: the script may still set some.</param>
    /// <param name="options">Takes what the script sets.</param>
    internal ScriptGlobals(IReadOnlyList<string> arguments, Func<IReadOnlyDictionary<string, string>> environment, ScriptOptions options) =>
        (Args, _environment, Options) = (arguments, environment, options);

    /// <summary>What follows <c>--</c> on the command line.</summary>
    public IReadOnlyList<string> Args { get; }

    /// <summary>The same under the name that programs have for it, so that one file can be both.</summary>
#pragma warning disable IDE1006 // The compiler's own name for the arguments of a program.
    public string[] args => [.. Args];
#pragma warning restore IDE1006


    /// <summary>Values given with <c>--env NAME=VALUE</c>, or under <c>env</c> in a config file.</summary>
    public IReadOnlyDictionary<string, string> Env => _environment();

    /// <summary>Sets options of the run, such as <c>Options.Set("duration", "1m")</c>. They go before a config file's, and behind those of environment and command line.</summary>
    public ScriptOptions Options { get; }
}
