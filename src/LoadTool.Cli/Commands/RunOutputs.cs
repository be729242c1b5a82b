using System.Security.Cryptography;
using System.Text;
using LoadTool.Outputs;
using LoadTool.Outputs.Catalog;
using LoadTool.Outputs.Live;
using LoadTool.Outputs.Report;

namespace LoadTool.Cli.Commands;

/// <summary>Where the results of a run go.</summary>
internal sealed class RunOutputs : IDisposable
{
    private RunOutputs(string folder, LiveOutput? live, IReadOnlyList<IOutput> all) => (Folder, Live, All) = (folder, live, all);

    /// <summary>The folder of the results.</summary>
    internal string Folder { get; }

    /// <summary>The live page, where one was asked for.</summary>
    internal LiveOutput? Live { get; }

    internal IReadOnlyList<IOutput> All { get; }

    /// <exception cref="UsageException">The results folder cannot be written to, or an output cannot be used: said before the load, not after it.</exception>
    internal static RunOutputs Create(RunRequest request)
    {
        string folder = request.Results ?? ResultsFolder.For(TimeProvider.System.GetUtcNow(), request.Name);
        RunEnvironment environment = Started(request);
        Require(request);
        FilesOutput files = CreateFiles(folder, environment);
        LiveOutput? live = null;
        try
        {
            ReportOutput report = new(ReportPage.IsAvailable ? Path.Combine(folder, ReportOutput.FileName) : null, environment);
            live = Listen(request, report);

            // The files after all that may lose data, the console last: each tells what those before it lost.
            IOutput[] github = GitHubOutput.Detect(Environment.GetEnvironmentVariable, Console.Error) is { } output ? [output] : [];
            return new RunOutputs(
                folder,
                live,
                [
                    .. OutputCatalog.Create(request.Outputs, request.OutputSettings, folder, environment), files, .. Pages(report, live), .. github,
                    ConsoleOutput.OnStandardStreams(request.IsQuiet, request.HasNoColor),
                ]);
        }
        catch (Exception error) when (error is ArgumentException or IOException or UnauthorizedAccessException)
        {
            files.Dispose();
            live?.Dispose();
            throw new UsageException(error.Message);
        }
    }

    /// <summary>Proves that results could be written, and leaves nothing behind.</summary>
    /// <exception cref="UsageException">They could not.</exception>
    internal static void Probe(RunRequest request)
    {
        Require(request);
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

    public void Dispose()
    {
        foreach (IDisposable output in All.OfType<IDisposable>())
            output.Dispose();
    }

    private static FilesOutput CreateFiles(string folder, RunEnvironment environment)
    {
        try
        {
            return FilesOutput.Create(folder, environment);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{error.Message}; choose another folder with --results");
        }
    }

    private static void Require(RunRequest request)
    {
        try
        {
            OutputCatalog.Require(request.Outputs, request.OutputSettings);
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message);
        }
    }

    /// <exception cref="IOException">The live page cannot be served.</exception>
    private static LiveOutput? Listen(RunRequest request, ReportOutput report)
    {
        if (request.Ui is null)
            return null;
        LiveOutput live = new(request.Ui, request.Name, report, TimeProvider.System);

        // Quiet or not: nobody can find the page without.
        Console.Error.WriteLine($"live page: {live.Url}");
        return live;
    }

    /// <summary>The pages, where the tool has them; where not, a word of it in their place. The live page shows what the report has collected.</summary>
    private static IOutput[] Pages(ReportOutput report, LiveOutput? live)
    {
        if (!ReportPage.IsAvailable)
        {
            Console.Error.WriteLine(ReportPage.NotAvailable);
            return [];
        }

        return live is null ? [report] : [report, live];
    }

    private static RunEnvironment Started(RunRequest request)
    {
        byte[] script = File.ReadAllBytes(request.Script);
        return new RunEnvironment(request.Script, request.ScriptArguments, Convert.ToHexStringLower(SHA256.HashData(script))) { Source = Encoding.UTF8.GetString(script) };
    }
}
