using LoadTool.Tests.Outputs;

namespace LoadTool.Tests.Commands;

public sealed class RunVerdictTests
{
    [Theory]
    [InlineData(TrustVerdict.Trusted, true, 0)]
    [InlineData(TrustVerdict.Degraded, true, 0)]
    [InlineData(TrustVerdict.Invalid, true, 91)]
    [InlineData(TrustVerdict.Invalid, false, 0)]
    public void Only_an_invalid_generator_ends_with_91_and_only_when_that_was_asked_for(TrustVerdict verdict, bool requiresTrust, int exitCode) =>
        Assert.Equal(exitCode, Tell(Run(verdict), requiresTrust));

    [Fact]
    public void An_invalid_generator_comes_before_thresholds_and_lost_results_but_not_before_a_run_that_never_was()
    {
        RunResult invalid = Run(TrustVerdict.Invalid, thresholds: "echo: max < 1ns");

        Assert.Equal(99, Tell(invalid, requiresTrust: false));
        Assert.Equal(91, Tell(invalid, requiresTrust: true));
        Assert.Equal(91, Tell(invalid with { OutputErrors = new Dictionary<string, string> { ["files"] = "disk full" } }, requiresTrust: true));
        Assert.Equal(105, Tell(invalid with { WasStopped = true }, requiresTrust: true));
        Assert.Equal(104, Tell(invalid with { Iterations = [PlantedRun.Figures("echo", "")], Steps = [] }, requiresTrust: true));
    }

    private static int Tell(RunResult result, bool requiresTrust) => RunVerdict.Tell(result, error => error.Message, requiresTrust);

    private static RunResult Run(TrustVerdict verdict, params string[] thresholds)
    {
        RunResult planted = PlantedRun.Result(
            [PlantedRun.Figures("echo", "echo", PlantedRun.Latencies((1_000, 10)))],
            [PlantedRun.Figures("echo", "", PlantedRun.Latencies((1_000, 10)))]);
        Scenario scenario = Scenario.Create("echo", _ => Task.CompletedTask).WithThresholds(thresholds);
        TrustFigures figures = new() { Length = TimeSpan.FromSeconds(1), Loops = [] };
        RunResult result = planted with
        {
            Run = planted.Run with { Scenarios = [scenario] },
            Trust = new Trust(figures, [new TrustReason(verdict, "lag.stopped", "it stood still", 0.5, 0.01, "share", "do not stop it")]),
        };
        return result with { Thresholds = PlantedRun.Judged(result) };
    }
}
