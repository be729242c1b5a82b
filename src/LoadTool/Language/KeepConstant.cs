namespace LoadTool;

/// <summary>A fixed number of virtual users, each starting its next iteration when the last one ended (closed model).</summary>
internal sealed record KeepConstant : LoadSimulation
{
    internal KeepConstant(int copies, TimeSpan during)
        : base(during)
    {
        CheckCopies(copies, least: 1);
        Copies = copies;
    }

    internal override int Copies { get; }

    internal override int LastCopies => Copies;

    internal override LoadSimulation Scaled(double factor) => Scaled(Copies, factor) is > 0 and var copies ? new KeepConstant(copies, During) : new Pause(During);

    internal override LoadSimulation PartOf(WeightShare share, long seed) => share.Of(Copies) is > 0 and var copies ? new KeepConstant(copies, During) : new Pause(During);
}
