namespace LoadTool.Cli.Scripting;

/// <summary>How messages name a script's files: short where the reader stands, and always openable from there.</summary>
/// <param name="given">The script's path as the user wrote it.</param>
internal sealed class PathDisplay(string given)
{
    // Both are taken once: a script may change the current folder, and the user's shell does not follow it.
    private readonly string _script = Path.GetFullPath(given);
    private readonly string _below = Path.TrimEndingDirectorySeparator(Environment.CurrentDirectory) + Path.DirectorySeparatorChar;

    /// <summary>A full path relative to the current folder when it is below it, the script's as the user wrote it, any other in full.</summary>
    public string Name(string path)
    {
        if (path.StartsWith(_below, StringComparison.Ordinal))
            return path[_below.Length..];
        return path == _script ? given : path;
    }

    /// <summary>An error at a directive.</summary>
    public ScriptErrorException ErrorAt(string path, ScriptDirective directive, string message) => new($"{Place(path, directive)}: error: {message}");

    /// <summary><c>file(line,column)</c></summary>
    public string Place(string path, ScriptDirective directive) => $"{Name(path)}({directive.Line},{directive.Column})";
}
