namespace LoadTool.Cli.Scripting;

/// <summary>
/// The assemblies of .NET itself, without those of the tool: a script may bring its own versions of the libraries the tool happens to use.
/// </summary>
internal static class FrameworkAssemblies
{
    /// <summary>The full path of each, by file name without extension, ignoring case.</summary>
    public static Dictionary<string, string> Paths()
    {
        string? folder = Folder(AppContext.BaseDirectory);
        // Published with its own runtime, the tool's folder is .NET's folder too, and nothing tells the two apart.
        bool isSelfContained = Folder(typeof(object).Assembly.Location) == folder;
        Dictionary<string, string> paths = new(StringComparer.OrdinalIgnoreCase);
        foreach (string path in Trusted().Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            if (isSelfContained || Folder(path) != folder)
                paths[Path.GetFileNameWithoutExtension(path)] = path;
        }

        return paths;
    }

    /// <summary>The path of the assembly with this name, or null.</summary>
    public static string? Find(string name)
    {
        if (name.Contains('/') || name.Contains('\\') || name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
            return null;
        return Paths().GetValueOrDefault(name);
    }

    private static string Trusted() => AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "";

    private static string? Folder(string path) => Path.GetDirectoryName(path);
}
