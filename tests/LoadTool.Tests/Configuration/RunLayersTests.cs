using LoadTool.Cli.Commands;
using LoadTool.Cli.Configuration;

namespace LoadTool.Tests.Configuration;

public sealed class RunLayersTests
{
    private static readonly RunRequest Defaults = new() { Script = "a.csx", ScriptArguments = [] };
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly LoadSimulation Own = Simulation.KeepConstant(3, Minute);

    private readonly Scenario _bare = Scenario.Create("bare", _ => Task.CompletedTask);
    private readonly Scenario _loaded = Scenario.Create("loaded", _ => Task.CompletedTask).WithLoadSimulations(Own).WithThresholds("iterations: count > 1");
    private readonly List<string> _notes = [];

    [Fact]
    public void A_config_file_loads_a_script_without_a_load()
    {
        Apply("vus: 7\nduration: 1m\nthresholds: ['errors: rate < 1%']", [_bare]);

        Assert.Equal([Simulation.KeepConstant(7, Minute)], _bare.Simulations);
        Assert.Equal(["errors: rate < 1%"], _bare.Thresholds.Select(threshold => threshold.Text));
        Assert.Empty(_notes);
    }

    [Fact]
    public void A_scripts_own_load_goes_before_a_config_file_and_that_is_said()
    {
        Apply("vus: 7\nthresholds: ['errors: rate < 1%']", [_loaded]);

        Assert.Equal([Own], _loaded.Simulations);
        Assert.Equal(["iterations: count > 1"], _loaded.Thresholds.Select(threshold => threshold.Text));
        Assert.Equal(
            [
                "c.yaml:1:6: vus is not used: the script gives scenario \"loaded\" its load, and goes before a config file",
                "c.yaml:2:14: thresholds is not used: the script gives scenario \"loaded\" its thresholds, and goes before a config file",
            ],
            _notes);
    }

    [Fact]
    public void The_environment_goes_before_the_script()
    {
        Apply("rate: 9", [_loaded], ("LOADTOOL_VUS", "7"), ("LOADTOOL_THRESHOLD", "errors: rate < 2%; iterations: count > 5"));

        Assert.Equal([Simulation.KeepConstant(7, Minute)], _loaded.Simulations);
        Assert.Equal(["errors: rate < 2%", "iterations: count > 5"], _loaded.Thresholds.Select(threshold => threshold.Text));
    }

    [Fact]
    public void A_duration_of_the_environment_stretches_the_load_of_the_config_file()
    {
        Apply("rate: 9", [_bare], ("LOADTOOL_DURATION", "1m"));

        Assert.Equal([Simulation.Inject(9, TimeSpan.FromSeconds(1), Minute)], _bare.Simulations);
    }

    [Fact]
    public void Sections_load_their_scenarios_over_what_the_file_says_of_all()
    {
        Scenario other = Scenario.Create("other", _ => Task.CompletedTask);
        Apply("duration: 1m\nscenarios:\n  bare: { vus: 2 }\n  other: { stages: ['5s:4', '0s:1'] }", [_bare, other]);

        Assert.Equal([Simulation.KeepConstant(2, Minute)], _bare.Simulations);
        Assert.Equal([Simulation.RampingConstant(4, TimeSpan.FromSeconds(5)), Simulation.RampingConstant(1, TimeSpan.FromTicks(1))], other.Simulations);
    }

    [Fact]
    public void What_is_for_no_scenario_or_for_too_many_is_refused()
    {
        Scenario other = Scenario.Create("other", _ => Task.CompletedTask);

        Assert.Equal("c.yaml:1:14: the script has no scenario bear; did you mean bare?", Refusal("scenarios: { bear: { vus: 1 } }", [_bare, other]));
        Assert.Equal("c.yaml:1:6: vus does not say which scenario is meant: write it under scenarios, as bare: { … }", Refusal("vus: 1", [_bare, other]));
        Assert.Equal("LOADTOOL_VUS needs a script with one scenario; this one has 2 (bare, other)", Refusal("quiet: true", [_bare, other], ("LOADTOOL_VUS", "7")));
    }

    [Fact]
    public void Options_and_scenarios_of_one_script_that_contradict_each_other_are_refused()
    {
        Assert.Equal("a.csx(4): vus and the load simulations of scenario \"loaded\" contradict each other: keep one of them", Refused("vus", 1));
        Assert.Equal("a.csx(4): thresholds and the thresholds of scenario \"loaded\" contradict each other: keep them in one place", Refused("thresholds", "errors: rate < 1%"));

        string Refused(string key, object value)
        {
            ScriptOptions script = new(path => path);
            script.Set(key, value, "a.csx", 4);
            RunLayers layers = new(Defaults, null, script.Layer, new OptionLayer(), new OptionLayer());
            return Assert.Throws<UsageException>(() => layers.Apply([_loaded], _notes.Add)).Message;
        }
    }

    private string Refusal(string yaml, Scenario[] scenarios, params (string Name, string Text)[] variables) =>
        Assert.Throws<UsageException>(() => Apply(yaml, scenarios, variables)).Message;

    private void Apply(string yaml, Scenario[] scenarios, params (string Name, string Text)[] variables)
    {
        OptionLayer environment = EnvironmentLayer.Read(variables.ToDictionary(variable => variable.Name, variable => variable.Text), _ => { });
        new RunLayers(Defaults, ConfigFile.Parse("c.yaml", yaml), new OptionLayer(), environment, new OptionLayer()).Apply(scenarios, _notes.Add);
    }
}
