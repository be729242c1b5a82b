namespace LoadTool.Outputs.Prometheus;

/// <summary>What a family of Prometheus is.</summary>
internal enum FamilyKind
{
    Counter,
    Gauge,
    Histogram,

    /// <summary>Quantiles.</summary>
    Summary,

    /// <summary>A one whose labels tell what cannot be counted.</summary>
    Info,
}
