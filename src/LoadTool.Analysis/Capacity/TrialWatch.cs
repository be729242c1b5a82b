using System.Globalization;
using LoadTool.Analysis.Statistics;
using LoadTool.Metrics;
using MathNet.Numerics.Distributions;

namespace LoadTool.Analysis.Capacity;

/// <summary>Counts a load's seconds as they come, and knows when enough of them have.</summary>
/// <param name="plan">The load.</param>
/// <param name="kind">What it is counted in.</param>
/// <param name="objectives">At least one.</param>
/// <param name="ramp">How long its users take to come.</param>
internal sealed class TrialWatch(TrialPlan plan, LoadKind kind, IReadOnlyList<Objective> objectives, TimeSpan ramp = default)
{
    /// <summary>The beginning of a load, in which connections are made and queues are still filling, is not counted.</summary>
    internal static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    /// <summary>Of each look: there is one a second until a load is decided.</summary>
    internal const double Confidence = 0.99;

    /// <summary>Less than this part of the load asked for was no trial of it.</summary>
    private const double LeastDelivered = 0.98;

    private const double UsualPercentile = 99;

    /// <summary>Fewer seconds in a third say nothing of growth.</summary>
    private const int LeastOfThird = 2;

    /// <summary>A queue that takes less than this part of what comes is nearer to the limit than a search tells loads apart.</summary>
    private const double LeastUnserved = (SearchPlan.Precision - 1) / 3;

    /// <summary>Intervals of a second are a little more or less than one.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(200);

    private readonly ObjectiveTally[] _objectives = [.. objectives.Select(objective => new ObjectiveTally(objective))];
    private readonly List<double> _users = [];
    private bool _isAnswered;
    private long _connected, _refused;
    private double _seconds, _started, _succeeded, _ended, _connections, _iterationNanoseconds, _cpuSeconds;
    private int _loops;
    private bool _isCpuKnown = true;

    /// <summary>How long the load has been measured.</summary>
    internal TimeSpan Measured => TimeSpan.FromSeconds(_seconds);

    /// <summary>True when more of it would tell no more, or its time is up.</summary>
    internal bool IsOver => Measured >= plan.Longest - Tolerance || (Measured >= plan.Least - Tolerance && IsEnough(Results()));

    private double Connections => _connections / Math.Max(1, _users.Count);

    /// <summary>What TCP holds open may still be waiting for a handshake that never comes: where there were refusals, only what came through it counts.</summary>
    private double Open => _refused > 0 ? Math.Min(Connections, _connected) : Connections;

    /// <summary>Takes an interval of the run.</summary>
    internal void Add(Snapshot interval)
    {
        _isAnswered |= interval.Steps.Concat(interval.Iterations).Any(step => step.OkCount > 0) || (kind == LoadKind.Connections && interval.Connections > 0);
        _connected += interval.Connect.OkCount;
        _refused += interval.Connect.FailCount;
        bool isSettled = interval.SinceStart - interval.Length >= ramp + Settling - Tolerance;

        // Where connections are the load, their coming is a part of it: later there is nothing left of it to count.
        if (isSettled || kind == LoadKind.Connections)
        {
            foreach (ObjectiveTally objective in _objectives)
                objective.Add(interval);
        }

        if (isSettled)
            CountLoad(interval);
    }

    /// <summary>The trial, now that its run has ended.</summary>
    /// <param name="generator">What the generator had to do with it.</param>
    /// <param name="network">What was wrong with the way to the target, in one line; null for nothing.</param>
    internal Trial End(GeneratorPart generator, string? network = null)
    {
        ObjectiveResult[] results = Results();
        (TrialVerdict verdict, CapacityLimit? limit, string? doubt) = TrialJudge.Judge(results, generator, Undelivered(), isGeneratorsLoad: kind == LoadKind.Rate, network);
        if (verdict == TrialVerdict.Held && Growth() is var (first, last))
            (verdict, doubt) = (TrialVerdict.Undecided, $"users in flight grew from {LoadWords.Number(first)} to {LoadWords.Number(last)}: a queue is growing, and for longer it does not hold");
        ObjectiveTally? decisive = _objectives.FirstOrDefault(objective => objective.Latencies is not null);
        Histogram? latencies = decisive?.Latencies;
        return new Trial(plan, verdict, results)
        {
            Length = Measured,
            Started = PerSecond(_started),
            Throughput = PerSecond(kind == LoadKind.Connections ? _succeeded : latencies?.TotalCount ?? _succeeded),
            LatencyP50 = At(latencies, 50),
            LatencyP99 = At(latencies, UsualPercentile),
            LatencyDecisive = At(latencies, decisive?.Objective.Percentile ?? UsualPercentile),
            Ended = PerSecond(_ended),
            IterationMean = _succeeded > 0 ? _iterationNanoseconds / _succeeded / 1e9 : null,
            InFlight = MeanUsers(),
            Connections = Open,
            IsAnswered = _isAnswered,
            Cpu = _isCpuKnown && _seconds > 0 ? _cpuSeconds / _seconds : null,
            Loops = _loops,
            IsTrusted = generator.Finding is null,
            Doubt = doubt,
            Limit = limit,
        };
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

    private bool IsEnough(ObjectiveResult[] results) => plan.Purpose == TrialPurpose.Sweep
        || (kind == LoadKind.Connections && Undelivered() is not null)
        || (plan.Purpose == TrialPurpose.Climb && results.All(result => result.SeemsKept))
        || (TrialJudge.VerdictOf(results) is not TrialVerdict.Undecided and var verdict && !(verdict == TrialVerdict.Held && Growth() is not null));

    private ObjectiveResult[] Results() => [.. _objectives.Select(objective => objective.Result(Confidence))];

    private double PerSecond(double count) => _seconds > 0 ? count / _seconds : 0;

    private static double? At(Histogram? latencies, double percentile) => latencies is { TotalCount: > 0 } ? latencies.ValueAtPercentile(percentile) / 1e9 : null;

    /// <summary>Why this was not the load that was asked for; null when it was.</summary>
    private string? Undelivered()
    {
        (double delivered, string what) = kind switch
        {
            LoadKind.Rate => (PerSecond(_started), "iterations a second were started"),
            LoadKind.Connections => (Open, "connections were open"),
            _ => (plan.Load, ""),
        };

        // Where chance spaces the arrivals, their number scatters as well.
        double chance = kind == LoadKind.Rate ? 4 * Math.Sqrt(plan.Load / Math.Max(1, _seconds)) : 0;
        return _seconds > 0 && delivered < LeastDelivered * plan.Load - chance
            ? string.Create(CultureInfo.InvariantCulture, $"{delivered:#,0.#} of {plan.Load:#,0.#} {what}")
            : null;
    }

    /// <summary>
    /// Users in flight in the first and in the last third of the seconds, on average, where a queue grows: all of the last are above all of the first, by so much that a part of what
    /// comes is not served. Null otherwise. What keeps a latency while its queue grows has not kept it, only not lost it yet.
    /// </summary>
    private (double First, double Last)? Growth()
    {
        int third = Math.Max(LeastOfThird, _users.Count / 3);
        if (kind != LoadKind.Rate || _users.Count < 2 * third)
            return null;
        double[] first = [.. _users.Take(third)], last = [.. _users.TakeLast(third)];
        double unserved = (last.Average() - first.Average()) / (_users.Count - third) / plan.Load;
        return last.Min() > first.Max() + 1 && unserved > LeastUnserved ? (first.Average(), last.Average()) : null;
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
