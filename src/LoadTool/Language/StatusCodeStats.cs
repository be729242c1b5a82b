namespace LoadTool;

/// <summary>Attempts that ended with one status, for a <see cref="Threshold"/> in code.</summary>
/// <param name="StatusCode">The status.</param>
/// <param name="Count">How many.</param>
/// <param name="Percent">How many of a hundred attempts.</param>
public sealed record StatusCodeStats(string StatusCode, long Count, double Percent)
{
    internal static StatusCodeStats Of(string status, long count, long all) => new(status, count, all == 0 ? 0 : 100.0 * count / all);
}
