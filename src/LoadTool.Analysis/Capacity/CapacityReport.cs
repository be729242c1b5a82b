using LoadTool.Analysis.Statistics;

namespace LoadTool.Analysis.Capacity;

/// <summary>What a search means: the figures that document and JSON both show.</summary>
internal sealed class CapacityReport
{
    /// <summary>A limit known less well than by this factor is none.</summary>
    private const double MostUncertain = 1.5;

    /// <summary>How far beyond the largest load a projection goes, when nobody says what to expect.</summary>
    private const double Beyond = 2;

    internal CapacityReport(SearchPlan plan, SearchResult found, double? expected)
    {
        (Plan, Found) = (plan, found);
        Curve = [.. found.Standing.Where(trial => trial.Length > TimeSpan.Zero).GroupBy(trial => trial.Load).Select(same => same.MaxBy(trial => trial.Length)!).OrderBy(trial => trial.Load)];
        Outcome = OutcomeOf(plan, found);
        Capacity = Outcome == CapacityOutcome.Found ? found.Limit : null;
        Limit = Outcome switch
        {
            CapacityOutcome.Found => found.Failed!.Limit,
            CapacityOutcome.NotHeld => found.Standing.MinBy(trial => trial.Load)!.Limit,
            CapacityOutcome.GeneratorLimited => GeneratorTrial!.Limit,
            CapacityOutcome.AtLeast => CapacityLimit.LoadAllowed,
            _ => null,
        };
        Trial[] inBalance = [.. Curve.Where(trial => trial.Verdict != TrialVerdict.GeneratorLimited && (plan.Kind != LoadKind.Rate || LittleLaw.Of(trial) is not null))];
        KneeAt = Knee.Of(inBalance.Where(trial => trial.LatencyDecisive > 0).Select(trial => (trial.Load, trial.LatencyDecisive!.Value)));
        Little = found.Maximum is { } maximum ? LittleLaw.Of(maximum) : null;
        Law = ScalingLaw.Of(plan.Kind, Curve);
        Expected = expected;
        Headroom = expected is { } load && Capacity is { } capacity ? new Headroom(load, capacity) : null;
        ProjectedLoad = expected ?? Beyond * (found.Failed ?? found.Maximum ?? found.Trials[^1]).Load;
        Generators = GeneratorNeed.For(ProjectedLoad, Curve);
    }

    internal SearchPlan Plan { get; }

    internal SearchResult Found { get; }

    internal CapacityOutcome Outcome { get; }

    /// <summary>Where the target's limit lies; null unless it was found.</summary>
    internal Interval? Capacity { get; }

    /// <summary>What gave way first; null when that cannot be told.</summary>
    internal CapacityLimit? Limit { get; }

    /// <summary>One trial per load that stands, the longest, in order of the load.</summary>
    internal IReadOnlyList<Trial> Curve { get; }

    /// <summary>The load from which on latency grows faster than before; null when it does nowhere.</summary>
    internal double? KneeAt { get; }

    /// <summary>Little's law at the maximum; null where it says nothing.</summary>
    internal LittleLaw? Little { get; }

    /// <summary>The scalability law; null when there are too few loads for one.</summary>
    internal ScalingLaw? Law { get; }

    /// <summary>The load that has to be carried; null when nobody said.</summary>
    internal double? Expected { get; }

    /// <summary>That load beside the limit; null without either.</summary>
    internal Headroom? Headroom { get; }

    /// <summary>The load that the generators are counted for: the expected one, or twice what was tried near the limit.</summary>
    internal double ProjectedLoad { get; }

    /// <summary>Generators that <see cref="ProjectedLoad"/> needs; null where their cost is not known.</summary>
    internal GeneratorNeed? Generators { get; }

    /// <summary>The trial that the generator did not carry; null when there is none.</summary>
    internal Trial? GeneratorTrial => Found.GeneratorLimited;

    private static CapacityOutcome OutcomeOf(SearchPlan plan, SearchResult found)
    {
        bool isGeneratorFirst = SearchPlan.IsGeneratorFirst(found.Highest, found.Failed, found.GeneratorLimited);
        if (found.Maximum is not { } maximum)
        {
            TrialVerdict? smallest = found.Standing.MinBy(trial => trial.Load)?.Verdict;
            return isGeneratorFirst ? CapacityOutcome.GeneratorLimited
                : found.Highest is null && smallest == TrialVerdict.Failed && !found.IsCutShort ? CapacityOutcome.NotHeld : CapacityOutcome.CannotTell;
        }

        if (isGeneratorFirst)
            return CapacityOutcome.GeneratorLimited;
        if (found.Failed is { } failed)
            return failed.Load <= MostUncertain * maximum.Load ? CapacityOutcome.Found : CapacityOutcome.CannotTell;
        return maximum.Load >= plan.Most ? CapacityOutcome.AtLeast : CapacityOutcome.CannotTell;
    }
}
