using System.Globalization;
using LoadTool.Analysis.Experiments;
using LoadTool.Cli.Commands;
using LoadTool.Outputs;
using LoadTool.Outputs.Stored;

namespace LoadTool.Cli.Experiments;

/// <summary>
/// Makes the runs of an experiment, one after another, each in a process and a folder of its own, so that variants share nothing but the target and the time they ran in.
/// </summary>
/// <param name="plan">What is run, in which order.</param>
/// <param name="variation">How a run becomes one of a variant.</param>
/// <param name="folder">Gets a folder for each run.</param>
/// <param name="options">Options of every run, as on its command line.</param>
/// <param name="scriptArguments">What the script sees as its arguments.</param>
internal sealed class ExperimentRun(ExperimentPlan plan, Variation variation, string folder, IReadOnlyList<string> options, IReadOnlyList<string> scriptArguments)
{
    /// <summary>Makes the folder for all runs, before any of them.</summary>
    /// <exception cref="UsageException">It cannot be made.</exception>
    internal static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--results {VisibleText.OneLine(folder)} cannot be written: {VisibleText.OneLine(error.Message)}");
        }
    }

    /// <summary>Runs all blocks, or as many as there are until it is stopped.</summary>
    /// <exception cref="UsageException">A run failed; what was run before can be judged.</exception>
    internal async Task RunAsync(Action<string> tell, CancellationToken stop)
    {
        for (int block = 0; block < plan.Blocks.Count && !stop.IsCancellationRequested; block++)
        {
            tell($"block {block + 1} of {plan.Blocks.Count}: {string.Join(", ", plan.Blocks[block].Select(plan.Variant))}");
            foreach (int value in plan.Blocks[block])
            {
                if (!stop.IsCancellationRequested)
                    await RunAsync(block, value, stop);
            }
        }
    }

    private async Task RunAsync(int block, int value, CancellationToken stop)
    {
        string results = Path.Combine(folder, ExperimentPlan.FolderOf(block, value));
        await using ChildRun run = ChildRun.Start(
        [
            plan.Script, "--quiet", "--no-color", .. options, .. variation.Arguments(value), "--results", results,

            // Of a block's runs the same, so that chance is not what they differ by.
            "--seed", (plan.Seed + block).ToString(CultureInfo.InvariantCulture), .. scriptArguments.Count > 0 ? (string[])["--", .. scriptArguments] : [],
        ]);
        await run.WaitAsync(stop);
        string? error = await run.EndAsync();
        if (!stop.IsCancellationRequested && !IsFinished(results))
            throw new UsageException($"the run of {plan.Variant(value)} in {results} failed: {error ?? "it left no results"}{(block == 0 ? "" : $"; `loadtool compare {folder}` judges the blocks before")}");
    }

    private static bool IsFinished(string results)
    {
        try
        {
            return StoredRun.Read(results).IsFinished;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
