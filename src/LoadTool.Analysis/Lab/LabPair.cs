namespace LoadTool.Analysis.Lab;

/// <summary>Two blocks that ran one after the other, in whichever order: what one of them met, the other met too.</summary>
/// <param name="Off">Without Nagle's algorithm (NoDelay on).</param>
/// <param name="On">With it (NoDelay off).</param>
internal sealed record LabPair(LabBlock Off, LabBlock On)
{
    /// <summary>Several as one longer pair.</summary>
    /// <param name="pairs">At least one.</param>
    internal static LabPair Merge(IReadOnlyList<LabPair> pairs) =>
        pairs is [LabPair single] ? single : new(LabBlock.Merge([.. pairs.Select(pair => pair.Off)]), LabBlock.Merge([.. pairs.Select(pair => pair.On)]));
}
