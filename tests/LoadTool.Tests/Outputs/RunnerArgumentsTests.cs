namespace LoadTool.Tests.Outputs;

public sealed class RunnerArgumentsTests
{
    [Fact]
    public void The_options_of_a_program_mean_what_they_mean_to_the_tool()
    {
        RunnerArguments read = RunnerArguments.Read(
            ["--target", "wss://host/path", "--insecure", "--vus=3", "--duration", "1m30s", "--iterations", "7", "--seed=-5", "--env", "A=b=c", "--env=D=", "--results", "there", "--out", "json=a.jsonl", "--out=prometheus", "--out-setting", "prometheus.linger=1s", "--quiet"]);

        Assert.Equal(new Uri("wss://host/path"), read.Target);
        Assert.True(read.AcceptsAnyServerCertificate);
        Assert.Equal((3, TimeSpan.FromSeconds(90), 7L, -5L, "there", true), (read.VirtualUsers, read.Duration, read.Iterations, read.Seed, read.Results, read.IsQuiet));
        Assert.Equal(new Dictionary<string, string> { ["A"] = "b=c", ["D"] = "" }, read.Environment);
        Assert.Equal(["json=a.jsonl", "prometheus"], read.Outputs);
        Assert.Equal(new Dictionary<string, string> { ["prometheus.linger"] = "1s" }, read.OutputSettings);
    }

    [Theory]
    [InlineData("--target http://host/", "--target http://host/ is no WebSocket URL: write one such as ws://127.0.0.1:9001/echo")]
    [InlineData("--target", "--target needs a value")]
    [InlineData("--vus 0", "--vus 0 is no whole number from 1 on")]
    [InlineData("--vus 3000000000", "--vus 3000000000 is no whole number from 1 on")]
    [InlineData("--iterations many", "--iterations many is no whole number from 1 on")]
    [InlineData("--duration 10", "--duration 10 is no duration: write one such as 500ms, 30s or 1m30s")]
    [InlineData("--duration 0s", "--duration 0s is no duration: write one such as 500ms, 30s or 1m30s")]
    [InlineData("--seed x", "--seed x is no whole number")]
    [InlineData("--results=", "--results needs a folder")]
    [InlineData("--out=", "--out needs an output")]
    [InlineData("--out-setting a", "--out-setting has an item that is no NAME=VALUE")]
    [InlineData("--env A", "--env has an item that is no NAME=VALUE")]
    public void A_mistake_is_one_line_that_says_what_to_write(string arguments, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => RunnerArguments.Read(arguments.Split(' '))).Message);

    [Theory]
    [InlineData("--stage 1s:3")]
    [InlineData("--quiet=yes")]
    [InlineData("script.csx")]
    public void What_a_program_does_not_take_is_named_with_what_takes_it(string arguments)
    {
        string message = Assert.Throws<ArgumentException>(() => RunnerArguments.Read(arguments.Split(' '))).Message;

        Assert.StartsWith($"unknown option {arguments.Split(' ', '=')[0]}: a program takes --target, ", message);
        Assert.EndsWith("`loadtool run` on the same file takes all of its own", message);
    }

    [Fact]
    public void Users_and_duration_take_the_place_of_the_only_scenarios_load()
    {
        Scenario scenario = Scenario.Create("a", _ => Task.CompletedTask).WithLoadSimulations(Simulation.KeepConstant(2, TimeSpan.FromSeconds(9)));

        RunnerArguments.Read(["--duration", "4s"]).Apply([scenario]);
        Assert.Equal([Simulation.KeepConstant(2, TimeSpan.FromSeconds(4))], scenario.Simulations);

        RunnerArguments.Read(["--vus", "5"]).Apply([scenario]);
        Assert.Equal([Simulation.KeepConstant(5, TimeSpan.FromSeconds(4))], scenario.Simulations);

        scenario.WithLoadSimulations(Simulation.RampingConstant(2, TimeSpan.FromSeconds(9)));
        Assert.Throws<ArgumentException>(() => RunnerArguments.Read(["--duration", "4s"]).Apply([scenario]));
        Assert.Throws<ArgumentException>(() => RunnerArguments.Read(["--vus", "4"]).Apply([scenario, scenario]));
    }
}
