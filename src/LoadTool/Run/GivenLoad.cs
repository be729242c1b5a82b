namespace LoadTool;

/// <summary>The load that options give in place of a scenario's own.</summary>
internal static class GivenLoad
{
    private static readonly TimeSpan DefaultDuration = TimeSpan.FromSeconds(10);

    /// <summary>The load simulation, or null when a duration alone does not say how to stretch those that the scenario has.</summary>
    /// <param name="scenario">Whose load it takes the place of.</param>
    /// <param name="users">Virtual users side by side, if they are given.</param>
    /// <param name="arrivals">Iterations started per interval, if they are given.</param>
    /// <param name="duration">How long, if that is given; as long as planned otherwise.</param>
    internal static LoadSimulation? For(Scenario scenario, int? users, (int Rate, TimeSpan Interval)? arrivals, TimeSpan? duration)
    {
        TimeSpan during = duration ?? (LoadPlan.Length(scenario.Simulations) is { Ticks: > 0 } planned ? planned : DefaultDuration);
        if (users is { } copies)
            return Simulation.KeepConstant(copies, during);
        if (arrivals is { } rate)
            return Simulation.Inject(rate.Rate, rate.Interval, during);
        return scenario.Simulations switch
        {
            [KeepConstant constant] => Simulation.KeepConstant(constant.Copies, during),
            [Inject inject] => Simulation.Inject(inject.Rate, inject.Interval, during),
            [IterationsForConstant limited] => new IterationsForConstant(limited.Copies, (int)limited.Iterations!.Value, during),
            [] => Simulation.KeepConstant(copies: 1, during),
            _ => null,
        };
    }
}
