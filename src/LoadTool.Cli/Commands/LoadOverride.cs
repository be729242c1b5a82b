namespace LoadTool.Cli.Commands;

/// <summary>The load given on the command line takes the place of the script's own.</summary>
internal static class LoadOverride
{
    private static readonly TimeSpan DefaultDuration = TimeSpan.FromSeconds(10);

    /// <exception cref="UsageException">The options contradict each other, or do not say enough for this script.</exception>
    internal static void Apply(IReadOnlyList<Scenario> scenarios, RunRequest request)
    {
        if (request is { VirtualUsers: null, Rate: null, Duration: null })
            return;
        if (request is { VirtualUsers: not null, Rate: not null })
            throw new UsageException("--vus and --rate contradict each other: --vus keeps so many users running, --rate starts so many iterations per second");
        if (scenarios.Count > 1)
            throw new UsageException($"--vus, --rate and --duration need a script with one scenario; this one has {scenarios.Count} ({string.Join(", ", scenarios.Select(scenario => scenario.Name))})");
        Scenario only = scenarios[0];
        only.WithLoadSimulations(SimulationFor(only, request));
    }

    private static LoadSimulation SimulationFor(Scenario scenario, RunRequest request)
    {
        TimeSpan during = request.Duration ?? (LoadPlan.Length(scenario.Simulations) is { Ticks: > 0 } planned ? planned : DefaultDuration);
        if (request.VirtualUsers is { } users)
            return Simulation.KeepConstant(users, during);
        if (request.Rate is { } arrivals)
            return Simulation.Inject(arrivals.Rate, arrivals.Interval, during);
        return scenario.Simulations switch
        {
            [KeepConstant constant] => Simulation.KeepConstant(constant.Copies, during),
            [Inject inject] => Simulation.Inject(inject.Rate, inject.Interval, during),
            [IterationsForConstant limited] => new IterationsForConstant(limited.Copies, (int)limited.Iterations!.Value, during),
            [] => Simulation.KeepConstant(copies: 1, during),
            _ => throw new UsageException("--duration alone does not say how to stretch several load simulations: give --vus or --rate with it"),
        };
    }
}
