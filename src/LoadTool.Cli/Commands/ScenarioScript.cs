using System.Reflection;
using LoadTool.Cli.Scripting;

namespace LoadTool.Cli.Commands;

/// <summary>A scenario script: what it may use without saying so, and the scenarios it makes.</summary>
internal static class ScenarioScript
{
    /// <summary>What a .NET project imports by itself, the language of scenarios, and what sockets are tuned and broken with.</summary>
    internal static readonly string[] Imports =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks",
        "LoadTool", "LoadTool.Sockets",
    ];

    /// <summary>The libraries that a script sees without saying so.</summary>
    internal static IReadOnlyList<Assembly> References { get; } =
        [typeof(Scenario).Assembly, typeof(LoadRunner).Assembly, typeof(Windows.Networking.Sockets.MessageWebSocket).Assembly, typeof(LoadTool.Metrics.Histogram).Assembly];

    /// <param name="path">The script.</param>
    /// <param name="isDebug">Compile it for a debugger, and not from the cache: the code that runs is then the code that is read.</param>
    /// <exception cref="ScriptErrorException">It does not compile, or is not there.</exception>
    internal static CompiledScript Compile(string path, bool isDebug = false)
    {
        ScriptRequest request = new(path, Imports, References, typeof(ScriptGlobals), isDebug ? null : ScriptCache.DefaultFolder()) { IsDebug = isDebug };
        return ScriptCompiler.Compile(request, fillCache: () => FirstCompilation.Fill(path));
    }

    /// <summary>Runs the script's top level, to its end or until it asks for its run.</summary>
    /// <returns>The script, with the scenarios to run.</returns>
    /// <exception cref="ScriptErrorException">It threw, or made no scenario.</exception>
    internal static async Task<StartedScript> RunAsync(CompiledScript script, string path, ScriptGlobals globals)
    {
        ScenarioRegistry registry = new();
        ScenarioRegistry.Current = registry;
        StartedScript started;
        try
        {
            // On a thread of its own: LoadRunner's Run() waits on it until the load has ended.
            started = new StartedScript(Task.Run(() => script.RunAsync(globals)), registry, error => Describe(script, error));
        }
        finally
        {
            ScenarioRegistry.Current = null;
        }

        await started.UntilReadyAsync(globals.Options);
        return started.Scenarios.Count > 0
            ? started
            : throw new ScriptErrorException($"{path}: error: the script defines no scenario; make one with Scenario.Create(\"name\", async user => {{ … }})");
    }

    /// <summary>What a script threw, with its place in the script.</summary>
    internal static string Describe(CompiledScript script, Exception error)
    {
        Exception cause = error is TargetInvocationException { InnerException: { } inner } ? inner : error;
        return script.DescribeException(cause) ?? $"{cause.GetType().Name}: {cause.Message}";
    }
}
