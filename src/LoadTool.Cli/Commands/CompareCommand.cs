using System.CommandLine;
using System.Security.Cryptography;
using LoadTool.Analysis.Documents;
using LoadTool.Analysis.Experiments;
using LoadTool.Analysis.Gates;
using LoadTool.Cli.Configuration;
using LoadTool.Cli.Experiments;
using LoadTool.Cli.Serve;
using LoadTool.Outputs;

namespace LoadTool.Cli.Commands;

/// <summary><c>loadtool compare</c>: one script in several ways, taking turns; or runs that were stored.</summary>
internal static class CompareCommand
{
    internal const int DefaultBlocks = 10;
    private const int MaxBlocks = 999;
    private const string FileName = "comparison";

    /// <summary>Options of <c>run</c> that all runs of an experiment get.</summary>
    private static readonly string[] Passed =
        ["vus", "duration", "rate", "stages", "iterations", "max-duration", "thresholds", "target", "insecure", "sockets", "env", "tags", "engine", "loops", "graceful-stop"];

    private static readonly Argument<string[]> What = new("what") { Description = "A scenario script, with --vary; or the folder of an experiment; or two results folders, or folders of such.", Arity = new ArgumentArity(1, 2) };
    private static readonly Option<string?> Vary = new("--vary") { Description = "What differs, and how: nagle=on,off or engine, loops, target, rate and other options of run, or a parameter that the script reads as Env[\"name\"].", HelpName = "name=value,value" };
    private static readonly Option<int?> Blocks = OptionValue.Number<int>("--blocks", $"How many times each variant runs; {DefaultBlocks} by default.");
    private static readonly Option<string?> MinEffect = new("--min-effect") { Description = "The size of a difference that matters; 5% by default.", HelpName = "percent" };
    private static readonly Option<long?> Seed = OptionValue.Number<long>("--seed", "Seed of the order and of all chance; drawn, and printed, when not given.");
    private static readonly Option<string?> Results = new("--results") { Description = "Folder for all runs; results/<utc>_<name>-compare by default.", HelpName = "folder" };
    private static readonly Option<bool> Force = new("--force") { Description = "Compare runs that are not to be trusted or are of different scripts or loads, and say so." };

    internal static Command Create(string[] scriptArguments)
    {
        Command command = new("compare", "Compare variants of a run that take turns against one target, or stored runs: what differs, by how much, and whether that matters.")
        {
            What, Vary, Blocks, MinEffect, Seed, Results, Force,
        };
        foreach (Option option in DocumentFiles.Options)
            command.Add(option);
        CommandLineLayer passed = new(command, [.. Passed.Select(key => RunOptionTable.Find(key)!)]);
        command.SetAction((parsed, _) => RunAsync(parsed, passed, scriptArguments));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CommandLineLayer passed, string[] scriptArguments)
    {
        string[] what = parsed.GetRequiredValue(What);
        double? minEffect = parsed.GetValue(MinEffect) is { } effect ? GateOption.MinEffect("--min-effect", effect) : null;
        DocumentFiles files = DocumentFiles.Of(parsed);
        bool isForced = parsed.GetValue(Force);
        try
        {
            if (parsed.GetValue(Vary) is { } vary)
                return await ExperimentAsync(parsed, what, vary, minEffect, files, passed, scriptArguments);
            OptionValue.RequireAbsent(parsed, "is for runs that are still to be made: give a script and --vary, or leave it out", [Blocks, Seed, Results, .. passed.Options]);
            if (what is [var folder] && ExperimentFile.IsIn(folder))
                return Tell(ExperimentRuns.OfExperiment(folder, minEffect, isForced), minEffect ?? ExperimentFile.Read(folder).MinEffect, files);
            if (what is not [var one, var other])
                throw new UsageException(File.Exists(what[0]) ? $"compare {what[0]}: say what varies, such as --vary nagle=on,off" : $"compare needs a script with --vary, the folder of an experiment, or two results folders: {VisibleText.OneLine(what[0])} is none");
            ExperimentRuns runs = ExperimentRuns.OfFolders(one, other, minEffect ?? GateSettings.DefaultMinEffect, isForced, out string? objection);
            return objection is not null && !isForced
                ? ExitCode.Fail($"these runs must not be compared: {objection}; --force compares them all the same", ExitCode.Unusable)
                : Tell(runs, minEffect ?? GateSettings.DefaultMinEffect, files);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return ExitCode.Fail(error.Message, ExitCode.Unusable);
        }
    }

    private static async Task<int> ExperimentAsync(
        ParseResult parsed, string[] what, string vary, double? minEffect, DocumentFiles files, CommandLineLayer passed, string[] scriptArguments)
    {
        if (what is not [var script] || Directory.Exists(script))
            throw new UsageException("--vary takes one script; without it, stored runs are compared");
        int blocks = parsed.GetValue(Blocks) ?? DefaultBlocks;
        if (blocks is < 1 or > MaxBlocks)
            throw new UsageException($"--blocks {blocks}: write 1 to {MaxBlocks}");
        OptionLayer commandLine = passed.Read(parsed);
        ScriptPreview preview = await ScriptPreview.ReadAsync(script, scriptArguments, commandLine);
        Variation variation = Variation.Parse(vary, script);
        variation.RequireFree([.. passed.Again(parsed)]);
        long seed = parsed.GetValue(Seed) ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        ExperimentPlan plan = ExperimentPlan.Of(script, variation.Name, variation.Values, blocks, seed, minEffect ?? GateSettings.DefaultMinEffect);
        string folder = parsed.GetValue(Results) ?? ResultsFolder.For(TimeProvider.System.GetUtcNow(), $"{preview.Request.Name}-compare");
        if (ExperimentFile.IsIn(folder))
            throw new UsageException($"--results {folder} holds an experiment: choose another folder, or judge it again with `loadtool compare {folder}`");
        ExperimentRun.CreateFolder(folder);
        ExperimentFile.Write(folder, plan);
        using StopSignals signals = new();
        bool needsTarget = preview.Request.Target is null && variation.Name != "target";
        await using ChildTarget? target = needsTarget ? await ChildTarget.StartAsync() : null;
        string[] options = [.. passed.Again(parsed), .. target is null ? (string[])[] : ["--target", target.Uri.ToString()]];
        await new ExperimentRun(plan, variation, folder, options, scriptArguments).RunAsync(Console.Error.WriteLine, signals.Stopping);
        int code = Tell(ExperimentRuns.OfExperiment(folder, minEffect, parsed.GetValue(Force)), plan.MinEffect, files.OrIn(folder, FileName));
        Console.WriteLine($"results in {folder}, seed {seed}");
        return signals.Stopping.IsCancellationRequested ? ExitCode.Stopped : code;
    }

    private static int Tell(ExperimentRuns runs, double minEffect, DocumentFiles files)
    {
        Document document = ExperimentDocument.Of(runs.Title, runs.Results, minEffect, runs.Method, runs.Remarks);
        Console.Write(ConsoleText.Of(document));
        files.Write(document, json => ExperimentJson.Write(json, runs.Results, minEffect, runs.Remarks));
        return runs.Results.Any(result => result.TellsSomething) ? ExitCode.Ok : ExitCode.CannotTell;
    }
}
