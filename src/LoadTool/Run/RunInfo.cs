namespace LoadTool;

/// <summary>What is known of a run before it begins.</summary>
/// <param name="Name">The name of the run: its script's, without extension.</param>
/// <param name="Scenarios">The scenarios, in order.</param>
/// <param name="Options">The options.</param>
/// <param name="StartedAt">When the load begins.</param>
/// <param name="PlannedDuration">How long the load is to last; not the drain after it. Null when it lasts as long as its iterations do.</param>
public sealed record RunInfo(string Name, IReadOnlyList<Scenario> Scenarios, RunOptions Options, DateTimeOffset StartedAt, TimeSpan? PlannedDuration)
{
    /// <summary>The load of each scenario in words, of a stored run, whose scenarios are names only; null where they have simulations to tell.</summary>
    internal IReadOnlyList<IReadOnlyList<string>>? StoredLoad { get; init; }
}
