using LoadTool.Cli.Commands;
using LoadTool.Cli.Configuration;

namespace LoadTool.Tests.Commands;

public sealed class LoadOverrideTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly RunRequest Nothing = new() { Script = "a.csx", ScriptArguments = [] };
    private static readonly RunRequest Given = Nothing with { LoadLabel = "--given" };

    private static readonly LoadSimulation Constant = Simulation.KeepConstant(3, TimeSpan.FromSeconds(5));
    private static readonly LoadSimulation Injected = Simulation.Inject(4, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(6));

    [Fact]
    public void Without_options_the_scripts_own_load_stays()
    {
        Assert.Equal([Constant, Injected], Applied(Nothing, Constant, Injected));
        Assert.Equal([Constant], Applied(Nothing with { Iterations = 7 }, Constant));
    }

    [Fact]
    public void Users_or_a_rate_replace_the_load_for_as_long_as_it_was_planned()
    {
        Assert.Equal([Simulation.KeepConstant(9, TimeSpan.FromSeconds(11))], Applied(Given with { VirtualUsers = 9 }, Constant, Injected));
        Assert.Equal(
            [Simulation.Inject(9, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(11))],
            Applied(Given with { Rate = (9, TimeSpan.FromSeconds(1)) }, Constant, Injected));
        Assert.Equal([Simulation.KeepConstant(9, Minute)], Applied(Given with { VirtualUsers = 9, Duration = Minute }, Constant, Injected));
    }

    [Fact]
    public void A_script_without_a_load_runs_ten_seconds_by_default()
    {
        Assert.Equal([Simulation.KeepConstant(9, TimeSpan.FromSeconds(10))], Applied(Given with { VirtualUsers = 9 }));
        Assert.Equal([Simulation.KeepConstant(1, Minute)], Applied(Given with { Duration = Minute }));
    }

    [Fact]
    public void A_duration_alone_stretches_a_single_simulation()
    {
        Assert.Equal([Simulation.KeepConstant(3, Minute)], Applied(Given with { Duration = Minute }, Constant));
        Assert.Equal([Simulation.Inject(4, TimeSpan.FromSeconds(2), Minute)], Applied(Given with { Duration = Minute }, Injected));
        LoadSimulation limited = Assert.Single(Applied(Given with { Duration = Minute }, Simulation.IterationsForConstant(copies: 2, iterations: 5)));
        Assert.Equal((2, 5L, Minute), (limited.Copies, limited.Iterations, limited.During));
    }

    [Fact]
    public void What_says_too_little_is_refused()
    {
        Assert.Equal(
            "--given alone does not say how to stretch load simulations that change: give --vus or --rate with it",
            Refusal(() => Applied(Given with { Duration = Minute }, Constant, Injected)));
        Scenario[] two = [Scenario.Create("a", _ => Task.CompletedTask), Scenario.Create("b", _ => Task.CompletedTask)];
        Assert.Equal(
            "--given needs a script with one scenario; this one has 2 (a, b)",
            Refusal(() => LoadOverride.Apply(two, Given with { VirtualUsers = 1 })));
    }

    [Fact]
    public void Stages_are_ramps_of_users_one_after_another()
    {
        RunRequest staged = Given with { Stages = [new Stage(Minute, 100), new Stage(TimeSpan.FromSeconds(5), 0)] };

        Assert.Equal([Simulation.RampingConstant(100, Minute), Simulation.RampingConstant(0, TimeSpan.FromSeconds(5))], Applied(staged, Constant));
    }

    private static IReadOnlyList<LoadSimulation> Applied(RunRequest request, params LoadSimulation[] simulations)
    {
        Scenario scenario = Scenario.Create("a", _ => Task.CompletedTask);
        if (simulations.Length > 0)
            scenario.WithLoadSimulations(simulations);
        LoadOverride.Apply([scenario], request);
        return scenario.Simulations;
    }

    private static string Refusal(Action apply) => Assert.Throws<UsageException>(apply).Message;
}
