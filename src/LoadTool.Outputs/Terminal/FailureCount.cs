namespace LoadTool.Outputs.Terminal;

/// <summary>
/// Failures since the run began, by status. A failed step fails its iteration as well, and an iteration fails without one too; an interval does not tell
/// which, so each scenario counts whichever is more.
/// </summary>
internal sealed class FailureCount
{
    private readonly Dictionary<(string Scenario, string Status), long> _steps = [];
    private readonly Dictionary<(string Scenario, string Status), long> _iterations = [];

    internal long Total => All.Sum(failure => failure.Count);

    /// <summary>The most frequent first.</summary>
    internal IReadOnlyList<(string Status, long Count)> ByStatus => [.. All
        .GroupBy(failure => failure.Status, (status, failures) => (status, failures.Sum(failure => failure.Count)))
        .OrderByDescending(failure => failure.Item2)
        .ThenBy(failure => failure.status, StringComparer.Ordinal)];

    internal void Add(Snapshot snapshot)
    {
        Add(_steps, snapshot.Steps);
        Add(_iterations, snapshot.Iterations);
    }

    private IEnumerable<(string Status, long Count)> All => _steps.Keys.Union(_iterations.Keys)
        .Select(key => (key.Status, Math.Max(_steps.GetValueOrDefault(key), _iterations.GetValueOrDefault(key))));

    private static void Add(Dictionary<(string, string), long> counts, IReadOnlyList<StepFigures> figures)
    {
        foreach (StepFigures step in figures)
        {
            foreach ((Outcome outcome, long count) in step.Failures)
                counts[(step.Scenario, outcome.Status)] = counts.GetValueOrDefault((step.Scenario, outcome.Status)) + count;
        }
    }
}
