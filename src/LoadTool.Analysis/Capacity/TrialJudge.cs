namespace LoadTool.Analysis.Capacity;

/// <summary>
/// What a trial says of the target. A load that held has held, whatever the generator did, where latencies are asked for: they count from the intended moment, and so it can only
/// have made them longer. One that failed is the target's failure only where the generator, at its worst, does not explain it.
/// </summary>
internal static class TrialJudge
{
    /// <param name="results">Each objective.</param>
    /// <param name="generator">What the generator had to do with it.</param>
    /// <param name="undelivered">Why this was not the load that was asked for; null when it was.</param>
    /// <param name="isGeneratorsLoad">True when it is the generator alone that delivers the load, whatever the target does.</param>
    /// <param name="network">What was wrong with the way to the target; null for nothing.</param>
    /// <returns>The verdict, what was the limit, and what its reader should know, in one line.</returns>
    internal static (TrialVerdict Verdict, CapacityLimit? Limit, string? Doubt) Judge(
        IReadOnlyList<ObjectiveResult> results, GeneratorPart generator, string? undelivered, bool isGeneratorsLoad, string? network)
    {
        TrialVerdict verdict = VerdictOf(results);
        if (undelivered is not null && verdict != TrialVerdict.Failed)
            return isGeneratorsLoad ? OfGenerator(generator, undelivered) : (TrialVerdict.Failed, CapacityLimit.TargetErrors, undelivered);
        ObjectiveResult? failed = results.FirstOrDefault(result => result.Verdict == TrialVerdict.Failed && !Explains(generator, result));
        return verdict switch
        {
            TrialVerdict.Undecided => (verdict, null, Empty(results) ?? generator.Finding),
            TrialVerdict.Held when generator.Share >= 1 && results.All(result => result.Objective.Kind != ObjectiveKind.Latency) => OfGenerator(generator, generator.Explanation),
            TrialVerdict.Held => (verdict, null, generator.Finding),
            _ when failed is null => OfGenerator(generator, generator.Explanation),
            _ when network is not null => (verdict, CapacityLimit.Network, network),
            _ => (verdict, LimitOf(failed.Objective.Kind), generator.Finding),
        };
    }

    /// <summary>What the objectives say by themselves.</summary>
    internal static TrialVerdict VerdictOf(IReadOnlyList<ObjectiveResult> results) =>
        results.Any(result => result.Verdict == TrialVerdict.Failed) ? TrialVerdict.Failed
        : results.All(result => result.Verdict == TrialVerdict.Held) ? TrialVerdict.Held : TrialVerdict.Undecided;

    private static (TrialVerdict, CapacityLimit?, string?) OfGenerator(GeneratorPart generator, string why) =>
        (TrialVerdict.GeneratorLimited, generator.IsExhausted ? CapacityLimit.Ports : CapacityLimit.Generator, why);

    /// <summary>A share of bad latencies is explained when it would be kept without those that the generator may have made; a mean or a rate by any disturbance.</summary>
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

    private static string? Empty(IReadOnlyList<ObjectiveResult> results) =>
        results.FirstOrDefault(result => result.Ratio is null) is { } empty ? $"too little was counted for \"{empty.Objective.Text}\"" : null;
}
