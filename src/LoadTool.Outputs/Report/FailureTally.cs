namespace LoadTool.Outputs.Report;

/// <summary>
/// Failures of a run by status, each counted once. A failed step fails its iteration as well, an iteration fails without one too, and an interval does not tell which: of
/// each scenario and cause whichever is more so far counts, as at the end.
/// </summary>
internal sealed class FailureTally
{
    private readonly Dictionary<(string Scenario, Outcome Outcome), (long Steps, long Iterations)> _counts = [];

    /// <summary>Counts an interval.</summary>
    /// <returns>What it added, by status; nothing twice.</returns>
    internal IEnumerable<KeyValuePair<string, long>> Add(Snapshot snapshot)
    {
        Dictionary<(string Scenario, Outcome Outcome), long> before = [];
        foreach (StepFigures step in snapshot.Steps)
            Count(step, steps: 1);
        foreach (StepFigures iterations in snapshot.Iterations)
            Count(iterations, steps: 0);
        return before
            .GroupBy(count => count.Key.Outcome.Status, count => More(_counts[count.Key]) - count.Value)
            .Select(status => KeyValuePair.Create(status.Key, status.Sum()));

        void Count(StepFigures figures, int steps)
        {
            foreach ((Outcome outcome, long count) in figures.Failures)
            {
                var key = (figures.Scenario, outcome);
                (long Steps, long Iterations) counted = _counts.GetValueOrDefault(key);
                before.TryAdd(key, More(counted));
                _counts[key] = (counted.Steps + (count * steps), counted.Iterations + (count * (1 - steps)));
            }
        }
    }

    private static long More((long Steps, long Iterations) counts) => Math.Max(counts.Steps, counts.Iterations);
}
