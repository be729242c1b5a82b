using LoadTool.Analysis.Statistics;
using LoadTool.Metrics;
using MathNet.Numerics.Distributions;

namespace LoadTool.Analysis.Capacity;

/// <summary>What a load's seconds count towards one objective.</summary>
/// <param name="objective">The objective.</param>
internal sealed class ObjectiveTally(Objective objective)
{
    private const double NanosecondsPerSecond = 1e9;

    private readonly List<ObjectiveCount> _seconds = [];

    internal Objective Objective => objective;

    /// <summary>All latencies that it is about; null while there were none.</summary>
    internal Histogram? Latencies { get; private set; }

    /// <summary>Takes an interval of the run.</summary>
    internal void Add(Snapshot interval)
    {
        _seconds.Add(objective.Count(interval));
        foreach (Histogram latencies in objective.Latencies(interval))
        {
            Latencies ??= new Histogram(latencies.LowestDiscernibleValue, latencies.HighestTrackableValue, latencies.SignificantDigits, autoResize: true);
            Latencies.Add(latencies);
        }
    }

    /// <summary>What they say so far.</summary>
    /// <param name="confidence">Of the intervals, such as 0.99.</param>
    internal ObjectiveResult Result(double confidence)
    {
        if (RatioInterval.Of(_seconds, objective.IsShare, confidence) is not { } ratio)
            return new ObjectiveResult(objective, TrialVerdict.Undecided, null, null);
        TrialVerdict verdict = objective.IsFloor
            ? Decide(isKept: ratio.Low >= objective.Limit, isBroken: ratio.High < objective.Limit)
            : Decide(isKept: ratio.High <= objective.Limit, isBroken: ratio.Low > objective.Limit);
        return new ObjectiveResult(objective, verdict, ratio, ValueOf(ratio, confidence));
    }

    private static TrialVerdict Decide(bool isKept, bool isBroken) => isKept ? TrialVerdict.Held : isBroken ? TrialVerdict.Failed : TrialVerdict.Undecided;

    private Interval? ValueOf(Interval ratio, double confidence) => objective switch
    {
        { Percentile: { } percentile } => Latencies is { } latencies ? Percentile(latencies, percentile / 100, Worth(ratio, confidence), (1 - confidence) / 2) : null,
        { Kind: ObjectiveKind.Latency } => ratio.Map(nanoseconds => nanoseconds / NanosecondsPerSecond),
        { CountsGood: true } => new Interval(1 - ratio.Estimate, 1 - ratio.High, 1 - ratio.Low),
        _ => ratio,
    };

    /// <summary>A percentile with the values between which its rank may lie, among as many independent latencies as these are worth.</summary>
    private static Interval Percentile(Histogram latencies, double share, double worth, double tail)
    {
        double below = share * worth, above = worth - below;
        double low = Beta.InvCDF(below, above + 1, tail), high = above <= 0 ? 1 : Beta.InvCDF(below + 1, above, 1 - tail);
        return new Interval(At(share), At(low), At(high));

        double At(double rank) => latencies.ValueAtPercentile(100 * rank) / NanosecondsPerSecond;
    }

    /// <summary>How many independent latencies these are worth: as many as would make the interval of the share as wide as it is.</summary>
    private double Worth(Interval share, double confidence)
    {
        double all = _seconds.Sum(second => second.Whole), halfWidth = (share.High - share.Low) / 2, far = Normal.InvCDF(0, 1, (1 + confidence) / 2);
        double worth = share.Estimate is <= 0 or >= 1 ? all : far * far * share.Estimate * (1 - share.Estimate) / (halfWidth * halfWidth);
        return Math.Clamp(worth, 1, all);
    }
}
