namespace LoadTool;

/// <summary>The simulations of scenarios in their places: ramps know where they begin, chance has its seed, weights have divided the load.</summary>
internal static class LoadPlan
{
    /// <summary>The plan of one scenario.</summary>
    /// <param name="scenario">One of <paramref name="scenarios"/>.</param>
    /// <param name="scenarios">All of the run: those with weights share their load.</param>
    /// <param name="seed">Of the run. Scenarios have chances of their own, those that share a load one in common.</param>
    internal static IReadOnlyList<LoadSimulation> Of(Scenario scenario, IReadOnlyList<Scenario> scenarios, long seed)
    {
        WeightShare? share = ShareOf(scenario, scenarios);
        foreach (char letter in share is null ? scenario.Name : "")
            seed = unchecked((long)SplitMix.Hash(seed, letter));
        List<LoadSimulation> plan = [];
        foreach (LoadSimulation simulation in scenario.Simulations)
        {
            seed = unchecked((long)SplitMix.Hash(seed, plan.Count));
            LoadSimulation placed = simulation.After(plan.LastOrDefault(), seed);
            plan.Add(share is { } part ? placed.PartOf(part, unchecked((long)SplitMix.Hash(seed, long.MaxValue))) : placed);
        }

        return plan;
    }

    /// <summary>How long a scenario's load lasts by its plan; null when that depends on how quick its iterations are.</summary>
    internal static TimeSpan? Length(IReadOnlyList<LoadSimulation> simulations) => simulations.Any(simulation => simulation.Iterations is not null)
        ? null
        : TimeSpan.FromTicks(simulations.Sum(simulation => simulation.During.Ticks));

    private static WeightShare? ShareOf(Scenario scenario, IReadOnlyList<Scenario> scenarios)
    {
        if (scenario.Weight is not { } weight)
            return null;
        long from = scenarios.TakeWhile(other => other != scenario).Sum(other => (long)(other.Weight ?? 0));
        long sum = scenarios.Sum(other => (long)(other.Weight ?? 0));

        // Weights that are all zero divide nothing; a run refuses them.
        return sum == 0 ? null : new WeightShare(from, from + weight, sum);
    }
}
