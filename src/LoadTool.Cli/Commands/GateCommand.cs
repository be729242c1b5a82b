using System.CommandLine;
using LoadTool.Analysis.Documents;
using LoadTool.Analysis.Gates;
using LoadTool.Analysis.Histories;

namespace LoadTool.Cli.Commands;

/// <summary><c>loadtool gate</c>: compares new runs with those before them, and says by its exit code whether they are worse.</summary>
internal static class GateCommand
{
    private static readonly Argument<string[]> News = new("result") { Description = "Results folders of the new runs.", Arity = ArgumentArity.OneOrMore };

    private static readonly Option<string[]> Baseline = new("--baseline")
    {
        Description = "What they are compared with: a results folder, a folder of such, a history, or last:N, the last N usable runs of --history. As often as wanted.",
        Required = true,
        HelpName = "runs",
    };

    private static readonly Option<string?> Past = Text("--history", "Runs before, to show where figures changed: a folder that `loadtool history` keeps, or postgres=URL of a database that `run --out postgres` fills.", "place");
    private static readonly Option<string?> Rules = Text("--rules", "A YAML file with what matters of which figures.", "file");
    private static readonly Option<string?> MinEffect = Text("--min-effect", "The least difference of latencies and rates that matters; 5% by default.", "percent");
    private static readonly Option<string?> Confidence = Text("--confidence", "That an alarm is none by chance, over all figures together; 99% by default.", "percent");
    private static readonly Option<bool> Force = new("--force") { Description = "Compare runs that are not to be trusted or are of different scripts or loads, and say so." };
    private static readonly Option<string?> Junit = Text("--junit", "Write the answer as JUnit's XML, a case for each figure.", "file");

    internal static Command Create()
    {
        Command command = new("gate", "Compare new runs with those before them: exit code 0 for no worse, 90 for worse, 93 for not enough samples, 94 for runs that must not be compared.")
        {
            News, Baseline, Past, Rules, MinEffect, Confidence, Force, Junit,
        };
        foreach (Option option in DocumentFiles.Options)
            command.Add(option);
        command.SetAction(Run);
        return command;
    }

    private static Option<string?> Text(string name, string description, string helpName) => new(name) { Description = description, HelpName = helpName };

    private static int Run(ParseResult parsed)
    {
        DocumentFiles files = DocumentFiles.Of(parsed);
        DocumentFiles.Require(Junit.Name, parsed.GetValue(Junit));
        GateRequest request = new(parsed.GetRequiredValue(News), parsed.GetRequiredValue(Baseline), parsed.GetValue(Past), SettingsOf(parsed));
        try
        {
            (GateJudgement gate, IReadOnlyList<RunDigest> history, IReadOnlyList<FigureChange> changes) = request.Judge();
            Document document = GateDocument.Of(gate, history, changes);
            Console.Write(ConsoleText.Of(document));
            files.Write(document, json => GateJson.Write(json, gate, changes));
            DocumentFiles.Write(parsed.GetValue(Junit), stream => GateJunit.Write(stream, gate));
            TellGitHub(gate, document);
            return ExitCodeOf(gate.Verdict);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return ExitCode.Fail(error.Message, ExitCode.Unusable);
        }
    }

    /// <summary>A summary that is full does not change the verdict.</summary>
    private static void TellGitHub(GateJudgement gate, Document document)
    {
        try
        {
            GateOnGitHub.Detect(Environment.GetEnvironmentVariable, Console.Error)?.Tell(gate, document);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"warning: {error.Message}");
        }
    }

    /// <summary>The command line goes before the file.</summary>
    private static GateSettings SettingsOf(ParseResult parsed)
    {
        GateSettings settings = parsed.GetValue(Rules) is { } rules ? GateRulesFile.Read(rules) : new GateSettings();
        return settings with
        {
            MinEffect = parsed.GetValue(MinEffect) is { } effect ? GateOption.MinEffect("--min-effect", effect) : settings.MinEffect,
            Confidence = parsed.GetValue(Confidence) is { } confidence ? GateOption.Confidence("--confidence", confidence) : settings.Confidence,
            IsForced = parsed.GetValue(Force),
        };
    }

    private static int ExitCodeOf(GateVerdict verdict) => verdict switch
    {
        GateVerdict.Regression => ExitCode.Regression,
        GateVerdict.NotEnoughSamples => ExitCode.CannotTell,
        GateVerdict.Invalid => ExitCode.Unusable,
        _ => ExitCode.Ok,
    };
}
