namespace LoadTool;

/// <summary>Nothing is started, and users of the simulation before retire.</summary>
public sealed record Pause : LoadSimulation
{
    internal Pause(TimeSpan during)
        : base(during)
    {
    }
}
