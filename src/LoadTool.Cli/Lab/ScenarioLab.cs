using LoadTool.Analysis.Documents;
using LoadTool.Analysis.Experiments;
using LoadTool.Analysis.Lab;
using LoadTool.Cli.Commands;
using LoadTool.Cli.Experiments;
using LoadTool.Sockets;

namespace LoadTool.Cli.Lab;

/// <summary>A script's own scenario in place of the lab's cells: runs of it take turns, with Nagle's algorithm on and off whatever the script says.</summary>
/// <param name="plan">Which runs, in which order.</param>
/// <param name="folder">Where the runs go.</param>
/// <param name="ground">Where they run.</param>
internal sealed class ScenarioLab(ExperimentPlan plan, string folder, LabGround ground)
{
    private const string Name = "nagle";

    /// <summary>The plan for a script, with the algorithm off as what the other variant is compared with.</summary>
    internal static ExperimentPlan Plan(string script, int blocks, long seed, double minEffect) => ExperimentPlan.Of(script, Name, ["off", "on"], blocks, seed, minEffect);

    /// <summary>Runs all blocks, or as many as there are until it is stopped.</summary>
    /// <param name="options">Options of every run.</param>
    /// <param name="scriptArguments">What the script sees as its arguments.</param>
    /// <param name="tell">Gets a line for each block.</param>
    /// <param name="stop">Ends the run under way in order.</param>
    /// <exception cref="UsageException">A run failed.</exception>
    internal async Task RunAsync(IReadOnlyList<string> options, IReadOnlyList<string> scriptArguments, Action<string> tell, CancellationToken stop)
    {
        ExperimentFile.Write(folder, plan);
        Variation variation = Variation.Parse($"{plan.Name}={string.Join(',', plan.Values)}", plan.Script);
        ExperimentRun run = new(plan, variation, folder, ["--target", ground.Server.ToString(), .. options], scriptArguments);

        // A process begins in the network of the thread that starts it, and what awaits on a loop stays on its thread.
        using EventLoop loop = EventLoop.Create(EventLoop.DefaultEngine, TimeProvider.System, "lab");
        loop.Start();
        await loop.RunAsync(async () =>
        {
            await ground.EnterAsync();
            await run.RunAsync(tell, stop);
        });
    }

    /// <summary>What the runs in the folder say.</summary>
    /// <param name="isForced">Whether runs in doubt count too.</param>
    internal async Task<ExperimentRuns> JudgeAsync(bool isForced)
    {
        ExperimentRuns runs = ExperimentRuns.OfExperiment(folder, minEffect: null, isForced);
        return runs with { Remarks = [.. runs.Remarks, .. await ground.RemarksAsync()] };
    }

    /// <summary>For people.</summary>
    internal Document Tell(ExperimentRuns runs)
    {
        Document document = ExperimentDocument.Of($"What Nagle's algorithm does to {Path.GetFileName(plan.Script)}", runs.Results, plan.MinEffect, runs.Method, runs.Remarks);
        IReadOnlyList<string> seen = LabWords.OfScenario(runs.Results[0].Figures, ground.RoundTripSeconds);
        return document with { Parts = [new Heading("What was seen"), new Bullets(seen), .. document.Parts] };
    }
}
