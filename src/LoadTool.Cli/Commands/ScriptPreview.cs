using LoadTool.Cli.Configuration;
using LoadTool.Cli.Scripting;

namespace LoadTool.Cli.Commands;

/// <summary>A script as <c>run</c> would run it, for commands that start runs of it in other processes: so that what cannot be run is told before anything is.</summary>
/// <param name="Scenarios">With all that options say of them.</param>
/// <param name="Request">All options together.</param>
/// <param name="Names">What the script names.</param>
internal sealed record ScriptPreview(IReadOnlyList<Scenario> Scenarios, RunRequest Request, IReadOnlyList<KnownName> Names)
{
    /// <param name="path">The script.</param>
    /// <param name="arguments">What it sees as its arguments.</param>
    /// <param name="commandLine">Options of the run.</param>
    /// <exception cref="UsageException">An option is wrong.</exception>
    /// <exception cref="ScriptErrorException">The script does not compile, or throws.</exception>
    internal static async Task<ScriptPreview> ReadAsync(string path, string[] arguments, OptionLayer commandLine)
    {
        RunRequest defaults = new() { Script = path, ScriptArguments = arguments };
        OptionLayer environment = EnvironmentLayer.Read(Environment.GetEnvironmentVariables(), _ => { });
        CompiledScript script = ScenarioScript.Compile(path);
        ScriptOptions options = new(new PathDisplay(path).Name);
        RunLayers layers = new(defaults, ConfigFile.Read(null, path), options.Layer, environment, commandLine);
        StartedScript started = await ScenarioScript.RunAsync(script, path, new ScriptGlobals(arguments, () => layers.Request.Environment, options));
        options.Close();
        layers.Apply(started.Scenarios, _ => { });
        return new ScriptPreview(started.Scenarios, layers.Request, script.Names);
    }
}
