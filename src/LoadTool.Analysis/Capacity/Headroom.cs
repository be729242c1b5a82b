using LoadTool.Analysis.Statistics;

namespace LoadTool.Analysis.Capacity;

/// <summary>A load that has to be carried, held against the limit.</summary>
/// <param name="Expected">The load.</param>
/// <param name="Limit">Where the limit lies.</param>
internal sealed record Headroom(double Expected, Interval Limit)
{
    /// <summary>True when it is surely carried, false when surely not; null when it lies where the limit may be.</summary>
    internal bool? IsCarried => Expected <= Limit.Low ? true : Expected >= Limit.High ? false : null;

    /// <summary>How much more could come, as a share of the expected load; below zero when less is carried.</summary>
    internal Interval Room => Limit.Map(limit => limit / Expected - 1);

    /// <summary>Targets like this one that it takes, when they share nothing; least and most.</summary>
    internal (int Least, int Most) Targets => ((int)Math.Ceiling(Expected / Limit.High), (int)Math.Ceiling(Expected / Limit.Low));
}
