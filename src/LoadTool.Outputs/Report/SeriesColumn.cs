namespace LoadTool.Outputs.Report;

/// <summary>One column of a report's time series.</summary>
/// <param name="Kind">What it counts.</param>
/// <param name="Name">Of what: a step, a status, a metric.</param>
/// <param name="Scenario">The scenario, where the kind has one; else empty.</param>
internal readonly record struct SeriesColumn(SeriesKind Kind, string Name, string Scenario = "");
