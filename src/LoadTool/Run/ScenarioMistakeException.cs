namespace LoadTool;

/// <summary>A scenario cannot be run as it is.</summary>
/// <param name="scenario">The scenario.</param>
/// <param name="mistake">What is wrong with it, and the remedy.</param>
/// <param name="place">Where the mistake stands; null for where the scenario was made.</param>
/// <param name="isOfScript">True when it is no mistake of this scenario alone.</param>
internal sealed class ScenarioMistakeException(Scenario scenario, string mistake, (string File, int Line)? place = null, bool isOfScript = false)
    : ArgumentException(isOfScript ? mistake : $"Scenario \"{scenario.Name}\" {mistake}")
{
    /// <summary>Where the mistake stands.</summary>
    internal (string File, int Line) Place => place ?? scenario.Place;
}
