using LoadTool.Metrics;

namespace LoadTool;

/// <summary>What figures count towards a condition.</summary>
/// <param name="Values">Latencies of successes, nanoseconds; lent as long as the figures are.</param>
/// <param name="Part">Failures, what was late or dropped, or checks that held.</param>
/// <param name="All">What <paramref name="Part"/> is a part of.</param>
internal readonly record struct ThresholdCounts(IReadOnlyList<Histogram> Values, long Part, long All);
