using LoadTool.Analysis.Statistics;

namespace LoadTool.Analysis.Capacity;

/// <summary>A load that was held for a while, and what was measured of it once it had settled.</summary>
/// <param name="Plan">What was asked for.</param>
/// <param name="Verdict">What it says.</param>
/// <param name="Objectives">Each objective.</param>
internal sealed record Trial(TrialPlan Plan, TrialVerdict Verdict, IReadOnlyList<ObjectiveResult> Objectives)
{
    /// <summary>The load that was asked for.</summary>
    internal double Load => Plan.Load;

    /// <summary>How long it was measured.</summary>
    internal TimeSpan Length { get; init; }

    /// <summary>Iterations started per second.</summary>
    internal double Started { get; init; }

    /// <summary>Successes per second of what the first objective on a latency is about, or else of iterations.</summary>
    internal double Throughput { get; init; }

    /// <summary>Median of the same, seconds from the intended moment; null when nothing succeeded.</summary>
    internal double? LatencyP50 { get; init; }

    /// <summary>p99 of the same.</summary>
    internal double? LatencyP99 { get; init; }

    /// <summary>The percentile that the first objective on a latency asks for; p99 without one.</summary>
    internal double? LatencyDecisive { get; init; }

    /// <summary>Iterations that ended per second, failed ones too.</summary>
    internal double Ended { get; init; }

    /// <summary>How long iterations that succeeded took, seconds from their actual start, on average; null when none did.</summary>
    internal double? IterationMean { get; init; }

    /// <summary>Users running an iteration, with the interval of their mean over the seconds.</summary>
    internal Interval InFlight { get; init; }

    /// <summary>Connections open, on average.</summary>
    internal double Connections { get; init; }

    /// <summary>Processor time of the generator's event loops per second; null where the system does not tell.</summary>
    internal double? Cpu { get; init; }

    /// <summary>Event loops of the generator; 0 where nobody looked.</summary>
    internal int Loops { get; init; }

    /// <summary>True when the run calls its generator trusted.</summary>
    internal bool IsTrusted { get; init; } = true;

    /// <summary>What kept the target from being judged, or spoke against it: one line; null for nothing.</summary>
    internal string? Doubt { get; init; }

    /// <summary>What was the limit; only of a trial that did not hold.</summary>
    internal CapacityLimit? Limit { get; init; }

    /// <summary>True when anything at all succeeded in it.</summary>
    internal bool IsAnswered { get; init; } = true;

    /// <summary>Where its run lies; null for none.</summary>
    internal string? Folder { get; init; }

    internal bool IsHeld => Verdict == TrialVerdict.Held;

    /// <summary>True when nothing speaks against its having held, and nothing more was asked.</summary>
    internal bool SeemsHeld => IsHeld || (Plan.Purpose == TrialPurpose.Climb && Verdict == TrialVerdict.Undecided && Objectives.All(result => result.SeemsKept));
}
