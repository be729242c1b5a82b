using System.CommandLine;
using LoadTool.Analysis.Capacity;
using LoadTool.Analysis.Documents;
using LoadTool.Cli.Capacity;
using LoadTool.Cli.Configuration;
using LoadTool.Cli.Serve;

namespace LoadTool.Cli.Commands;

/// <summary><c>loadtool capacity</c>: how much a target carries before it breaks its objectives.</summary>
internal static class CapacityCommand
{
    internal static Command Create(string[] scriptArguments)
    {
        Command command = new("capacity", "Find the highest load that a target carries without breaking its objectives, and what gives way first.");
        CommandLineLayer passed = CapacityOptions.AddTo(command);
        command.SetAction(async (parsed, _) => await SearchAsync(await CapacityOptions.ReadAsync(parsed, passed, scriptArguments)));
        return command;
    }

    private static async Task<int> SearchAsync(CapacityRequest request)
    {
        using StopSignals signals = new();
        await using ChildTarget? child = request.Target is null ? await ChildTarget.StartAsync() : null;
        RunProbe probe = new(request, request.Target ?? child!.Uri, TimeProvider.System);
        try
        {
            CapacitySearch search = new(probe, request.Plan, trial => Console.Error.WriteLine(LoadWords.Of(request.Plan.Kind, trial)));
            int code = Tell(request, new CapacityReport(request.Plan, await search.RunAsync(signals.Stopping), request.Expected));
            return signals.Stopping.IsCancellationRequested ? ExitCode.Stopped : code;
        }
        catch (OperationCanceledException) when (signals.Stopping.IsCancellationRequested)
        {
            Console.Error.WriteLine($"stopped; the runs so far are in {request.Folder}");
            return ExitCode.Stopped;
        }
        catch (IOException error)
        {
            throw new UsageException(error.Message);
        }
    }

    private static int Tell(CapacityRequest request, CapacityReport report)
    {
        Document document = CapacityDocument.Of(report, Path.GetFileNameWithoutExtension(request.Script));
        Console.Write(ConsoleText.Of(document));
        Console.WriteLine($"results in {request.Folder}, seed {request.Seed}");
        request.Files.Write(document, json => new CapacityJson(json).Write(report));
        return report.Outcome switch
        {
            CapacityOutcome.Found or CapacityOutcome.AtLeast => ExitCode.Ok,
            CapacityOutcome.NotHeld => ExitCode.ThresholdCrossed,
            CapacityOutcome.GeneratorLimited => ExitCode.Unusable,
            _ => ExitCode.CannotTell,
        };
    }
}
