using System.CommandLine;
using LoadTool.Outputs;
using LoadTool.Outputs.Stored;

namespace LoadTool.Cli.Commands;

/// <summary><c>loadtool report</c>: makes of what runs left in their folders what is missing there.</summary>
internal static class ReportCommand
{
    internal static Command Create()
    {
        Argument<string[]> folders = new("folder") { Description = "A results folder, or several.", Arity = ArgumentArity.OneOrMore };
        Command command = new("report", "Write what is missing in the results of a run, most of all one that was killed.") { folders };
        command.SetAction(parsed => Report(parsed.GetRequiredValue(folders)));
        return command;
    }

    /// <exception cref="UsageException">A folder holds no run that can be read, or cannot be written to.</exception>
    private static void Report(string[] folders)
    {
        StoredRun[] runs = [.. folders.Select(Read)];
        foreach (StoredRun run in runs)
            Complete(run);
    }

    private static StoredRun Read(string folder)
    {
        try
        {
            StoredRun run = StoredRun.Read(folder);
            return run.IsGoingOn ? throw new UsageException($"the run in {folder} is still going on, or its files are open elsewhere: wait for its end") : run;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(error.Message);
        }
    }

    private static void Complete(StoredRun run)
    {
        // What shows a stored run is an output like any other: a page of one run, or of several, is replayed into here.
        using StoredFilesOutput files = new(run.Folder, run.IsFinished);
        try
        {
            RunResult result = run.Replay(files);
            if (result.Incomplete is { } incomplete)
                Console.Error.WriteLine($"note: {run.Folder}: {incomplete}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(error.Message);
        }

        Console.WriteLine(files.Written.Count == 0 ? $"{run.Folder}: nothing is missing" : $"{run.Folder}: wrote {string.Join(", ", files.Written)}");
    }
}
