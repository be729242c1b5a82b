namespace LoadTool;

/// <summary>How often something ended so, for a <see cref="Threshold"/> in code.</summary>
/// <param name="Count">How often.</param>
/// <param name="RPS">How often per second since the load began.</param>
/// <param name="Percent">How many of a hundred attempts; 0 while there was none.</param>
public sealed record RequestStats(long Count, double RPS, double Percent)
{
    internal static RequestStats Of(long count, long all, TimeSpan elapsed) =>
        new(count, elapsed > TimeSpan.Zero ? count / elapsed.TotalSeconds : 0, all == 0 ? 0 : 100.0 * count / all);
}
