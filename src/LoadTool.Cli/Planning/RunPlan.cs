namespace LoadTool.Cli.Planning;

/// <summary>What a run is to do, computed from its load simulations: nothing is started for it.</summary>
internal sealed class RunPlan
{
    /// <summary>Most parts that a run's time is shown in.</summary>
    private const int MaxColumns = 60;

    /// <param name="scenarios">Checked: each has a load.</param>
    /// <param name="seed">Of the run.</param>
    /// <param name="limit">When every load ends at the latest; null for by itself.</param>
    internal RunPlan(IReadOnlyList<Scenario> scenarios, long seed, TimeSpan? limit) =>
        Scenarios = [.. scenarios.Select(scenario => new ScenarioPlan(scenario, scenarios, seed, limit))];

    internal IReadOnlyList<ScenarioPlan> Scenarios { get; }

    /// <summary>The end of what has an end by the plan.</summary>
    internal TimeSpan Length => Scenarios.Max(scenario => scenario.Length);

    /// <summary>What a part lasts: whole seconds, or a rate of few arrivals would look like bursts of many.</summary>
    internal TimeSpan Column => TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(Length.TotalSeconds / MaxColumns)));

    /// <summary>The moments between which the run's time is divided, the last one at its end or after it; none when all of it ends no one knows when.</summary>
    internal IReadOnlyList<TimeSpan> Moments => Length == TimeSpan.Zero
        ? []
        : [.. Enumerable.Range(0, (int)Math.Ceiling(Length / Column) + 1).Select(column => column * Column)];

    /// <summary>Most users side by side, of all scenarios together.</summary>
    /// <remarks>Between the ends of stages every scenario's users grow or shrink evenly, so that their sum is greatest at one of the ends, on either side of it.</remarks>
    internal long PeakUsers
    {
        get
        {
            TimeSpan[] ends = [.. Scenarios.SelectMany(scenario => scenario.Stages).SelectMany(stage => new[] { stage.Start, stage.End }).Distinct()];
            return Math.Max(
                ends.Max(end => Scenarios.Sum(scenario => (long)scenario.UsersFrom(end))),
                ends.Max(end => Scenarios.Sum(scenario => (long)scenario.UsersUntil(end))));
        }
    }

    /// <summary>Most arrivals per second, of all scenarios together, in one of the parts of the run's time.</summary>
    internal double PeakArrivalsPerSecond
    {
        get
        {
            IReadOnlyList<TimeSpan> moments = Moments;
            if (moments.Count == 0)
                return 0;
            double[][] counts = [.. Scenarios.Select(scenario => scenario.ArrivalsBetween(moments).Counts)];
            return Enumerable.Range(0, moments.Count - 1).Max(column => counts.Sum(ofScenario => ofScenario[column])) / Column.TotalSeconds;
        }
    }
}
