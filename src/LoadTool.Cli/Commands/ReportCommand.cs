using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using LoadTool.Outputs;
using LoadTool.Outputs.Report;
using LoadTool.Outputs.Stored;

namespace LoadTool.Cli.Commands;

/// <summary><c>loadtool report</c>: makes of what runs left in their folders what is missing there, and one page of several.</summary>
internal static class ReportCommand
{
    internal static Command Create()
    {
        Argument<string[]> folders = new("folder") { Description = "A results folder; with several, they are compared in one page.", Arity = ArgumentArity.OneOrMore };
        Option<string> page = new("--page") { Description = "The page of several runs.", DefaultValueFactory = _ => ReportOutput.FileName, HelpName = "file" };
        Command command = new("report", "Write what is missing in the results of a run, most of all one that was killed; of several runs, also one page that compares them.") { folders, page };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(page);
            if (parsed.GetResult(page) is { Implicit: false })
                RequirePlace(path, parsed.GetRequiredValue(folders).Length);
            Report(parsed.GetRequiredValue(folders), path);
        });
        return command;
    }

    /// <exception cref="UsageException">No page is to be written, or there is no folder for it: said before the work.</exception>
    private static void RequirePlace(string page, int runs)
    {
        if (runs == 1)
            throw new UsageException($"--page {page}: it is the page of several runs; the page of one lies in its folder, {ReportOutput.FileName}");
        if (Path.GetDirectoryName(page) is { Length: > 0 } folder && !Directory.Exists(folder))
            throw new UsageException($"--page {page}: there is no folder {folder}");
        if (Directory.Exists(page))
            throw new UsageException($"--page {page}: this is a folder: name a file");
    }

    /// <exception cref="UsageException">A folder holds no run that can be read, or something cannot be written.</exception>
    private static void Report(string[] folders, string page)
    {
        StoredRun[] runs = [.. folders.Select(folder => Guarded(() => Read(folder)))];
        ReportRun[] pages = [.. runs.Select(run => Guarded(() => Complete(run))).OfType<ReportRun>()];
        if (!ReportPage.IsAvailable)
            Console.Error.WriteLine(ReportPage.NotAvailable);
        else if (runs.Length > 1)
            Console.WriteLine(Guarded(() => Compare(page, pages)));
    }

    /// <exception cref="UsageException">The run is still written.</exception>
    private static StoredRun Read(string folder)
    {
        StoredRun run = StoredRun.Read(folder);
        return run.IsGoingOn ? throw new UsageException($"the run in {folder} is still going on, or its files are open elsewhere: wait for its end") : run;
    }

    /// <summary>Shows the run to what writes its files, and after that to the page, which has the summary inside.</summary>
    /// <returns>The run for a page; null where the tool has none.</returns>
    private static ReportRun? Complete(StoredRun run)
    {
        using StoredFilesOutput files = new(run.Folder, run.IsFinished);
        string path = Path.Combine(run.Folder, ReportOutput.FileName);
        bool isPageMissing = !run.IsFinished || !File.Exists(path);
        ReportOutput? page = ReportPage.IsAvailable ? new ReportOutput(isPageMissing ? path : null, WithSource(run.Environment), run.Folder) : null;
        RunResult result = run.Replay([files, .. page is null ? (IOutput[])[] : [page]]);
        if (result.Incomplete is { } incomplete)
            Console.Error.WriteLine($"note: {run.Folder}: {incomplete}");
        string[] written = [.. files.Written, .. page is not null && isPageMissing ? (string[])[ReportOutput.FileName] : []];
        Console.WriteLine(written.Length == 0 ? $"{run.Folder}: nothing is missing" : $"{run.Folder}: wrote {string.Join(", ", written)}");
        return page?.Finished;
    }

    private static string Compare(string path, ReportRun[] runs)
    {
        ReportPage.Write(path, runs);
        return $"{path}: compares {runs.Length} runs";
    }

    /// <summary>With the script's text where the file is still the one that ran.</summary>
    private static RunEnvironment? WithSource(RunEnvironment? environment)
    {
        if (environment is null || !File.Exists(environment.ScriptPath))
            return environment;
        byte[] script = File.ReadAllBytes(environment.ScriptPath);
        return Convert.ToHexStringLower(SHA256.HashData(script)) == environment.ContentHash ? environment with { Source = Encoding.UTF8.GetString(script) } : environment;
    }

    private static T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(error.Message);
        }
    }
}
