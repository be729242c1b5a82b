namespace LoadTool.Analysis.Gates;

/// <summary>What a gate says of the new runs.</summary>
internal enum GateVerdict
{
    /// <summary>No figure is worse by anything that matters.</summary>
    Pass,

    /// <summary>The same, and one at least is better.</summary>
    Improvement,

    /// <summary>A figure at least is worse, or beyond its limit.</summary>
    Regression,

    /// <summary>A figure at least may be worse by something that matters, and may not.</summary>
    NotEnoughSamples,

    /// <summary>Runs that must not be compared, or figures that some of them lack.</summary>
    Invalid,
}
