using System.Security.Cryptography;
using LoadTool.Outputs;

namespace LoadTool.Cli.Commands;

/// <summary>Where the results of a run go.</summary>
internal sealed class RunOutputs : IDisposable
{
    private readonly FilesOutput _files;

    private RunOutputs(string folder, FilesOutput files, ConsoleOutput console)
    {
        (Folder, _files) = (folder, files);

        // The console last: it names what the others lost.
        All = [files, console];
    }

    /// <summary>The folder of the results.</summary>
    internal string Folder { get; }

    internal IReadOnlyList<IOutput> All { get; }

    /// <exception cref="UsageException">The results folder cannot be written to: said before the load, not after it.</exception>
    internal static RunOutputs Create(RunRequest request)
    {
        string folder = request.Results ?? ResultsFolder.For(TimeProvider.System.GetUtcNow(), request.Name);
        RunEnvironment environment = new(request.Script, request.ScriptArguments, HashOf(request.Script));
        try
        {
            return new RunOutputs(folder, FilesOutput.Create(folder, environment), ConsoleOutput.OnStandardStreams(request.IsQuiet, request.HasNoColor));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{error.Message}; choose another folder with --results");
        }
    }

    /// <summary>Proves that results could be written, and leaves nothing behind.</summary>
    /// <exception cref="UsageException">They could not.</exception>
    internal static void Probe(RunRequest request)
    {
        string folder = Path.GetFullPath(request.Results ?? "results"), existing = folder;
        while (!Path.Exists(existing))
            existing = Path.GetDirectoryName(existing)!;
        try
        {
            using FileStream probe = new(
                Path.Combine(existing, $".loadtool-{Environment.ProcessId}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"Results cannot be written to {folder}: {error.Message}; choose another folder with --results");
        }
    }

    public void Dispose() => _files.Dispose();

    private static string HashOf(string script) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(script)));
}
