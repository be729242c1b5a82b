namespace LoadTool;

/// <summary>A scenario cannot be run as it is.</summary>
internal sealed class ScenarioMistakeException(Scenario scenario, string mistake) : ArgumentException($"Scenario \"{scenario.Name}\" {mistake}")
{
    /// <summary>Where the scenario was made.</summary>
    internal (string File, int Line) Place => scenario.Place;
}
