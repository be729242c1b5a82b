using LoadTool.Testing;

namespace LoadTool.Tests.Testing;

/// <summary>An output that fails costs itself and nothing else, whatever it throws and whenever.</summary>
public sealed class FailingOutputTests
{
    [Theory]
    [InlineData("start")]
    [InlineData("write")]
    [InlineData("finish")]
    public void A_mistake_in_an_output_is_named_and_the_run_and_all_other_outputs_go_on(string when)
    {
        Counting before = new("before", throws: null), failing = new("failing", when), after = new("after", throws: null);
        Scenario scenario = Scenario.Create("a", user => user.Delay(TimeSpan.FromSeconds(1)).AsTask()).WithLoadSimulations(Simulation.KeepConstant(1, TimeSpan.FromSeconds(10)));

        RunResult result = ScenarioTest.Run([scenario], network: null, new RunOptions { Target = ScenarioTest.Target }, before, failing, after);

        Assert.Equal("InvalidOperationException: a mistake", Assert.Single(result.OutputErrors, error => error.Key == "failing").Value);
        Assert.Equal((1, 1), (before.Finished, after.Finished));
        Assert.Equal(before.Written, after.Written);
        Assert.True(before.Written >= 10);
        Assert.InRange(failing.Written, when == "start" ? 0 : 1, when == "finish" ? int.MaxValue : 1);
        Assert.Equal(10, result.Iterations[0].OkCount + result.Iterations[0].Interrupted);
    }

    private sealed class Counting(string name, string? throws) : IOutput
    {
        internal int Written { get; private set; }

        internal int Finished { get; private set; }

        public string Name => name;

        public void Start(RunInfo run) => ThrowIf("start");

        public void Write(Snapshot snapshot)
        {
            Written++;
            ThrowIf("write");
        }

        public void Finish(RunResult result)
        {
            Finished++;
            ThrowIf("finish");
        }

        private void ThrowIf(string when)
        {
            if (when == throws)
                throw new InvalidOperationException("a mistake");
        }
    }
}
