namespace LoadTool.Analysis.Soak;

/// <summary>What a long run says of something that should stay as it is.</summary>
internal enum SoakVerdict
{
    /// <summary>It may grow by what matters, and may not.</summary>
    NotEnoughSamples,

    /// <summary>It does not grow by anything that matters.</summary>
    Steady,

    /// <summary>It grows by what matters, surely.</summary>
    Grows,
}
