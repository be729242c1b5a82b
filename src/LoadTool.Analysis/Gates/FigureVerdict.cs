namespace LoadTool.Analysis.Gates;

/// <summary>What a gate says of one figure.</summary>
internal enum FigureVerdict
{
    /// <summary>No worse by anything that matters.</summary>
    Holds,

    /// <summary>Better, and not only by what would not matter.</summary>
    Better,

    /// <summary>Worse, and not only by what would not matter.</summary>
    Worse,

    /// <summary>Beyond the limit that its rule sets.</summary>
    OverLimit,

    /// <summary>What runs scatter by hides a difference that would matter.</summary>
    Unclear,

    /// <summary>It rests on too few values to be judged at all, and does not take part in the gate's verdict.</summary>
    TooFew,

    /// <summary>Some of the runs do not have it.</summary>
    Missing,
}
