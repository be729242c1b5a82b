using LoadTool.Metrics;

namespace LoadTool.Analysis.Capacity;

/// <summary>
/// A limit that a load has to keep, written as a threshold is. Each is put as a ratio, which can be counted second by second and has an interval: that p99 is below 20 ms
/// means that at most 1 % of the latencies are not.
/// </summary>
internal sealed class Objective
{
    private const double NanosecondsPerSecond = 1e9;

    private readonly ThresholdCondition _condition;

    private Objective(ThresholdCondition condition) => _condition = condition;

    /// <summary>As it was written.</summary>
    internal string Text => _condition.Text;

    internal ObjectiveKind Kind => _condition.Unit switch
    {
        ThresholdUnit.Nanoseconds => ObjectiveKind.Latency,
        ThresholdUnit.Share => ObjectiveKind.Errors,
        _ => ObjectiveKind.Throughput,
    };

    /// <summary>True when the ratio is a share of events, each of which is bad or not.</summary>
    internal bool IsShare => Kind == ObjectiveKind.Errors || Percentile is not null;

    /// <summary>True when the ratio has to be above its limit.</summary>
    internal bool IsFloor => Kind == ObjectiveKind.Throughput;

    /// <summary>The percentile that is asked for; null when none is.</summary>
    internal double? Percentile => _condition.Figure switch { "p" => _condition.Percentile, "med" => 50, _ => null };

    /// <summary>What the ratio is held against: a share, nanoseconds of a mean, or successes per second.</summary>
    internal double Limit => this switch
    {
        { Percentile: { } percentile } => 1 - percentile / 100,
        { CountsGood: true } => 1 - _condition.Limit,
        _ => _condition.Limit,
    };

    /// <summary>The limit as it was written: seconds, a share, or successes per second.</summary>
    internal double WrittenLimit => Kind == ObjectiveKind.Latency ? _condition.Limit / NanosecondsPerSecond : _condition.Limit;

    /// <summary>The figure that it is about, as it was written: <c>echo: p(99)</c>.</summary>
    internal string FigureText => Text[..Text.LastIndexOf(_condition.Comparison, StringComparison.Ordinal)].TrimEnd();

    /// <summary>True when the figure is the share of what is good, and the ratio that of what is bad.</summary>
    internal bool CountsGood => _condition.Metric == ThresholdCondition.Checks;

    /// <summary>Reads an objective.</summary>
    /// <exception cref="ArgumentException">It is no threshold, or none that a load keeps or does not; the message says what would be right.</exception>
    internal static Objective Parse(string text)
    {
        ThresholdCondition condition = ThresholdCondition.Parse(text);
        Objective objective = new(condition);
        bool isUpperLimit = condition.Comparison is "<" or "<=", isLowerLimit = condition.Comparison is ">" or ">=";
        string? problem = condition.Figure switch
        {
            "count" => "a count grows with the time that a load is held: ask for a rate",
            "min" or "max" => "a maximum or minimum says more the longer a load is held: ask for a percentile, such as p(99.9)",
            "value" => "a gauge is no objective of a load: ask for a percentile, avg or rate",
            _ when condition.Aborts => "it is not to abort: the search itself ends a load that is decided",
            _ when objective.IsFloor || objective.CountsGood => isLowerLimit ? null : "as an objective it needs a lower limit: write > or >=",
            _ when !isUpperLimit => "as an objective it needs an upper limit: write < or <=",
            _ => null,
        };
        return problem is null ? objective : throw ThresholdText.Refuse(text, problem);
    }

    /// <summary>What an interval of a run counts towards it.</summary>
    internal ObjectiveCount Count(Snapshot interval)
    {
        ThresholdCounts counts = CountsOf(interval);
        if (Kind == ObjectiveKind.Errors)
            return new ObjectiveCount(CountsGood ? counts.All - counts.Part : counts.Part, counts.All);
        double values = counts.Values.Sum(histogram => histogram.TotalCount);
        if (Kind == ObjectiveKind.Throughput)
            return new ObjectiveCount(values, interval.Length.TotalSeconds);
        return new ObjectiveCount(Percentile is null ? counts.Values.Sum(histogram => histogram.Mean * histogram.TotalCount) : counts.Values.Sum(Above), values);
    }

    /// <summary>The latencies of an interval that it is about; none when it is about none.</summary>
    internal IReadOnlyList<Histogram> Latencies(Snapshot interval) => Kind == ObjectiveKind.Latency ? CountsOf(interval).Values : [];

    private ThresholdCounts CountsOf(Snapshot interval) => _condition.CountIn(new RunFigures(interval.Steps, interval.Iterations, interval.Length)
    {
        Checks = interval.Checks,
        Tagged = interval.Tagged,
        Connect = interval.Connect,
    });

    /// <summary>Latencies that do not keep the limit, as a percentile would be read: each by the highest value that it may have been.</summary>
    private long Above(Histogram histogram)
    {
        long limit = (long)_condition.Limit;
        bool isWithin = _condition.Comparison == "<=" && histogram.HighestEquivalentValue(limit) <= limit;
        long highestKept = isWithin ? limit : histogram.LowestEquivalentValue(limit) - 1;
        return histogram.TotalCount - (highestKept < 0 ? 0 : histogram.CountBetween(0, highestKept));
    }
}
