namespace LoadTool.Analysis.Soak;

/// <summary>What a growth counts.</summary>
internal enum SoakUnit
{
    /// <summary>Bytes per minute and socket.</summary>
    Bytes,

    /// <summary>A share of a latency.</summary>
    Latency,

    /// <summary>A share of all attempts.</summary>
    Errors,
}
