using System.Reflection;
using LoadTool.Cli.Scripting;

namespace LoadTool.Cli.Commands;

/// <summary>A scenario script: what it may use without saying so, and the scenarios it makes.</summary>
internal static class ScenarioScript
{
    /// <summary>What a .NET project imports by itself, the language of scenarios, and what sockets are tuned and broken with.</summary>
    private static readonly string[] Imports =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks",
        "LoadTool", "LoadTool.Sockets",
    ];

    /// <exception cref="ScriptErrorException">It does not compile, or is not there.</exception>
    internal static CompiledScript Compile(string path)
    {
        ScriptRequest request = new(
            path,
            Imports,
            [typeof(Scenario).Assembly, typeof(Windows.Networking.Sockets.MessageWebSocket).Assembly, typeof(LoadTool.Metrics.Histogram).Assembly],
            typeof(ScriptGlobals),
            ScriptCache.DefaultFolder());
        return ScriptCompiler.Compile(request, fillCache: () => FirstCompilation.Fill(path));
    }

    /// <summary>Runs the script's top level.</summary>
    /// <returns>The scenarios it made, in order.</returns>
    /// <exception cref="ScriptErrorException">It threw, or made no scenario.</exception>
    internal static async Task<IReadOnlyList<Scenario>> RunAsync(CompiledScript script, string path, ScriptGlobals globals)
    {
        ScenarioRegistry registry = new();
        ScenarioRegistry.Current = registry;
        try
        {
            await script.RunAsync(globals);
        }
        catch (Exception error) when (error is not UsageException)
        {
            throw new ScriptErrorException(Describe(script, error));
        }
        finally
        {
            ScenarioRegistry.Current = null;
        }

        return registry.Scenarios.Count > 0
            ? registry.Scenarios
            : throw new ScriptErrorException($"{path}: error: the script defines no scenario; make one with Scenario.Create(\"name\", async user => {{ … }})");
    }

    /// <summary>What a script threw, with its place in the script.</summary>
    internal static string Describe(CompiledScript script, Exception error)
    {
        Exception cause = error is TargetInvocationException { InnerException: { } inner } ? inner : error;
        return script.DescribeException(cause) ?? $"{cause.GetType().Name}: {cause.Message}";
    }
}
