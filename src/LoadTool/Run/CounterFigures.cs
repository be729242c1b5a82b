namespace LoadTool;

/// <summary>What a counter counted, over an interval or over the whole run.</summary>
/// <param name="Name">The metric's name.</param>
/// <param name="Unit">Its unit, for people; may be empty.</param>
/// <param name="Count">The count.</param>
public sealed record CounterFigures(string Name, string Unit, long Count)
{
    /// <summary>The count, by NBomber's name.</summary>
    public long Value => Count;
}
