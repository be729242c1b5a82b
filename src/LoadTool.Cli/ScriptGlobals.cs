namespace LoadTool.Cli;

/// <summary>What a scenario script sees by name, without saying where from.</summary>
public sealed class ScriptGlobals
{
    internal ScriptGlobals(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment) => (Args, Env) = (arguments, environment);

    /// <summary>What follows <c>--</c> on the command line.</summary>
    public IReadOnlyList<string> Args { get; }

    /// <summary>Values given with <c>--env NAME=VALUE</c>.</summary>
    public IReadOnlyDictionary<string, string> Env { get; }
}
