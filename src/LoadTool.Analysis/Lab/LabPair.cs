namespace LoadTool.Analysis.Lab;

/// <summary>Two blocks that ran one after the other, in whichever order: what one of them met, the other met too.</summary>
/// <param name="Off">Without Nagle's algorithm (NoDelay on).</param>
/// <param name="On">With it (NoDelay off).</param>
internal sealed record LabPair(LabBlock Off, LabBlock On)
{
    /// <summary>Both pairs as one longer pair.</summary>
    internal LabPair And(LabPair other) => new(Off.And(other.Off), On.And(other.On));
}
