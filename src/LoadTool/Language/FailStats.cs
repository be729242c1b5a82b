namespace LoadTool;

/// <summary>What failed, for a <see cref="Threshold"/> in code.</summary>
/// <param name="Request">How often.</param>
/// <param name="StatusCodes">By status: a WebErrorStatus by name, or the script's own status code. One that never occurred reads as zeros.</param>
public sealed record FailStats(RequestStats Request, StatsByName<StatusCodeStats> StatusCodes);
