using LoadTool.Analysis.Statistics;
using LoadTool.Metrics;
using MathNet.Numerics.Distributions;

namespace LoadTool.Analysis.Capacity;

/// <summary>Counts a load's seconds as they come, and knows when enough of them have.</summary>
internal sealed class TrialWatch
{
    /// <summary>The beginning of a load, in which connections are made and queues are still filling, is not counted.</summary>
    internal static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    /// <summary>Of each look: there is one a second until a load is decided.</summary>
    internal const double Confidence = 0.99;

    /// <summary>Less than this part of the load asked for was no trial of it.</summary>
    private const double LeastDelivered = 0.98;

    private readonly TrialPlan _plan;
    private readonly LoadKind _kind;
    private readonly IReadOnlyList<Objective> _objectives;
    private readonly List<ObjectiveCount>[] _counts;
    private readonly Histogram?[] _latencies;
    private readonly List<double> _users = [];
    private readonly TimeSpan _settled;
    private double _seconds, _started, _succeeded, _ended, _connections, _iterationNanoseconds, _cpuSeconds;
    private int _loops;
    private bool _isCpuKnown = true;

    /// <param name="plan">The load.</param>
    /// <param name="kind">What it is counted in.</param>
    /// <param name="objectives">At least one.</param>
    /// <param name="ramp">How long its users take to come.</param>
    internal TrialWatch(TrialPlan plan, LoadKind kind, IReadOnlyList<Objective> objectives, TimeSpan ramp = default)
    {
        (_plan, _kind, _objectives, _settled) = (plan, kind, objectives, ramp + Settling);
        _counts = [.. objectives.Select(_ => new List<ObjectiveCount>())];
        _latencies = new Histogram?[objectives.Count];
    }

    /// <summary>How long the load has been measured.</summary>
    internal TimeSpan Measured => TimeSpan.FromSeconds(_seconds);

    /// <summary>True when more of it would tell no more, or its time is up.</summary>
    internal bool IsOver => Measured >= _plan.Longest - Tolerance || (Measured >= _plan.Least - Tolerance && _plan.Purpose switch
    {
        TrialPurpose.Sweep => true,
        TrialPurpose.Climb => Verdict != TrialVerdict.Undecided || Results().All(result => result.SeemsKept),
        _ => Verdict != TrialVerdict.Undecided,
    });

    /// <summary>What the objectives say so far; of the generator nothing is known yet.</summary>
    internal TrialVerdict Verdict => VerdictOf(Results());

    /// <summary>Intervals of a second are a little more or less than one.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(200);

    /// <summary>Takes an interval of the run.</summary>
    internal void Add(Snapshot interval)
    {
        bool isSettled = interval.SinceStart - interval.Length >= _settled - Tolerance;

        // Where connections are the load, their coming is a part of it: later there is nothing left of it to count.
        if (isSettled || _kind == LoadKind.Connections)
            CountObjectives(interval);
        if (isSettled)
            CountLoad(interval);
    }

    private void CountObjectives(Snapshot interval)
    {
        for (int index = 0; index < _objectives.Count; index++)
        {
            _counts[index].Add(_objectives[index].Count(interval));
            foreach (Histogram latencies in _objectives[index].Latencies(interval))
                (_latencies[index] ??= new Histogram(latencies.LowestDiscernibleValue, latencies.HighestTrackableValue, latencies.SignificantDigits, autoResize: true)).Add(latencies);
        }
    }

    private void CountLoad(Snapshot interval)
    {
        _seconds += interval.Length.TotalSeconds;
        _users.Add(interval.ActiveUsers);
        _started += interval.IterationsStarted;
        _connections += interval.Connections;
        foreach (StepFigures iterations in interval.Iterations)
        {
            _succeeded += iterations.OkCount;
            _ended += iterations.OkCount + iterations.FailCount;
            _iterationNanoseconds += iterations.LatencyUncorrected.Mean * iterations.LatencyUncorrected.TotalCount;
        }

        _loops = Math.Max(_loops, interval.Loops.Count);
        _isCpuKnown &= interval.Loops.Count > 0 && interval.Loops.All(loop => loop.Cpu is not null);
        _cpuSeconds += interval.Loops.Sum(loop => loop.Cpu?.TotalSeconds ?? 0);
    }

    /// <summary>The trial, now that its run has ended.</summary>
    /// <param name="generator">What the generator had to do with it.</param>
    /// <param name="network">What was wrong with the way to the target, in one line; null for nothing.</param>
    internal Trial End(GeneratorPart generator, string? network = null)
    {
        IReadOnlyList<ObjectiveResult> results = Results();
        (TrialVerdict verdict, CapacityLimit? limit, string? doubt) = Judge(results, generator, network);
        int decisive = Array.FindIndex(_latencies, latencies => latencies is not null);
        Histogram? latencies = decisive < 0 ? null : _latencies[decisive];
        double at = decisive < 0 ? 99 : _objectives[decisive].Percentile ?? 99;
        return new Trial(_plan, verdict, results)
        {
            Length = Measured,
            Started = _started / _seconds,
            Throughput = (_kind == LoadKind.Connections ? _succeeded : latencies?.TotalCount ?? _succeeded) / _seconds,
            LatencyP50 = At(latencies, 50),
            LatencyP99 = At(latencies, 99),
            LatencyDecisive = At(latencies, at),
            Ended = _ended / _seconds,
            IterationMean = _succeeded > 0 ? _iterationNanoseconds / _succeeded / 1e9 : null,
            InFlight = MeanUsers(),
            Growth = GrowthOfUsers(),
            Connections = _connections / Math.Max(1, _users.Count),
            Cpu = _isCpuKnown && _seconds > 0 ? _cpuSeconds / _seconds : null,
            Loops = _loops,
            IsTrusted = generator.Finding is null,
            Doubt = doubt,
            Limit = limit,
        };
    }

    private static double? At(Histogram? latencies, double percentile) => latencies is { TotalCount: > 0 } ? latencies.ValueAtPercentile(percentile) / 1e9 : null;

    /// <summary>
    /// A load that held has held, whatever the generator did, where latencies are asked for: they count from the intended moment, and so it can only have made them longer. One
    /// that failed is the target's failure only where the generator, at its worst, does not explain it.
    /// </summary>
    private (TrialVerdict Verdict, CapacityLimit? Limit, string? Doubt) Judge(IReadOnlyList<ObjectiveResult> results, GeneratorPart generator, string? network)
    {
        TrialVerdict verdict = VerdictOf(results);
        if (Undelivered() is { } undelivered && verdict != TrialVerdict.Failed)
            return _kind == LoadKind.Rate ? OfGenerator(undelivered) : (TrialVerdict.Failed, CapacityLimit.TargetErrors, undelivered);
        if (verdict == TrialVerdict.Undecided)
            return (verdict, null, Nothing(results) ?? generator.Finding);
        if (verdict == TrialVerdict.Held)
            return generator.Share < 1 || results.Any(result => result.Objective.Kind == ObjectiveKind.Latency) ? (verdict, null, generator.Finding) : OfGenerator(generator.Explanation);
        ObjectiveResult[] targets = [.. results.Where(result => result.Verdict == TrialVerdict.Failed && !Explains(generator, result))];
        if (targets.Length == 0)
            return OfGenerator(generator.Explanation);
        if (network is not null)
            return (verdict, CapacityLimit.Network, network);
        return (verdict, LimitOf(targets[0].Objective.Kind), generator.Finding);

        (TrialVerdict, CapacityLimit?, string?) OfGenerator(string why) =>
            (TrialVerdict.GeneratorLimited, generator.IsExhausted ? CapacityLimit.Ports : CapacityLimit.Generator, why);
    }

    private static bool Explains(GeneratorPart generator, ObjectiveResult failed) => generator switch
    {
        { IsExhausted: true } or { Share: >= 1 } => true,
        { Share: 0 } => false,
        _ => failed.Objective.Percentile is null ? failed.Objective.Kind != ObjectiveKind.Errors : failed.Ratio!.Value.Low - generator.Share <= failed.Objective.Limit,
    };

    private static CapacityLimit LimitOf(ObjectiveKind kind) => kind switch
    {
        ObjectiveKind.Latency => CapacityLimit.TargetLatency,
        ObjectiveKind.Errors => CapacityLimit.TargetErrors,
        _ => CapacityLimit.TargetThroughput,
    };

    /// <summary>Why this was not the load that was asked for; null when it was.</summary>
    private string? Undelivered()
    {
        (double delivered, string what) = _kind switch
        {
            LoadKind.Rate => (_started / _seconds, "iterations a second were started"),
            LoadKind.Connections => (_connections / Math.Max(1, _users.Count), "connections were open"),
            _ => (_plan.Load, ""),
        };

        // Where chance spaces the arrivals, their number scatters as well.
        double chance = _kind == LoadKind.Rate ? 4 * Math.Sqrt(_plan.Load / Math.Max(1, _seconds)) : 0;
        return _seconds > 0 && delivered < LeastDelivered * _plan.Load - chance
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{delivered:#,0.#} of {_plan.Load:#,0.#} {what}")
            : null;
    }

    private static string? Nothing(IReadOnlyList<ObjectiveResult> results) =>
        results.FirstOrDefault(result => result.Ratio is null) is { } empty ? $"too little was counted for \"{empty.Objective.Text}\"" : null;

    private static TrialVerdict VerdictOf(IReadOnlyList<ObjectiveResult> results) =>
        results.Any(result => result.Verdict == TrialVerdict.Failed) ? TrialVerdict.Failed
        : results.All(result => result.Verdict == TrialVerdict.Held) ? TrialVerdict.Held : TrialVerdict.Undecided;

    private ObjectiveResult[] Results() => [.. _objectives.Select((objective, index) => ResultOf(objective, _counts[index], _latencies[index]))];

    private static ObjectiveResult ResultOf(Objective objective, List<ObjectiveCount> counts, Histogram? latencies)
    {
        if (RatioInterval.Of(counts, objective.IsShare, Confidence) is not { } ratio)
            return new ObjectiveResult(objective, TrialVerdict.Undecided, null, null);
        TrialVerdict verdict = objective.IsFloor
            ? Decide(isKept: ratio.Low >= objective.Limit, isBroken: ratio.High < objective.Limit)
            : Decide(isKept: ratio.High <= objective.Limit, isBroken: ratio.Low > objective.Limit);
        return new ObjectiveResult(objective, verdict, ratio, ValueOf(objective, ratio, counts, latencies));
    }

    private static TrialVerdict Decide(bool isKept, bool isBroken) => isKept ? TrialVerdict.Held : isBroken ? TrialVerdict.Failed : TrialVerdict.Undecided;

    /// <summary>A percentile's interval goes as far as that of its share does: between the values at the shares that its own may be.</summary>
    private static Interval? ValueOf(Objective objective, Interval ratio, List<ObjectiveCount> counts, Histogram? latencies)
    {
        if (objective.Percentile is not { } percentile)
        {
            double unit = objective.Kind == ObjectiveKind.Latency ? 1e9 : 1;
            return ratio.Map(value => value / unit);
        }

        if (latencies is null)
            return null;

        // How wide the interval of the share is tells how many independent latencies these are worth: about the percentile's own rank, they are worth as many.
        double all = counts.Sum(count => count.Whole), worth = Worth(ratio, all), tail = (1 - Confidence) / 2, below = percentile / 100 * worth;
        double low = Beta.InvCDF(below, worth - below + 1, tail), high = worth - below <= 0 ? 1 : Beta.InvCDF(below + 1, worth - below, 1 - tail);
        return new Interval(latencies.ValueAtPercentile(percentile) / 1e9, latencies.ValueAtPercentile(100 * low) / 1e9, latencies.ValueAtPercentile(100 * high) / 1e9);
    }

    private static double Worth(Interval share, double all)
    {
        double halfWidth = (share.High - share.Low) / 2, far = Normal.InvCDF(0, 1, (1 + Confidence) / 2);
        double worth = share.Estimate is <= 0 or >= 1 ? all : far * far * share.Estimate * (1 - share.Estimate) / (halfWidth * halfWidth);
        return Math.Clamp(worth, 1, all);
    }

    private (double First, double Last)? GrowthOfUsers()
    {
        const int LeastOfThird = 2;
        int third = _users.Count / 3;
        IEnumerable<double> first = _users.Take(third), last = _users.TakeLast(third);
        return third >= LeastOfThird && _kind == LoadKind.Rate && last.Min() > first.Max() + 1 ? (first.Average(), last.Average()) : null;
    }

    private Interval MeanUsers()
    {
        if (_users.Count < 2)
            return new Interval(_users.FirstOrDefault(), 0, double.PositiveInfinity);
        double mean = _users.Average(), error = Math.Sqrt(_users.Sum(users => (users - mean) * (users - mean)) / (_users.Count - 1) / _users.Count);
        double far = StudentT.InvCDF(0, 1, _users.Count - 1, 0.975);
        return new Interval(mean, mean - far * error, mean + far * error);
    }
}
