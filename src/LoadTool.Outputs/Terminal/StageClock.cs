namespace LoadTool.Outputs.Terminal;

/// <summary>Which stage of its plan a run is in.</summary>
internal sealed class StageClock
{
    private readonly List<(TimeSpan End, string Text)> _stages = [];
    private readonly string _others;

    internal StageClock(RunInfo run)
    {
        IReadOnlyList<LoadSimulation> plan = LoadPlan.Of(run.Scenarios[0], run.Scenarios, run.Options.Seed);
        TimeSpan end = default;
        foreach ((int index, LoadSimulation simulation) in plan.Index())
        {
            end += simulation.During;
            string place = plan.Count == 1 ? "" : $"stage {index + 1} of {plan.Count}: ";
            _stages.Add((end, place + LoadText.Describe(simulation, index == 0 ? null : plan[index - 1])));
        }

        string name = VisibleText.OneLine(run.Scenarios[0].Name, maxLength: 16);
        _others = run.Scenarios.Count == 1 ? "" : $"{name}, one of {run.Scenarios.Count} scenarios: ";
    }

    /// <summary>The stage at a moment, in words; of the first scenario when there are several.</summary>
    internal string At(TimeSpan sinceStart)
    {
        foreach ((TimeSpan end, string text) in _stages)
        {
            if (sinceStart < end)
                return _others + text;
        }

        return "draining";
    }
}
