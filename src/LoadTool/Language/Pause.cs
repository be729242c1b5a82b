namespace LoadTool;

/// <summary>Nothing is started, and users of the simulation before retire.</summary>
internal sealed record Pause : LoadSimulation
{
    internal Pause(TimeSpan during)
        : base(during)
    {
    }

    internal override LoadSimulation PartOf(WeightShare share, long seed) => this;
}
