namespace LoadTool;

/// <summary>What thresholds are held against: the sums since the load began. Histograms are lent until the next snapshot is taken.</summary>
/// <param name="Steps">Of each step.</param>
/// <param name="Iterations">Of whole iterations, one entry per scenario.</param>
/// <param name="Elapsed">How long the load has run.</param>
internal sealed record RunFigures(IReadOnlyList<StepFigures> Steps, IReadOnlyList<StepFigures> Iterations, TimeSpan Elapsed)
{
    /// <summary>Of each check.</summary>
    internal IReadOnlyList<CheckFigures> Checks { get; init; } = [];

    /// <summary>Of steps by the values of their tags.</summary>
    internal IReadOnlyList<TaggedFigures> Tagged { get; init; } = [];

    /// <summary>Of the script's own metrics, which belong to no scenario.</summary>
    internal MetricFigures Metrics { get; init; } = MetricFigures.None;

    /// <summary>How sockets connected, of all scenarios together.</summary>
    internal ConnectFigures Connect { get; init; } = ConnectFigures.None;

    /// <summary>What has a name of its own and is no step: failures there are no errors of the scenario.</summary>
    internal IReadOnlyList<StepFigures> Others { get; init; } = [];

    /// <summary>Those of one scenario.</summary>
    internal RunFigures Of(string scenario) => this with
    {
        Steps = [.. Steps.Where(step => step.Scenario == scenario)],
        Iterations = [.. Iterations.Where(iterations => iterations.Scenario == scenario)],
        Checks = [.. Checks.Where(check => check.Scenario == scenario)],
        Tagged = [.. Tagged.Where(tagged => tagged.Figures.Scenario == scenario)],
        Others = [.. Others.Where(other => other.Scenario == scenario)],
    };
}
