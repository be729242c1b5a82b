namespace LoadTool;

/// <summary>What a threshold's value is counted in.</summary>
public enum ThresholdUnit
{
    /// <summary>A latency in nanoseconds.</summary>
    Nanoseconds,

    /// <summary>Successes per second; of a counter, what it counts.</summary>
    PerSecond,

    /// <summary>Failures, or checks that held, as a share of all, from 0 to 1.</summary>
    Share,

    /// <summary>A number of successes, or of failures.</summary>
    Count,

    /// <summary>A value of one of the script's own metrics, in its unit.</summary>
    Value,

    /// <summary>The answer of a condition in code: 1 when it held, 0 when not.</summary>
    Condition,
}
