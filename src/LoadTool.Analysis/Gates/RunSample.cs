namespace LoadTool.Analysis.Gates;

/// <summary>One figure of one run, as what it is compared on.</summary>
/// <param name="Value">The figure; its logarithm where ratios are compared.</param>
/// <param name="Variance">What the run's own values leave open of it, at the least: what two runs with one truth would differ by even if nothing between runs did.</param>
/// <param name="Together">The same, if values that came at once count as one event; null where nobody knows how they came.</param>
internal readonly record struct RunSample(double Value, double Variance, double? Together = null);
