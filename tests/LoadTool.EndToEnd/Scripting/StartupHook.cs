using LoadTool.Cli.Scripting;
using LoadTool.EndToEnd.Scripting;

/// <summary>
/// Turns this test assembly into a program that runs one script: .NET calls this class, by this name, in a process started with
/// DOTNET_STARTUP_HOOKS. Only a fresh process can show what a cached script does not load.
/// </summary>
internal static class StartupHook
{
    public const string ScriptVariable = "LOADTOOL_TEST_SCRIPT";

    public const string CacheVariable = "LOADTOOL_TEST_CACHE";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(ScriptVariable) is not { } path)
            return;
        CompiledScript script = ScriptCompiler.Compile(new(path, ["System"], [], typeof(ScriptGlobals), Environment.GetEnvironmentVariable(CacheVariable)));
        Console.WriteLine(script.RunAsync(new ScriptGlobals()).GetAwaiter().GetResult());
        Console.WriteLine(script.FromCache ? "cached" : "compiled");
        foreach (System.Reflection.Assembly assembly in AppDomain.CurrentDomain.GetAssemblies())
            Console.WriteLine(assembly.GetName().Name);
        Environment.Exit(0);
    }
}
