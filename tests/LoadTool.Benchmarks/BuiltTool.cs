using System.Diagnostics;

namespace LoadTool.Benchmarks;

/// <summary>The tool as users have it, built beside the bench and run from the repository's root.</summary>
internal static class BuiltTool
{
    /// <exception cref="InvalidOperationException">It did not end with 0.</exception>
    internal static async Task RunAsync(params string[] arguments)
    {
        string[] command = [Path.Combine(AppContext.BaseDirectory, "LoadTool.Cli.dll"), .. arguments];
        using Process process = Process.Start(new ProcessStartInfo("dotnet", command) { WorkingDirectory = Root(), RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"dotnet {string.Join(' ', command)} ended with {process.ExitCode}: {output}");
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LoadTool.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Run it inside the repository.");
    }
}
