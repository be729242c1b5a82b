using System.Globalization;

namespace LoadTool.Outputs.Terminal;

/// <summary>Load simulations in words.</summary>
internal static class LoadText
{
    /// <summary>What a simulation does, in a few words.</summary>
    /// <param name="simulation">The simulation, in its place in the plan.</param>
    /// <param name="previous">The one before it, or null.</param>
    internal static string Describe(LoadSimulation simulation, LoadSimulation? previous) => simulation switch
    {
        Pause => "nothing",
        RampingConstant ramp => $"{Units.Count(ramp.CopiesAt(TimeSpan.Zero))} to {Units.Count(ramp.LastCopies)} users",
        { Iterations: { } iterations } => $"{Users(simulation)}, until {Units.Count(iterations)} iterations have run",
        { Copies: > 0 } => Users(simulation),
        RampingInject => $"{PerSecond(RateOf(previous))} to {PerSecond(RateOf(simulation))}, evenly spaced arrivals",
        InjectPoisson => $"{PerSecond(RateOf(simulation))} in the mean, Poisson arrivals",
        InjectRandom => $"{PerSecond(RateOf(simulation))} in the mean, a rate drawn for each interval",
        WeightedArrivals => $"its share by weight of {PerSecond(RateOf(simulation))} at the end",
        _ => $"{PerSecond(RateOf(simulation))}, evenly spaced arrivals",
    };

    /// <summary>All of a scenario's load, a line for each simulation, then what else decides it: equal lines are an equal load.</summary>
    internal static IEnumerable<string> Describe(Scenario scenario)
    {
        LoadSimulation? previous = null;
        foreach (LoadSimulation simulation in LoadPlan.Of(scenario, [scenario], seed: 0))
        {
            yield return $"{Describe(simulation, previous)} for {Units.Length(simulation.During)}";
            previous = simulation;
        }

        if (scenario.Weight is { } weight)
            yield return string.Create(CultureInfo.InvariantCulture, $"weight {weight}");
        if (scenario.ConnectsPerSecond is { } rate)
            yield return $"connects at {PerSecond(rate)}";
    }

    /// <summary>A planned rate: exact, where measured ones have three digits.</summary>
    internal static string PerSecond(double rate) => string.Create(CultureInfo.InvariantCulture, $"{rate:#,0.###}/s");

    private static string Users(LoadSimulation simulation) => $"{Units.Count(simulation.Copies)} {(simulation.Copies == 1 ? "user" : "users")}";

    private static double RateOf(LoadSimulation? simulation) => simulation?.LastRate is { } rate ? rate.Rate / TimeSpan.FromTicks(rate.PerTicks).TotalSeconds : 0;
}
