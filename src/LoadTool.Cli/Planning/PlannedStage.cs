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
    internal string Describe() => LoadText.Describe(Simulation, Previous);

    private TimeSpan Clamp(TimeSpan moment) => moment < Start ? Start : moment > End ? End : moment;
}
