namespace LoadTool.Cli.Commands;

/// <summary>The load that options give takes the place of the script's own.</summary>
internal static class LoadOverride
{
    /// <exception cref="UsageException">The options contradict each other, or do not say enough for this script.</exception>
    internal static void Apply(IReadOnlyList<Scenario> scenarios, RunRequest request)
    {
        if (request.LoadLabel is not { } label)
            return;
        Scenario only = Only(scenarios, label);
        only.WithLoadSimulations(SimulationsFor(only, request, label));
    }

    /// <summary>The scenario that an option without a scenario's name is for.</summary>
    /// <exception cref="UsageException">There are several.</exception>
    internal static Scenario Only(IReadOnlyList<Scenario> scenarios, string label) => scenarios.Count == 1
        ? scenarios[0]
        : throw new UsageException($"{label} needs a script with one scenario; this one has {scenarios.Count} ({string.Join(", ", scenarios.Select(scenario => scenario.Name))})");

    private static LoadSimulation[] SimulationsFor(Scenario scenario, RunRequest request, string label) => request.Stages.Count > 0
        ? [.. request.Stages.Select(stage => Simulation.RampingConstant(stage.Users, stage.During))]
        : [SimulationFor(scenario, request, label)];

    private static LoadSimulation SimulationFor(Scenario scenario, RunRequest request, string label) =>
        GivenLoad.For(scenario, request.VirtualUsers, request.Rate, request.Duration)
        ?? throw new UsageException($"{label} alone does not say how to stretch load simulations that change: give --vus or --rate with it");
}
