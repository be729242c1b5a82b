namespace LoadTool;

/// <summary>A fixed number of virtual users, each starting its next iteration when the last one ended (closed model).</summary>
public sealed record KeepConstant : LoadSimulation
{
    /// <param name="copies">Virtual users; at least 1.</param>
    /// <param name="during">How long.</param>
    internal KeepConstant(int copies, TimeSpan during)
        : base(during)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(copies, 1);
        Copies = copies;
    }

    /// <inheritdoc/>
    public override int Copies { get; }
}
