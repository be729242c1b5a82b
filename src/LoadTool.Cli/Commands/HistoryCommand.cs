using System.CommandLine;
using System.Globalization;
using System.Text;
using LoadTool.Analysis.Documents;
using LoadTool.Analysis.Gates;
using LoadTool.Analysis.Histories;
using LoadTool.Outputs;

namespace LoadTool.Cli.Commands;

/// <summary><c>loadtool history</c>: keeps what gates need of runs, as plain files in a folder.</summary>
internal static class HistoryCommand
{
    private const int MaxDays = 36_500;

    internal static Command Create() => new("history", "Keep what gates compare with: a small file for each run, in a folder that may live in git or on a share.") { Add(), List(), Prune() };

    private static Option<string> Place() => new("--history") { Description = "The folder.", Required = true, HelpName = "folder" };

    private static Command Add()
    {
        Argument<string[]> results = new("result") { Description = "Results folders.", Arity = ArgumentArity.OneOrMore };
        Option<string> place = Place();
        Command command = new("add", "Add runs; one that is there already stays as it is.") { results, place };
        command.SetAction(parsed => Guarded(() =>
        {
            string folder = HistoryPlace.RequireFolder(parsed.GetRequiredValue(place));

            // All are read before the first is added: a mistake in one adds none.
            RunDigest[] runs = [.. parsed.GetRequiredValue(results).Select(GateRuns.Read)];
            foreach (RunDigest run in runs)
            {
                string doubt = run.Doubt is { } why ? $" (gates will leave it out: it {why})" : "";
                Console.WriteLine(Add(folder, run) is { } path ? $"{run.Label}: added as {path}{doubt}" : $"{run.Label}: is there already");
            }
        }));
        return command;
    }

    /// <exception cref="IOException">It cannot be written; one line says what and where.</exception>
    private static string? Add(string folder, RunDigest run)
    {
        try
        {
            return History.Add(folder, run);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{run.Label} cannot be added to the history {VisibleText.OneLine(folder)}: {error.Message}", error);
        }
    }

    private static Command List()
    {
        Option<string> place = new("--history") { Description = "The folder, or postgres=URL.", Required = true, HelpName = "place" };
        Option<string?> rules = new("--rules") { Description = "A YAML file with what matters of which figures, as gates take it.", HelpName = "file" };
        Option<string?> page = new("--page") { Description = "Write it as a page, with a chart of each figure.", HelpName = "file" };
        Command command = new("list", "List the runs, and where their figures changed.") { place, rules, page };
        command.SetAction(parsed => Guarded(() =>
        {
            string where = parsed.GetRequiredValue(place);
            DocumentFiles.Require(page.Name, parsed.GetValue(page));
            GateSettings settings = parsed.GetValue(rules) is { } file ? GateRulesFile.Read(file) : new GateSettings();
            IReadOnlyList<RunDigest> runs = HistoryPlace.ReadExisting(where);
            Document document = HistoryDocument.Of(HistoryPlace.NameOf(where), runs, FigureChanges.Of(runs, settings), settings);
            Console.Write(ConsoleText.Of(document));
            DocumentFiles.Write(parsed.GetValue(page), stream => stream.Write(Encoding.UTF8.GetBytes(HtmlPage.Of(document))));
        }));
        return command;
    }

    private static Command Prune()
    {
        Option<string> place = Place();
        Option<int?> keep = OptionValue.Number<int>("--keep", "Keep so many of the newest runs.");
        Option<string?> olderThan = new("--older-than") { Description = "Remove only what is older than so many days, such as 90d.", HelpName = "days" };
        Command command = new("prune", "Remove old runs; with both --keep and --older-than, those that neither keeps.") { place, keep, olderThan };
        command.SetAction(parsed => Guarded(() =>
        {
            Func<int, RunDigest, bool> isKept = IsKept(parsed.GetValue(keep), parsed.GetValue(olderThan), TimeProvider.System.GetUtcNow());
            foreach (RunDigest run in History.Read(HistoryPlace.RequireExisting(parsed.GetRequiredValue(place))).Prune(isKept))
                Console.WriteLine($"{run.Label}: removed");
        }));
        return command;
    }

    /// <exception cref="UsageException">Neither says what to keep, or one is none.</exception>
    private static Func<int, RunDigest, bool> IsKept(int? keep, string? olderThan, DateTimeOffset now)
    {
        if (keep is null && olderThan is null)
            throw new UsageException("prune needs --keep or --older-than: what is to be removed?");
        if (keep is < 1)
            throw new UsageException($"--keep {keep} would keep nothing: write a number from 1 on");
        DateTimeOffset oldest = DateTimeOffset.MaxValue;
        if (olderThan is not null)
        {
            oldest = olderThan.EndsWith('d') && int.TryParse(olderThan[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int days) && days is >= 1 and <= MaxDays
                ? now - TimeSpan.FromDays(days)
                : throw new UsageException($"--older-than {olderThan} is no number of days: write one such as 90d");
        }

        return (index, run) => index < keep || run.StartedAt >= oldest;
    }

    private static int Guarded(Action work)
    {
        try
        {
            work();
            return ExitCode.Ok;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return ExitCode.Fail(error.Message, ExitCode.Unusable);
        }
    }
}
