namespace LoadTool;

/// <summary>What is wrong with scenarios is said before the load starts, with the scenario and its place in the script.</summary>
internal static class ScenarioCheck
{
    /// <exception cref="ArgumentException">The scenarios cannot be run.</exception>
    internal static void Require(IReadOnlyList<Scenario> scenarios)
    {
        if (scenarios.Count == 0)
            throw new ArgumentException("There is no scenario: make one with Scenario.Create(name, async user => …).");
        foreach (Scenario scenario in scenarios)
        {
            if (MistakeIn(scenario) is { } mistake)
                throw new ScenarioMistakeException(scenario, mistake);
            if (scenarios.Count(other => other.Name == scenario.Name) > 1)
                throw new ArgumentException($"Two scenarios are named \"{scenario.Name}\": results could not tell them apart.");
        }

        RequireOneLoad([.. scenarios.Where(scenario => scenario.Weight is not null)]);
    }

    private static string? MistakeIn(Scenario scenario)
    {
        IReadOnlyList<LoadSimulation> simulations = scenario.Simulations;
        if (simulations.Count == 0)
            return $"has no load{(scenario.WarmUp is null ? "" : ", so that there is nothing to warm up with")}: add .WithLoadSimulations(…), or give --vus or --rate.";
        if (LoadPlan.Length(simulations) > LoadSimulation.Longest)
            return $"lasts longer than {LoadSimulation.Longest.Days} days.";
        if (simulations.SkipLast(1).Any(simulation => simulation.Iterations is not null))
            return "has load simulations after IterationsForConstant, whose end no one knows beforehand: put it last.";
        if (LoadPlan.Of(scenario, [scenario], seed: 0).All(simulation => simulation.Copies == 0 && simulation.Arrivals == 0))
            return "starts nothing: its load simulations are pauses, and ramps from zero to zero.";
        return StormMistakeIn(scenario);
    }

    private static string? StormMistakeIn(Scenario scenario)
    {
        TimeSpan? length = LoadPlan.Length(scenario.Simulations);
        if (length is null && scenario.Storms.Any(storm => storm.IsEndless))
            return "has a storm that comes again as long as the load lasts, but nobody knows how long that is: say how many times.";
        return scenario.Storms.Sum(storm => storm.Moments(length).Take(Storm.MaxMoments + 1).Count()) > Storm.MaxMoments
            ? $"has storms at more than {Storm.MaxMoments} moments: let them come more rarely, or say how many times."
            : null;
    }

    private static void RequireOneLoad(Scenario[] weighted)
    {
        if (weighted.Length == 0)
            return;
        if (weighted.All(scenario => scenario.Weight == 0))
            throw new ScenarioMistakeException(weighted[0], "has a weight of 0, and so have all others with weights: none of them would run.");
        if (Array.Find(weighted, scenario => !scenario.Simulations.SequenceEqual(weighted[0].Simulations)) is { } other)
            throw new ScenarioMistakeException(other, $"has a weight, but not the load simulations of \"{weighted[0].Name}\": scenarios with weights share one load, so give each the same.");
    }
}
