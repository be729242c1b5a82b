using LoadTool.Cli.Commands;

namespace LoadTool.Tests.Commands;

public sealed class LoadOverrideTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly RunRequest Nothing = new() { Script = "a.csx", ScriptArguments = [], Environment = new Dictionary<string, string>() };

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
        Assert.Equal([Simulation.KeepConstant(9, TimeSpan.FromSeconds(11))], Applied(Nothing with { VirtualUsers = 9 }, Constant, Injected));
        Assert.Equal(
            [Simulation.Inject(9, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(11))],
            Applied(Nothing with { Rate = (9, TimeSpan.FromSeconds(1)) }, Constant, Injected));
        Assert.Equal([Simulation.KeepConstant(9, Minute)], Applied(Nothing with { VirtualUsers = 9, Duration = Minute }, Constant, Injected));
    }

    [Fact]
    public void A_script_without_a_load_runs_ten_seconds_by_default()
    {
        Assert.Equal([Simulation.KeepConstant(9, TimeSpan.FromSeconds(10))], Applied(Nothing with { VirtualUsers = 9 }));
        Assert.Equal([Simulation.KeepConstant(1, Minute)], Applied(Nothing with { Duration = Minute }));
    }

    [Fact]
    public void A_duration_alone_stretches_a_single_simulation()
    {
        Assert.Equal([Simulation.KeepConstant(3, Minute)], Applied(Nothing with { Duration = Minute }, Constant));
        Assert.Equal([Simulation.Inject(4, TimeSpan.FromSeconds(2), Minute)], Applied(Nothing with { Duration = Minute }, Injected));
        LoadSimulation limited = Assert.Single(Applied(Nothing with { Duration = Minute }, Simulation.IterationsForConstant(copies: 2, iterations: 5)));
        Assert.Equal((2, 5L, Minute), (limited.Copies, limited.Iterations, limited.During));
    }

    [Fact]
    public void What_contradicts_itself_or_says_too_little_is_refused()
    {
        Assert.Equal(
            "--vus and --rate contradict each other: --vus keeps so many users running, --rate starts so many iterations per second",
            Refusal(() => Applied(Nothing with { VirtualUsers = 1, Rate = (1, Minute) }, Constant)));
        Assert.Equal(
            "--duration alone does not say how to stretch several load simulations: give --vus or --rate with it",
            Refusal(() => Applied(Nothing with { Duration = Minute }, Constant, Injected)));
        Scenario[] two = [Scenario.Create("a", _ => Task.CompletedTask), Scenario.Create("b", _ => Task.CompletedTask)];
        Assert.Equal(
            "--vus, --rate and --duration need a script with one scenario; this one has 2 (a, b)",
            Refusal(() => LoadOverride.Apply(two, Nothing with { VirtualUsers = 1 })));
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
