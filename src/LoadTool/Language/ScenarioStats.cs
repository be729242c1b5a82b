namespace LoadTool;

/// <summary>A scenario's figures since the load began, for a <see cref="Threshold"/> in code. Its own are those of whole iterations, as in NBomber. Valid during the call only.</summary>
public sealed class ScenarioStats
{
    private readonly StepStats _iterations;

    internal ScenarioStats(RunFigures figures)
    {
        _iterations = new StepStats(figures.Iterations[0], figures.Elapsed);
        Duration = figures.Elapsed;
        StepStats = new StatsByName<StepStats>([.. figures.Steps.Select(step => new StepStats(step, figures.Elapsed))], step => step.StepName);
        ScenarioName = figures.Iterations[0].Scenario;
    }

    /// <summary>The scenario.</summary>
    public string ScenarioName { get; }

    /// <summary>How long the load has run.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Iterations that succeeded.</summary>
    public OkStats Ok => _iterations.Ok;

    /// <summary>Iterations that failed.</summary>
    public FailStats Fail => _iterations.Fail;

    /// <summary>Iterations that succeeded or failed.</summary>
    public long AllRequestCount => _iterations.AllRequestCount;

    /// <summary>Its steps.</summary>
    public StatsByName<StepStats> StepStats { get; }
}
