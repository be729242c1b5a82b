namespace LoadTool;

/// <summary>What a threshold's value is counted in.</summary>
public enum ThresholdUnit
{
    /// <summary>A latency in nanoseconds.</summary>
    Nanoseconds,

    /// <summary>Successes per second.</summary>
    PerSecond,

    /// <summary>Failures as a share of all attempts, from 0 to 1.</summary>
    Share,

    /// <summary>A number of successes, or of failures.</summary>
    Count,
}
