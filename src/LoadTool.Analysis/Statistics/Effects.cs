namespace LoadTool.Analysis.Statistics;

/// <summary>Tells effects from intervals.</summary>
internal static class Effects
{
    /// <summary>Where an interval lies, seen from the size that matters.</summary>
    /// <param name="difference">As a share; null for none.</param>
    /// <param name="matters">The least size that does, as a share; above zero.</param>
    /// <param name="isLowerBetter">Whether less is better.</param>
    internal static Effect Of(Interval? difference, double matters, bool isLowerBetter) => difference switch
    {
        { Low: double low, High: double high } when -matters < low && high < matters => Effect.NoDifferenceThatMatters,
        { Low: double low } when low >= matters => isLowerBetter ? Effect.Worse : Effect.Better,
        { High: double high } when high <= -matters => isLowerBetter ? Effect.Better : Effect.Worse,
        _ => Effect.NotEnoughSamples,
    };

    /// <summary>An effect in words.</summary>
    internal static string Word(Effect effect) => effect switch
    {
        Effect.Better => "better",
        Effect.Worse => "worse",
        Effect.NoDifferenceThatMatters => "no difference that matters",
        _ => "not enough samples",
    };
}
