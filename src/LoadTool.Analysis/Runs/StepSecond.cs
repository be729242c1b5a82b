using LoadTool.Metrics;

namespace LoadTool.Analysis.Runs;

/// <summary>What one step counted in one interval.</summary>
/// <param name="Ok">Successes.</param>
/// <param name="Failed">Failures.</param>
/// <param name="Latency">Of the successes from the intended moment, nanoseconds; null without any.</param>
internal readonly record struct StepSecond(long Ok, long Failed, PackedHistogram? Latency);
