namespace LoadTool.Cli.Planning;

/// <summary>What one scenario is to do, moment by moment, as its load simulations say.</summary>
internal sealed class ScenarioPlan
{
    /// <param name="scenario">The scenario.</param>
    /// <param name="scenarios">All of the run.</param>
    /// <param name="seed">Of the run.</param>
    /// <param name="limit">When the load ends at the latest; null for by itself.</param>
    internal ScenarioPlan(Scenario scenario, IReadOnlyList<Scenario> scenarios, long seed, TimeSpan? limit)
    {
        Scenario = scenario;
        List<PlannedStage> stages = [];
        LoadSimulation? previous = null;
        foreach (LoadSimulation simulation in LoadPlan.Of(scenario, scenarios, seed))
        {
            TimeSpan start = stages.Count == 0 ? TimeSpan.Zero : stages[^1].End, end = start + simulation.During;
            if (start >= limit)
                break;
            stages.Add(new PlannedStage(simulation, previous, start, end > limit ? limit.Value : end));
            previous = simulation;
        }

        Stages = stages;
        IsOpenEnded = stages[^1].Simulation.Iterations is not null && limit is null;
    }

    internal Scenario Scenario { get; }

    internal IReadOnlyList<PlannedStage> Stages { get; }

    /// <summary>True when its last stage ends with its iterations, and no one knows when.</summary>
    internal bool IsOpenEnded { get; }

    /// <summary>The end of what has an end by the plan.</summary>
    internal TimeSpan Length => IsOpenEnded ? Stages[^1].Start : Stages[^1].End;

    /// <summary>Users just after a moment.</summary>
    internal int UsersFrom(TimeSpan moment) => Stages.LastOrDefault(stage => stage.Start <= moment && (moment < stage.End || IsOpenEnded))?.UsersAt(moment) ?? 0;

    /// <summary>Users just before a moment.</summary>
    internal int UsersUntil(TimeSpan moment) => Stages.FirstOrDefault(stage => stage.Start < moment && moment <= stage.End)?.UsersAt(moment) ?? 0;

    /// <summary>Arrivals between each of the moments and the next, of all stages.</summary>
    internal (double[] Counts, bool IsEstimate) ArrivalsBetween(IReadOnlyList<TimeSpan> moments)
    {
        double[] sums = new double[moments.Count - 1];
        bool isEstimate = false;
        foreach (PlannedStage stage in Stages)
        {
            (double[] counts, bool isStageEstimate) = stage.ArrivalsBetween(moments);
            isEstimate |= isStageEstimate;
            for (int i = 0; i < sums.Length; i++)
                sums[i] += counts[i];
        }

        return (sums, isEstimate);
    }
}
