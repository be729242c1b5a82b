using LoadTool.Outputs.Catalog;

namespace LoadTool.Outputs.Figures;

/// <summary>What every figure of a run bears: its testid, and the run's tags.</summary>
internal static class RunLabels
{
    /// <summary>Labels of rows, and names that receivers keep for themselves; a tag of the run by such a name is left out.</summary>
    private static readonly HashSet<string> Taken =
    [
        "testid", "scenario", "step", "tag", "value", "phase", "direction", "code", "kind", "status", "http_status", "close_code", "check", "threshold", "metric", "unit",
        "broadcast", "loop", "storm", "time", "name",
    ];

    internal static IReadOnlyList<KeyValuePair<string, string>> Of(RunInfo run, OutputRequest request) =>
    [
        KeyValuePair.Create("testid", TestId.Of(run, request)),
        .. run.Options.Tags.Where(tag => tag is { Key.Length: > 0, Value.Length: > 0 } && !Taken.Contains(tag.Key) && !tag.Key.StartsWith('_')).OrderBy(tag => tag.Key, StringComparer.Ordinal),
    ];
}
