using LoadTool.Outputs.Terminal;

namespace LoadTool.Cli.Planning;

/// <summary>One load simulation in its place in time.</summary>
/// <param name="Simulation">The simulation, in its place in the plan.</param>
/// <param name="Previous">The one before it, or null.</param>
/// <param name="Start">When it begins.</param>
/// <param name="End">When it ends, at the latest.</param>
internal sealed record PlannedStage(LoadSimulation Simulation, LoadSimulation? Previous, TimeSpan Start, TimeSpan End)
{
    /// <summary>Users that the plan keeps at a moment of the run; 0 outside the stage.</summary>
    internal int UsersAt(TimeSpan moment) => moment < Start || moment > End ? 0 : Simulation.CopiesAt(moment - Start);

    /// <summary>Arrivals between each of the run's moments and the next.</summary>
    internal (double[] Counts, bool IsEstimate) ArrivalsBetween(IReadOnlyList<TimeSpan> moments)
    {
        if (Simulation.Arrivals == 0)
            return (new double[moments.Count - 1], false);
        return ArrivalCurve.Between(Simulation, [.. moments.Select(moment => Clamp(moment) - Start)]);
    }

    /// <summary>What it does, in a few words.</summary>
    internal string Describe() => Simulation switch
    {
        Pause => "nothing",
        RampingConstant ramp => $"{Units.Count(ramp.CopiesAt(TimeSpan.Zero))} to {Units.Count(ramp.LastCopies)} users",
        { Iterations: { } iterations } => $"{Users}, until {Units.Count(iterations)} iterations have run",
        { Copies: > 0 } => Users,
        RampingInject => $"{PlanText.PerSecond(RateOf(Previous))} to {PlanText.PerSecond(RateOf(Simulation))}, evenly spaced arrivals",
        InjectPoisson => $"{PlanText.PerSecond(RateOf(Simulation))} in the mean, Poisson arrivals",
        InjectRandom => $"{PlanText.PerSecond(RateOf(Simulation))} in the mean, a rate drawn for each interval",
        WeightedArrivals => $"its share by weight of {PlanText.PerSecond(RateOf(Simulation))} at the end",
        _ => $"{PlanText.PerSecond(RateOf(Simulation))}, evenly spaced arrivals",
    };

    private string Users => $"{Units.Count(Simulation.Copies)} {(Simulation.Copies == 1 ? "user" : "users")}";

    private static double RateOf(LoadSimulation? simulation) => simulation?.LastRate is { } rate ? rate.Rate / TimeSpan.FromTicks(rate.PerTicks).TotalSeconds : 0;

    private TimeSpan Clamp(TimeSpan moment) => moment < Start ? Start : moment > End ? End : moment;
}
