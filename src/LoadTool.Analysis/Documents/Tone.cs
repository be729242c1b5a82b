namespace LoadTool.Analysis.Documents;

/// <summary>How good something is for its reader.</summary>
internal enum Tone
{
    /// <summary>Neither good nor bad.</summary>
    Neutral,

    /// <summary>As hoped, or better.</summary>
    Good,

    /// <summary>Worse than is acceptable.</summary>
    Bad,

    /// <summary>Cannot be told.</summary>
    Unclear,
}
