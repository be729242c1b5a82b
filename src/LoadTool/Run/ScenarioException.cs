namespace LoadTool;

/// <summary>A script's own code failed outside of the load: in init or in clean.</summary>
public sealed class ScenarioException : Exception
{
    /// <param name="scenario">The scenario's name.</param>
    /// <param name="place">"init" or "clean".</param>
    /// <param name="inner">What the script threw.</param>
    internal ScenarioException(string scenario, string place, Exception inner)
        : base($"{place} of scenario \"{scenario}\" failed: {inner.Message}", inner)
    {
        Scenario = scenario;
        Place = place;
    }

    /// <summary>The scenario's name.</summary>
    public string Scenario { get; }

    /// <summary>"init" or "clean".</summary>
    public string Place { get; }
}
