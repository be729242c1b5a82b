namespace LoadTool;

/// <summary>Collects the scenarios that a script makes while it runs, so that a script need not hand them over.</summary>
internal sealed class ScenarioRegistry
{
    private static readonly AsyncLocal<ScenarioRegistry?> Ambient = new();

    private readonly List<Scenario> _scenarios = [];

    /// <summary>The registry of the script now running, or null outside one.</summary>
    internal static ScenarioRegistry? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    internal IReadOnlyList<Scenario> Scenarios => _scenarios;

    /// <summary>What the script's names stand for, as far as it says before it runs.</summary>
    internal NameRegistry Names { get; } = new();

    internal void Add(Scenario scenario) => _scenarios.Add(scenario);
}
