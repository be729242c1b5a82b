namespace LoadTool.Metrics;

/// <summary>One line of a percentile distribution.</summary>
/// <param name="Value">The value, in the unit the file was written in.</param>
/// <param name="Percentile">The share of recorded values that are at most <paramref name="Value"/>, 0 to 1.</param>
/// <param name="TotalCount">How many recorded values are at most <paramref name="Value"/>.</param>
public readonly record struct PercentileRow(double Value, double Percentile, long TotalCount);
