using LoadTool.Cli.Configuration;

namespace LoadTool.Cli;

/// <summary>
/// The names of <see cref="ScriptGlobals"/> for editors, which know what a script imports but not the object it runs on. Nothing calls them: <c>loadtool run</c> compiles
/// against the object.
/// </summary>
public static class EditorGlobals
{
    /// <inheritdoc cref="ScriptGlobals.Args"/>
    public static IReadOnlyList<string> Args => throw OutsideOfRun();

#pragma warning disable IDE1006 // The compiler's own name for the arguments of a program.
    /// <inheritdoc cref="ScriptGlobals.args"/>
    public static string[] args => throw OutsideOfRun();
#pragma warning restore IDE1006

    /// <inheritdoc cref="ScriptGlobals.Env"/>
    public static IReadOnlyDictionary<string, string> Env => throw OutsideOfRun();

    /// <inheritdoc cref="ScriptGlobals.Options"/>
    public static ScriptOptions Options => throw OutsideOfRun();

    private static InvalidOperationException OutsideOfRun() => new("This script runs through `loadtool run`.");
}
