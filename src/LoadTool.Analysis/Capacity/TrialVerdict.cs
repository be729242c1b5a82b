namespace LoadTool.Analysis.Capacity;

/// <summary>What a load that was held for a while says.</summary>
internal enum TrialVerdict
{
    /// <summary>The time was too short to tell.</summary>
    Undecided,

    /// <summary>All objectives were kept.</summary>
    Held,

    /// <summary>An objective was not kept, and the target is why.</summary>
    Failed,

    /// <summary>The generator, or the machine it runs on, was the limit: nothing is said about the target.</summary>
    GeneratorLimited,
}
