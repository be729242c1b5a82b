namespace LoadTool.EndToEnd.Run;

/// <summary>What a user gets wrong in a script: its place, the mistake, and exit code 107.</summary>
public sealed class ScriptFailureTests
{
    private const string Load = ".WithLoadSimulations(Simulation.Inject(rate: 10, interval: TimeSpan.FromMilliseconds(100), during: TimeSpan.FromMilliseconds(100)));";
    private const string Target = "ws://127.0.0.1:9/";

    [Theory]
    [InlineData("Console.WriteLine(\"no scenario\");", "a.csx: error: the script defines no scenario; make one with Scenario.Create(\"name\", async user => { … })")]
    [InlineData("throw new InvalidOperationException(\"boom\");", "a.csx(1,1): InvalidOperationException: boom")]
    [InlineData("Scenario.Create(\"a\", async user => await user.Delay(TimeSpan.Zero));", "a.csx(1): error: Scenario \"a\" has no load: add .WithLoadSimulations(…), or give --vus or --rate.")]
    [InlineData(
        "Scenario.Create(\"a\", async user => { await Task.Yield(); throw new FormatException(\"bad\"); })" + Load,
        "error: no iteration succeeded: the script failed, ScriptError (FormatException: bad) 10 times; see the log for its place")]
    public async Task A_mistake_in_a_script_is_told_in_one_line(string script, string expected)
    {
        (int exitCode, string error) = await RunAsync(script);

        Assert.Equal(expected + "\n", error);
        Assert.Equal(107, exitCode);
    }

    [Fact]
    public async Task Weights_that_are_all_zero_are_an_error_in_the_line_of_the_scenario()
    {
        (int exitCode, string error) = await RunAsync(
            $"var load = Simulation.KeepConstant(1, TimeSpan.FromSeconds(1));\nScenario.Create(\"a\", user => Task.CompletedTask)\n.WithWeight(0).WithLoadSimulations(load);");

        Assert.Equal("a.csx(2): error: Scenario \"a\" has a weight of 0, and so have all others with weights: none of them would run.\n", error);
        Assert.Equal(107, exitCode);
    }

    [Theory]
    [InlineData("Simulation.Inject(rate: 0, interval: TimeSpan.FromSeconds(1), during: TimeSpan.FromSeconds(1))", "A rate is at least 1 per interval.")]
    [InlineData("Simulation.InjectPoisson(rate: -5, interval: TimeSpan.FromSeconds(1), during: TimeSpan.FromSeconds(1))", "A rate is at least 1 per interval.")]
    [InlineData("Simulation.RampingInject(rate: 5, interval: TimeSpan.Zero, during: TimeSpan.FromSeconds(1))", "A rate needs an interval longer than zero.")]
    [InlineData("Simulation.KeepConstant(copies: 0, during: TimeSpan.FromSeconds(1))", "Virtual users are at least 1.")]
    [InlineData("Simulation.KeepConstant(copies: 1, during: Timeout.InfiniteTimeSpan)", "A simulation lasts longer than zero and at most 30 days; without an end there is no result.")]
    [InlineData("Simulation.Pause(during: TimeSpan.MaxValue)", "A simulation lasts longer than zero and at most 30 days; without an end there is no result.")]
    public async Task A_simulation_that_is_none_is_an_error_in_its_line(string simulation, string expected)
    {
        (int exitCode, string error) = await RunAsync($"Scenario.Create(\"a\", user => Task.CompletedTask).WithLoadSimulations(\n    {simulation});");

        Assert.Matches(@"^a\.csx\(\d,\d+\): ArgumentOutOfRangeException: [^\n]+\n$", error);
        Assert.Contains(expected, error);
        Assert.Equal(107, exitCode);
    }

    [Fact]
    public async Task A_script_that_does_not_compile_shows_the_line_and_the_place_in_it()
    {
        (int exitCode, string error) = await RunAsync("\nvar x = Scenario.Creat(\"a\");");

        string[] lines = error.Split('\n');
        Assert.StartsWith("a.csx(2,18): error CS0117: ", lines[0]);
        Assert.Equal(["var x = Scenario.Creat(\"a\");", "                 ^", ""], lines[1..]);
        Assert.Equal(107, exitCode);
    }

    [Theory]
    [InlineData("init")]
    [InlineData("clean")]
    public async Task An_init_or_clean_that_throws_is_named_with_its_place_in_the_script(string place)
    {
        string with = place == "init" ? "WithInit" : "WithClean";
        (int exitCode, string error) = await RunAsync(
            $"Scenario.Create(\"a\", user => Task.CompletedTask)\n.{with}(context => throw new FormatException(\"bad\")){Load}");

        string[] lines = error.TrimEnd('\n').Split('\n');
        Assert.Matches($@"^error: {place} of scenario ""a"" failed: a\.csx\(2,\d+\): FormatException: bad$", lines[0]);
        Assert.All(lines[1..], line => Assert.Matches(@"^  at .* in a\.csx\(\d+\)$", line));
        Assert.Equal(107, exitCode);
    }

    [Fact]
    public async Task Arguments_after_two_dashes_and_values_of_env_reach_the_script()
    {
        using WorkFolder folder = new();
        folder.Write("a.csx", $"Console.WriteLine($\"{{string.Join('|', Args)}} {{Env[\"NAME\"]}}\"); Scenario.Create(\"a\", user => Task.CompletedTask){Load}");

        using Tool tool = Tool.Start(folder.Root, "run", "a.csx", "--target", Target, "--env", "NAME=a=b", "--", "--vus", "x y");
        string? line = await tool.ReadLineAsync();
        (int exitCode, _, string error) = await tool.EndAsync();

        Assert.Equal("--vus|x y a=b", line);
        Assert.Equal((0, ""), (exitCode, error));
    }

    private static async Task<(int ExitCode, string Error)> RunAsync(string script)
    {
        using WorkFolder folder = new();
        folder.Write("a.csx", script);
        (int exitCode, _, string error) = await Tool.RunAsync(folder.Root, "run", "a.csx", "--target", Target);
        return (exitCode, error);
    }
}
