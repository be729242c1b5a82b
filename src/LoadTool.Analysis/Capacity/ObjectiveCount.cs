namespace LoadTool.Analysis.Capacity;

/// <summary>What one second counts towards an objective: the objective is about the sum of the parts over the sum of the wholes.</summary>
/// <param name="Part">Such as latencies above the limit, or failures.</param>
/// <param name="Whole">Such as all latencies, or all attempts.</param>
internal readonly record struct ObjectiveCount(double Part, double Whole);
