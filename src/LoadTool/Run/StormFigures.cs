using LoadTool.Metrics;

namespace LoadTool;

/// <summary>One moment of a <see cref="Storm"/>, and how the users it cut came back.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Number">Index among the moments of the scenario's storms, from 0.</param>
/// <param name="At">When it was planned, since the load's start.</param>
/// <param name="Living">Connections before it.</param>
/// <param name="Cut">Connections that it cut.</param>
/// <param name="Attempts">Attempts to connect again, the failed ones included.</param>
/// <param name="Recover">Time from the cut to the next connection of each user that came back, in nanoseconds, to two digits: the least is the first, the largest the last.</param>
public sealed record StormFigures(string Scenario, int Number, TimeSpan At, long Living, long Cut, long Attempts, Histogram Recover)
{
    /// <summary>Users that were cut and came back.</summary>
    public long Recovered => Recover.TotalCount;

    /// <summary>Users that were cut and had not come back when they gave up, or the run ended.</summary>
    public long Never => Cut - Recovered;
}
