namespace LoadTool;

/// <summary>Whether the generator was good enough for its figures to be believed; a worse one compares greater.</summary>
public enum TrustVerdict
{
    /// <summary>The figures are the target's.</summary>
    Trusted,

    /// <summary>The generator disturbed a part of the figures, most often the largest latencies; the reasons say which.</summary>
    Degraded,

    /// <summary>The generator disturbed so much that percentiles are no longer the target's.</summary>
    Invalid,
}
