namespace LoadTool.Metrics;

/// <summary>One step of a walk through a histogram, in the terms of HdrHistogram's iterators.</summary>
/// <param name="ValueIteratedTo">The highest value of this step.</param>
/// <param name="ValueIteratedFrom">The highest value of the step before; 0 in the first.</param>
/// <param name="CountAtValue">How often a value equivalent to the walk's place was recorded.</param>
/// <param name="CountInStep">How many recorded values this step adds to those before.</param>
/// <param name="TotalCountToValue">How many recorded values this step and all before it hold.</param>
/// <param name="Percentile">The same as a percentage of all recorded values; not a number when there are none.</param>
/// <param name="PercentileIteratedTo">The percentile that a walk by percentiles asked for; elsewhere <paramref name="Percentile"/>.</param>
public readonly record struct HistogramIterationValue(
    long ValueIteratedTo,
    long ValueIteratedFrom,
    long CountAtValue,
    long CountInStep,
    long TotalCountToValue,
    double Percentile,
    double PercentileIteratedTo);
