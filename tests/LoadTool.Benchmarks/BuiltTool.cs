using System.Diagnostics;

namespace LoadTool.Benchmarks;

/// <summary>The tool as users have it, built for a bench and run from the repository's root.</summary>
internal sealed class BuiltTool
{
    private readonly string _root;
    private readonly string _assembly;

    private BuiltTool(string root) =>
        (_root, _assembly) = (root, Path.Combine(root, "src", "LoadTool.Cli", "bin", "Release", "net10.0", "LoadTool.Cli.dll"));

    internal static async Task<BuiltTool> CreateAsync()
    {
        string root = Root();
        await RunAsync(root, "build", "src/LoadTool.Cli", "-c", "Release", "-v", "q", "--nologo");
        return new BuiltTool(root);
    }

    /// <exception cref="InvalidOperationException">It did not end with 0.</exception>
    internal Task RunAsync(params string[] arguments) => RunAsync(_root, [_assembly, .. arguments]);

    private static async Task RunAsync(string folder, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}");
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LoadTool.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Run it inside the repository.");
    }
}
