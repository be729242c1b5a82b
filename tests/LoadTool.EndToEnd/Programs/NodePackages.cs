namespace LoadTool.EndToEnd.Programs;

/// <summary>The npm packages of <c>tests/peers</c>, installed once per machine with npm's own client.</summary>
public static class NodePackages
{
    private static readonly Lazy<Task<string>> Installed = new(InstallAsync);

    /// <summary>The folder that holds <c>node_modules</c>; scripts in it can <c>require</c> the packages.</summary>
    public static Task<string> FolderAsync() => Installed.Value;

    private static async Task<string> InstallAsync()
    {
        string folder = Path.Combine(Repository.Root, "tests", "peers");
        string stamp = Path.Combine(folder, "node_modules", ".package-lock.json");
        if (File.Exists(stamp) && File.GetLastWriteTimeUtc(stamp) >= File.GetLastWriteTimeUtc(Path.Combine(folder, "package-lock.json")))
            return folder;
        (int exitCode, string output, string error) = await Program.RunAsync(Program.Node.Path("npm"), ["ci", "--no-audit", "--no-fund"], folder);
        return exitCode == 0 ? folder : throw new InvalidOperationException($"npm ci failed: {output}{error}");
    }
}
