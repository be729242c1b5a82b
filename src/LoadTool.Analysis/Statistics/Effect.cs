namespace LoadTool.Analysis.Statistics;

/// <summary>What a difference means.</summary>
internal enum Effect
{
    /// <summary>The interval reaches from what matters to what does not, or there is none.</summary>
    NotEnoughSamples,

    /// <summary>The whole interval lies within the size that matters.</summary>
    NoDifferenceThatMatters,

    /// <summary>The whole interval lies beyond it, on the good side.</summary>
    Better,

    /// <summary>The whole interval lies beyond it, on the bad side.</summary>
    Worse,
}
