namespace LoadTool;

/// <summary>Collects the scenarios that a script makes while it runs, so that a script need not hand them over.</summary>
internal sealed class ScenarioRegistry
{
    private static readonly AsyncLocal<ScenarioRegistry?> Ambient = new();

    private readonly List<Scenario> _scenarios = [];
    private readonly TaskCompletionSource<RunWish> _wished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<(RunResult Result, int ExitCode)> _ran = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The registry of the script now running, or null outside one.</summary>
    internal static ScenarioRegistry? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    internal IReadOnlyList<Scenario> Scenarios => _scenarios;

    /// <summary>What the script's names stand for, as far as it says before it runs.</summary>
    internal NameRegistry Names { get; } = new();

    /// <summary>Ends when the script asks for its run by itself; never when it does not, and all it makes is run.</summary>
    internal Task<RunWish> Wished => _wished.Task;

    internal void Add(Scenario scenario) => _scenarios.Add(scenario);

    /// <summary>Leaves the run to whoever runs the script, with all options it has.</summary>
    /// <returns>Ends with that run, and with what the process would say of it.</returns>
    /// <exception cref="InvalidOperationException">The script has asked before.</exception>
    internal Task<(RunResult Result, int ExitCode)> HandOverAsync(RunWish wish) => _wished.TrySetResult(wish)
        ? _ran.Task
        : throw new InvalidOperationException("A script runs its scenarios once: give LoadRunner all of them together.");

    /// <summary>Lets the script go on that asked for the run.</summary>
    internal void Complete(RunResult result, int exitCode) => _ran.SetResult((result, exitCode));
}
