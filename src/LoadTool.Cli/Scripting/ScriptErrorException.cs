namespace LoadTool.Cli.Scripting;

/// <summary>A mistake in a script or in what it refers to. The message is lines to print as they are: place, mistake, remedy.</summary>
internal sealed class ScriptErrorException(string message, bool isScriptMissing = false) : Exception(message)
{
    /// <summary>
    /// There was no script to compile: its path is wrong, a folder or cannot be read. A usage error rather than a script that does not compile.
    /// </summary>
    public bool IsScriptMissing => isScriptMissing;
}
