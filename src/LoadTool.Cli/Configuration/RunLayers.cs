using LoadTool.Cli.Commands;

namespace LoadTool.Cli.Configuration;

/// <summary>The places that give options, in k6's order: the defaults, the config file, the script, the environment, the command line.</summary>
/// <param name="Defaults">What holds when nobody says anything.</param>
/// <param name="Config">The config file, if there is one.</param>
/// <param name="Script">What the script has set.</param>
/// <param name="Environment">The environment variables.</param>
/// <param name="CommandLine">The command line.</param>
internal sealed record RunLayers(RunRequest Defaults, ConfigFile? Config, OptionLayer Script, OptionLayer Environment, OptionLayer CommandLine)
{
    /// <summary>All of them together.</summary>
    internal RunRequest Request => AboveConfig(Config is null ? Defaults : Config.Layer.Over(Defaults));

    /// <summary>
    /// Gives the scenarios the load and the thresholds that options ask for. What the script itself gives them stands in the script's place among the
    /// layers: it goes before what the config file says.
    /// </summary>
    /// <param name="scenarios">Those of the script.</param>
    /// <param name="note">Told what is not used.</param>
    /// <exception cref="UsageException">The options contradict the script or each other, or do not say enough for it.</exception>
    internal void Apply(IReadOnlyList<Scenario> scenarios, Action<string> note)
    {
        RequireOneOfScript(scenarios);
        if (Config is not null)
            ApplyConfig(Config, scenarios, note);
        RunRequest above = AboveConfig(Defaults);
        LoadOverride.Apply(scenarios, above);
        if (above.ThresholdLabel is { } label)
            LoadOverride.Only(scenarios, label).ReplaceThresholds(above.Thresholds);
    }

    private RunRequest AboveConfig(RunRequest below) => CommandLine.Over(Environment.Over(Script.Over(below)));

    private void RequireOneOfScript(IReadOnlyList<Scenario> scenarios)
    {
        RunRequest script = Script.Over(Defaults);
        if (script.LoadLabel is { } load && scenarios.FirstOrDefault(scenario => scenario.Simulations.Count > 0) is { } loaded)
            throw new UsageException($"{load} and the load simulations of scenario \"{loaded.Name}\" contradict each other: keep one of them");
        if (script.ThresholdLabel is { } threshold && scenarios.FirstOrDefault(scenario => scenario.Thresholds.Count > 0) is { } limited)
            throw new UsageException($"{threshold} and the thresholds of scenario \"{limited.Name}\" contradict each other: keep them in one place");
    }

    private void ApplyConfig(ConfigFile config, IReadOnlyList<Scenario> scenarios, Action<string> note)
    {
        foreach ((string name, ScenarioSection section) in config.Sections)
        {
            if (scenarios.All(scenario => scenario.Name != name))
                throw new UsageException($"{section.Place}: the script has no scenario {name}{Nearest.Hint(name, scenarios.Select(scenario => scenario.Name))}");
        }

        RunRequest ofAll = config.Layer.Over(Defaults);
        foreach (Scenario scenario in scenarios)
        {
            bool isApart = config.Sections.TryGetValue(scenario.Name, out ScenarioSection? section);
            RunRequest request = isApart ? section!.Layer.Over(ofAll) : ofAll;
            ApplyConfig(request, scenario, isApart || scenarios.Count == 1, note);
        }
    }

    private static void ApplyConfig(RunRequest request, Scenario scenario, bool isMeant, Action<string> note)
    {
        if (request.LoadLabel is { } load)
        {
            if (scenario.Simulations.Count > 0)
                note($"{load} is not used: the script gives scenario \"{scenario.Name}\" its load, and goes before a config file");
            else
                LoadOverride.Apply(isMeant ? [scenario] : throw NotMeant(load, scenario), request);
        }

        if (request.ThresholdLabel is { } threshold)
        {
            if (scenario.Thresholds.Count > 0)
                note($"{threshold} is not used: the script gives scenario \"{scenario.Name}\" its thresholds, and goes before a config file");
            else
                (isMeant ? scenario : throw NotMeant(threshold, scenario)).ReplaceThresholds(request.Thresholds);
        }
    }

    private static UsageException NotMeant(string label, Scenario scenario) =>
        new($"{label} does not say which scenario is meant: write it under scenarios, as {scenario.Name}: {{ … }}");
}
