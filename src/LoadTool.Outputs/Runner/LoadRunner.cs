namespace LoadTool;

/// <summary>
/// Runs scenarios from a program: a test, a file-based app (<c>dotnet run scenario.cs</c>), a console project. In a script under <c>loadtool run</c> the same calls leave
/// the run to the tool, with all of its options, and go on when it has ended.
/// </summary>
public static class LoadRunner
{
    /// <summary>Begins a run, as in NBomber: <c>LoadRunner.RegisterScenarios(scenario).Run();</c></summary>
    /// <param name="scenarios">At least one, each with its load simulations.</param>
    /// <returns>The run, to be given a folder and the like, and run.</returns>
    /// <exception cref="ArgumentException">No scenario.</exception>
    public static RegisteredRun RegisterScenarios(params Scenario[] scenarios) => new(scenarios);

    /// <summary>
    /// The whole of a program: <c>return await LoadRunner.RunAsync(args, scenario);</c>. Shows the run on the console, keeps its results in a folder, ends it in order on
    /// Ctrl-C, and tells mistakes in one line.
    /// </summary>
    /// <param name="args">
    /// <c>--target</c>, <c>--insecure</c>, <c>--vus</c>, <c>--duration</c>, <c>--iterations</c>, <c>--seed</c>, <c>--env NAME=VALUE</c>, <c>--results</c>, <c>--out name[=target]</c>, <c>--out-setting NAME=VALUE</c>, <c>--quiet</c>, with
    /// their meaning of <c>loadtool run</c>. Without a target an echo server inside this process is one.
    /// </param>
    /// <param name="scenarios">At least one, each with its load simulations.</param>
    /// <returns>The exit code for the process, one of those of <c>loadtool run</c>.</returns>
    public static Task<int> RunAsync(string[] args, params Scenario[] scenarios) => new RegisteredRun(scenarios).MainAsync(args);

    /// <summary>Runs a scenario for a test: nothing is printed and no file written but by the outputs given.</summary>
    /// <param name="scenario">The scenario, with its load simulations.</param>
    /// <param name="options">How to run it; null for one event loop against an echo server inside this process.</param>
    /// <param name="outputs">Where results go.</param>
    /// <returns>The result.</returns>
    /// <inheritdoc cref="RunAsync(IReadOnlyList{Scenario}, RunOptions?, IOutput[])" path="/exception"/>
    public static Task<RunResult> RunAsync(Scenario scenario, RunOptions? options = null, params IOutput[] outputs) => RunAsync([scenario], options, outputs);

    /// <summary>Runs scenarios together for a test: nothing is printed and no file written but by the outputs given.</summary>
    /// <param name="scenarios">At least one, each with its load simulations.</param>
    /// <param name="options">How to run them; null for one event loop against an echo server inside this process.</param>
    /// <param name="outputs">Where results go.</param>
    /// <returns>The result.</returns>
    /// <exception cref="ArgumentException">The scenarios cannot be run as they are. The message says which, and why.</exception>
    /// <exception cref="ScenarioException">A scenario's init failed; nothing was run.</exception>
    /// <exception cref="InvalidOperationException">Options or outputs were given in a script that <c>loadtool run</c> runs, which has its own.</exception>
    public static async Task<RunResult> RunAsync(IReadOnlyList<Scenario> scenarios, RunOptions? options, params IOutput[] outputs)
    {
        if (ScenarioRegistry.Current is { } script)
        {
            return options is null && outputs.Length == 0
                ? (await script.HandOverAsync(new RunWish(scenarios, ReportFolder: null, new Dictionary<string, string>()))).Result
                : throw new InvalidOperationException("Under loadtool run, options come from its command line, its config file or Options.Set: leave them out here.");
        }

        ScenarioCheck.Require(scenarios);
        using TargetLease target = await TargetLease.TakeAsync(options?.Target, options?.Engine);
        return await new LoadRun(scenarios[0].Name, scenarios, options ?? new RunOptions { Target = target.Uri }, outputs, TimeProvider.System).RunAsync(CancellationToken.None);
    }
}
