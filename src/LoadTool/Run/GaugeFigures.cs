namespace LoadTool;

/// <summary>What a gauge showed since the run began.</summary>
/// <param name="Name">The metric's name.</param>
/// <param name="Unit">Its unit, for people; may be empty.</param>
/// <param name="Last">The level set last, on any event loop.</param>
/// <param name="Min">The least.</param>
/// <param name="Max">The largest.</param>
public sealed record GaugeFigures(string Name, string Unit, double Last, double Min, double Max)
{
    /// <summary>The level set last, by NBomber's name.</summary>
    public double Value => Last;
}
