using LoadTool.Analysis.Statistics;

namespace LoadTool.Analysis.Capacity;

/// <summary>Little's law held against a trial: as many users are in flight as come per second times how long each stays.</summary>
/// <param name="Seen">Users running an iteration, as they were counted once a second.</param>
/// <param name="Expected">Iterations that ended per second times how long they took on average.</param>
internal sealed record LittleLaw(Interval Seen, double Expected)
{
    /// <summary>A count of users is never off by less than one.</summary>
    private const double One = 1;

    /// <summary>Much less than this part of what was started ended: a queue that grows is in no balance, and users that stay never end.</summary>
    private const double LeastEnded = 0.95;

    /// <summary>True when both say the same, as far as so few counts can.</summary>
    internal bool IsKept => Math.Abs(Seen.Estimate - Expected) <= One || Seen.Holds(Expected);

    /// <summary>How much more users were seen than expected, as a share.</summary>
    internal double Deviation => Seen.Estimate / Expected - 1;

    /// <summary>Holds it against a trial.</summary>
    /// <returns>Null when too few iterations came to an end for it to say anything.</returns>
    internal static LittleLaw? Of(Trial trial) =>
        trial is { IterationMean: { } mean, Ended: > 0 } && trial.Ended >= LeastEnded * trial.Started ? new LittleLaw(trial.InFlight, trial.Ended * mean) : null;
}
