namespace LoadTool;

/// <summary>Failures by kind over all loops, since the run began, with the earliest of each.</summary>
internal sealed record OutcomeTotals(IReadOnlyDictionary<Outcome, long> Counts, IReadOnlyDictionary<Outcome, OutcomeSample> Samples)
{
    internal static readonly OutcomeTotals None = Of([]);

    internal static OutcomeTotals Of(IEnumerable<OutcomeReading> readings)
    {
        Dictionary<Outcome, long> counts = [];
        Dictionary<Outcome, OutcomeSample> samples = [];
        foreach ((Outcome outcome, long count, OutcomeSample sample) in readings)
        {
            counts[outcome] = counts.GetValueOrDefault(outcome) + count;
            if (!samples.TryGetValue(outcome, out OutcomeSample? known) || sample.At < known.At)
                samples[outcome] = sample;
        }

        return new OutcomeTotals(counts, samples);
    }

    /// <summary>What was counted since an earlier reading.</summary>
    internal IReadOnlyDictionary<Outcome, long> Since(OutcomeTotals earlier) => Counts.Count == 0 ? None.Counts : Counts
        .Select(failure => KeyValuePair.Create(failure.Key, failure.Value - earlier.Counts.GetValueOrDefault(failure.Key)))
        .Where(failure => failure.Value > 0)
        .ToDictionary();
}
