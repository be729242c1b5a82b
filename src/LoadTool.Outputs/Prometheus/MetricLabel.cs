namespace LoadTool.Outputs.Prometheus;

/// <summary>A label of a series.</summary>
/// <param name="Name">A valid name.</param>
/// <param name="Value">Any text.</param>
internal readonly record struct MetricLabel(string Name, string Value);
