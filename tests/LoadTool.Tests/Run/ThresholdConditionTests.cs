using LoadTool.Tests.Outputs;

namespace LoadTool.Tests.Run;

public sealed class ThresholdConditionTests
{
    private static readonly Outcome Reset = new("ConnectionReset", "connection reset");
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);

    /// <summary>100 echoes of 1 to 100 ms and 25 failures; 10 connects; 5 iterations in each of two scenarios.</summary>
    private static readonly StepFigures[] Steps =
    [
        PlantedRun.Figures("a", "connect", PlantedRun.Latencies((7_000_000, 10))),
        PlantedRun.Figures("a", "echo", PlantedRun.Latencies([.. Enumerable.Range(1, 100).Select(ms => (ms * 1_000_000L, 1L))]), [(Reset, 25)]),
        PlantedRun.Figures("b", "never"),
    ];

    private static readonly StepFigures[] Iterations =
    [
        PlantedRun.Figures("a", "(iteration)", PlantedRun.Latencies((1_000_000_000, 5))),
        PlantedRun.Figures("b", "(iteration)", PlantedRun.Latencies((3_000_000_000, 5)), [(Reset, 1)]),
    ];

    [Theory]
    [InlineData("echo: p(99) < 100ms", 99e6, true)]
    [InlineData("echo: p(99) < 99ms", 99e6, false)]
    [InlineData("echo:p( 99.9 )<=0.1s", 100e6, true)]
    [InlineData("a.echo: max <= 100", 100e6, true)]
    [InlineData("echo: min >= 1000us", 1e6, true)]
    [InlineData("echo: min >= 1001µs", 1e6, false)]
    [InlineData("echo: med < 1m", 50e6, true)]
    [InlineData("echo: avg > 50ms", 50.5e6, true)]
    [InlineData("echo: count == 100", 100, true)]
    [InlineData("echo: count != 100", 100, false)]
    [InlineData("echo: rate >= 600/m", 10, true)]
    [InlineData("echo: rate > 10", 10, false)]
    [InlineData("echo.errors: rate < 20%", 0.2, false)]
    [InlineData("echo.errors: rate <= 0.2", 0.2, true)]
    [InlineData("a.echo.errors: count < 26", 25, true)]
    [InlineData("connect.errors: rate < 0.1%", 0, true)]
    [InlineData("errors: rate < 18.6%", 25 / 135.0, true)]
    [InlineData("errors: count == 0", 25, false)]
    [InlineData("iterations: rate >= 1/s", 1, true)]
    [InlineData("iterations: max < 2s", 3e9, false)]
    [InlineData("iterations: count >= 10", 10, true)]
    public void A_condition_is_held_against_the_whole_run(string text, double value, bool holds)
    {
        ThresholdCondition condition = ThresholdCondition.Parse(text);
        Assert.Equal(value, condition.ValueOf(Steps, Iterations, ConnectFigures.None, TenSeconds)!.Value, tolerance: value * 0.001);
        Assert.Equal(holds, condition.Holds(value));
        Assert.Equal(text, condition.Text);
    }

    [Theory]
    [InlineData("never: p(99) < 10ms")]
    [InlineData("never.errors: rate < 1%")]
    [InlineData("unknown: count > 0")]
    [InlineData("unknown: rate > 0")]
    public void Where_nothing_was_counted_there_is_no_value(string text) =>
        Assert.Null(ThresholdCondition.Parse(text).ValueOf(Steps, Iterations, ConnectFigures.None, TenSeconds));

    [Fact]
    public void A_step_of_several_scenarios_is_judged_as_one()
    {
        StepFigures[] both = [PlantedRun.Figures("a", "echo", PlantedRun.Latencies((1_000_000, 50))), PlantedRun.Figures("b", "echo", PlantedRun.Latencies((9_000_000, 50)))];
        Assert.Equal(5e6, ThresholdCondition.Parse("echo: avg < 1s").ValueOf(both, [], ConnectFigures.None, TenSeconds)!.Value, tolerance: 5_000);
        Assert.Equal(9e6, ThresholdCondition.Parse("b.echo: avg < 1s").ValueOf(both, [], ConnectFigures.None, TenSeconds)!.Value, tolerance: 9_000);
        Assert.Equal(50, both[0].OkCount);
    }

    [Theory]
    [InlineData("connect: p(95) < 50ms", 40e6)]
    [InlineData("connect: count > 5", 10)]
    [InlineData("connect: rate > 1/s", 1)]
    [InlineData("connect.dns: max < 1s", 3e6)]
    [InlineData("connect.tls: avg < 1s", 20e6)]
    [InlineData("connect.tls.resumed: count > 5", 4)]
    [InlineData("connect.errors: rate < 1%", 3 / 13.0)]
    [InlineData("connect.errors: count < 3", 3)]
    public void A_phase_of_connecting_is_judged_where_no_step_has_its_name(string text, double value)
    {
        ConnectFigures connect = new(
            [
                new("connect", PlantedRun.Latencies((40_000_000, 10))),
                new("connect.dns", PlantedRun.Latencies((3_000_000, 10))),
                new("connect.tls", PlantedRun.Latencies((20_000_000, 10))),
                new("connect.tls.resumed", PlantedRun.Latencies((1_000_000, 4))),
            ],
            new Dictionary<Outcome, long> { [new("Timeout", "timed out")] = 2, [new("CannotConnect", "connection refused")] = 1 },
            Interrupted: 5,
            ConnectFigures.None.Lost);

        Assert.Equal(value, ThresholdCondition.Parse(text).ValueOf([], Iterations, connect, TenSeconds)!.Value, tolerance: value * 0.001);
        Assert.Null(ThresholdCondition.Parse("connect.proxy: max < 1s").ValueOf([], Iterations, connect, TenSeconds));
    }

    [Fact]
    public void A_step_comes_before_the_phase_of_connecting_that_is_called_like_it()
    {
        ConnectFigures connect = ConnectFigures.None with { Phases = [new("connect", PlantedRun.Latencies((40_000_000, 10)))] };
        StepFigures[] steps = [PlantedRun.Figures("a", "connect", PlantedRun.Latencies((7_000_000, 1)))];

        Assert.Equal(7e6, ThresholdCondition.Parse("connect: max < 1s").ValueOf(steps, [], connect, TenSeconds)!.Value, tolerance: 7_000);
    }

    [Fact]
    public void A_name_with_a_colon_is_a_name() => Assert.Equal("GET http://x", ThresholdCondition.Parse("GET http://x: p(50) < 1s").Metric);

    [Theory]
    [InlineData("p(99) < 10ms", "names no metric")]
    [InlineData(": p(99) < 10ms", "names no metric")]
    [InlineData("echo: p(99) 10ms", "no figure, comparison and number")]
    [InlineData("echo: p(99) < ", "no figure, comparison and number")]
    [InlineData("echo: p99 < 10ms", "no figure, comparison and number")]
    [InlineData("echo: q(99) < 10ms", "q(99) is no figure")]
    [InlineData("echo: p(x) < 10ms", "p(x) is no figure")]
    [InlineData("echo: p(0) < 10ms", "above 0 and at most 100")]
    [InlineData("echo: p(101) < 10ms", "above 0 and at most 100")]
    [InlineData("echo: p(99) < 10%", "% is no unit of it; write ns, us, µs, ms, s, m")]
    [InlineData("echo: count < 10ms", "ms is no unit of it; write a number alone")]
    [InlineData("echo: rate < 1%", "% is no unit of it; write /s, /m, /h")]
    [InlineData("errors: rate < 2", "at most 100%")]
    [InlineData("errors: p(99) < 2", "errors have a rate and a count")]
    [InlineData("echo: avg < 1.2.3ms", "1.2.3 is no number")]
    public void What_is_no_condition_is_refused_with_its_remedy(string text, string problem)
    {
        string message = Assert.Throws<ArgumentException>(() => ThresholdCondition.Parse(text)).Message;
        Assert.StartsWith($"threshold \"{text}\": ", message);
        Assert.Contains(problem, message);
    }
}
