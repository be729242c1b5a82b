using LoadTool.Metrics;

namespace LoadTool;

/// <summary>What a histogram counted, over an interval or over the whole run.</summary>
/// <param name="Name">The metric's name.</param>
/// <param name="Unit">The unit of its values, for people; may be empty.</param>
/// <param name="Values">The values.</param>
public sealed record HistogramFigures(string Name, string Unit, Histogram Values);
