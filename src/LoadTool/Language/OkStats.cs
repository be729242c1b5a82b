namespace LoadTool;

/// <summary>What succeeded, for a <see cref="Threshold"/> in code.</summary>
/// <param name="Request">How often.</param>
/// <param name="Latency">How long it took, from the intended moment.</param>
public sealed record OkStats(RequestStats Request, LatencyStats Latency);
