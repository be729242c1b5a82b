namespace LoadTool;

/// <summary>
/// What one event loop counts of failures, by kind, with the first of each as a sample (hop 2). Rule: the loop's thread alone writes; the run reads.
/// <c>_counters</c> is replaced, never changed in length, so that a reader always sees a whole array.
/// </summary>
internal sealed class OutcomeCounts
{
    /// <summary>Distinct outcomes kept apart; past it (a message with a number in it, say) they are counted together.</summary>
    private const int MaxOutcomes = 64;

    private static readonly Outcome OtherOutcomes = new(Outcome.ScriptError, "(further kinds of failure)");

    private Counter[] _counters = [];

    /// <summary>Counts a failure of a kind that is known.</summary>
    /// <returns>False when it is the first of its kind: <see cref="Add"/> it.</returns>
    internal bool TryCount(Outcome outcome)
    {
        if ((Find(outcome) ?? (_counters.Length < MaxOutcomes ? null : Find(OtherOutcomes))) is not { } counter)
            return false;
        counter.Count++;
        return true;
    }

    /// <summary>Counts the first failure of its kind.</summary>
    internal void Add(Outcome outcome, OutcomeSample sample) =>
        Volatile.Write(ref _counters, [.. _counters, new Counter(_counters.Length < MaxOutcomes ? outcome : OtherOutcomes, sample) { Count = 1 }]);

    /// <summary>Whether anything has failed. Called by the run, on its own thread.</summary>
    internal bool Any => Volatile.Read(ref _counters).Length > 0;

    /// <summary>The totals so far. Called by the run, on its own thread.</summary>
    internal OutcomeReading[] Read() =>
        Array.ConvertAll(Volatile.Read(ref _counters), counter => new OutcomeReading(counter.Outcome, Volatile.Read(ref counter.Count), counter.Sample));

    private Counter? Find(Outcome outcome)
    {
        foreach (Counter counter in _counters)
        {
            if (counter.Outcome == outcome)
                return counter;
        }

        return null;
    }

    private sealed class Counter(Outcome outcome, OutcomeSample sample)
    {
        internal readonly Outcome Outcome = outcome;
        internal readonly OutcomeSample Sample = sample;
        internal long Count;
    }
}

/// <summary>One kind of failure of one loop.</summary>
/// <param name="Outcome">The kind.</param>
/// <param name="Count">Since the run began.</param>
/// <param name="Sample">The first.</param>
internal readonly record struct OutcomeReading(Outcome Outcome, long Count, OutcomeSample Sample);
