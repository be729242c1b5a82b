using LoadTool.Metrics;

namespace LoadTool;

/// <summary>The long lags of one cause, over all loops and the whole run.</summary>
/// <param name="Cause">Why loops came late.</param>
/// <param name="Lags">Each lag of ten milliseconds or more, nanoseconds.</param>
/// <param name="LongestAt">When the longest of them ended, since the run's start.</param>
public sealed record LagFigures(LagCause Cause, Histogram Lags, TimeSpan LongestAt);
