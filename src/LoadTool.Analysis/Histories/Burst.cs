namespace LoadTool.Analysis.Histories;

/// <summary>How the values above a percentile came together in time.</summary>
/// <param name="Variance">What a run's values leave open of the percentile's logarithm when those above it are taken to come as they did, some at once, and not each on its own.</param>
/// <param name="Second">When the worst of its seconds began, in seconds since the run's start.</param>
/// <param name="Share">How much of what was above came in that second, from 0 to 1.</param>
internal readonly record struct Burst(double Variance, double Second, double Share);
