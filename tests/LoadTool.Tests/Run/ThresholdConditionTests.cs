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
    [InlineData("echo:p( 99.9 )<=0.101s", 100e6, true)]
    [InlineData("a.echo: max <= 101", 100e6, true)]
    [InlineData("echo: min >= 999us", 1e6, true)]
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
    [InlineData("echo{room:lobby}: max <= 2.01ms", 2e6, true)]
    [InlineData("echo { room : lobby }: count < 20", 20, false)]
    [InlineData("echo{room:a:b{c}}: avg < 4ms", 3e6, true)]
    [InlineData("echo.errors{room:lobby}: rate <= 20%", 0.2, true)]
    [InlineData("errors{room:lobby}: count > 5", 5, false)]
    [InlineData("checks: rate >= 99%", 0.99, true)]
    [InlineData("checks{check:answer is right}: rate > 98%", 0.98, false)]
    [InlineData("checks{check:room: was free}: rate == 100%", 1, true)]
    [InlineData("orders: count > 49", 50, true)]
    [InlineData("orders: rate >= 301/m", 5, false)]
    [InlineData("queue: value < -2", -2.5, true)]
    [InlineData("queue: min >= -3", -3, true)]
    [InlineData("queue: max < 12", 12, false)]
    [InlineData("basket: p(90) <= 10", 10, true)]
    [InlineData("basket: med < 10", 10, false)]
    [InlineData("basket: count == 100", 100, true)]
    [InlineData("wait: max <= 7ms", 7, true)]
    [InlineData("recover: p(50) < 1s", 0.5e9, true)]
    [InlineData("recover.errors: rate < 10%", 0.2, false)]
    public void A_condition_is_held_against_the_whole_run(string text, double value, bool holds)
    {
        ThresholdCondition condition = ThresholdCondition.Parse(text);
        ThresholdReading reading = condition.Read(All);
        Assert.Equal(value, reading.Value!.Value, tolerance: Math.Abs(value) * 0.001);
        Assert.Equal(holds, reading.Holds);
        Assert.Equal(text, condition.Text);
    }

    [Theory]
    [InlineData("echo: p(99) < 0.1", false, 0)]
    [InlineData("echo: p(99) < 100ms abort", true, 0)]
    [InlineData("errors: rate < 1% abort after 10s", true, 10_000)]
    [InlineData("echo: count > 10 abort after 1.5m", true, 90_000)]
    [InlineData("queue: value>-5   abort   after   250ms  ", true, 250)]
    public void A_condition_may_say_that_it_aborts_and_how_old_the_run_must_be(string text, bool aborts, int milliseconds)
    {
        ThresholdCondition condition = ThresholdCondition.Parse(text);
        Assert.Equal((aborts, TimeSpan.FromMilliseconds(milliseconds)), (condition.Aborts, condition.AbortAfter));
    }

    /// <summary>What can be asked for, as a scenario's watch would hand it over.</summary>
    private static RunFigures All => new(Steps, Iterations, TenSeconds)
    {
        Checks = [new("a", "answer is right", 98, 2), new("a", "room: was free", 100, 0)],
        Tagged =
        [
            new("room", "lobby", PlantedRun.Figures("a", "echo", PlantedRun.Latencies((2_000_000, 20)), [(Reset, 5)])),
            new("room", "a:b{c}", PlantedRun.Figures("a", "echo", PlantedRun.Latencies((3_000_000, 10)))),
            new("size", "lobby", PlantedRun.Figures("a", "echo", PlantedRun.Latencies((90_000_000, 10)))),
        ],
        Metrics = new([new("orders", "pieces", 50)], [new("queue", "", -2.5, -3, 12)], [new("basket", "EUR", PlantedRun.Latencies((10, 90), (200, 10))), new("wait", "ms", PlantedRun.Latencies((7, 1)))]),
        Others = [PlantedRun.Figures("a", "recover", PlantedRun.Latencies((500_000_000, 4)), [(Reset, 1)])],
    };

    [Theory]
    [InlineData("never: p(99) < 10ms")]
    [InlineData("never.errors: rate < 1%")]
    [InlineData("unknown: count > 0")]
    [InlineData("unknown: rate > 0")]
    [InlineData("unknown: value < 5")]
    [InlineData("unknown.errors: count < 5")]
    [InlineData("echo{room:garden}: max < 1s")]
    [InlineData("checks{check:unknown}: rate > 1%")]
    [InlineData("orders: p(99) < 5")]
    [InlineData("queue: rate > 1")]
    [InlineData("basket: value > 1")]
    [InlineData("basket: max < 5ms")]
    public void Where_nothing_was_counted_or_no_such_figure_exists_there_is_no_value(string text)
    {
        ThresholdReading reading = ThresholdCondition.Parse(text).Read(All);
        Assert.Equal((null, false), (reading.Value, reading.Holds));
    }

    [Fact]
    public void A_step_of_several_scenarios_is_judged_as_one()
    {
        StepFigures[] both = [PlantedRun.Figures("a", "echo", PlantedRun.Latencies((1_000_000, 50))), PlantedRun.Figures("b", "echo", PlantedRun.Latencies((9_000_000, 50)))];
        RunFigures figures = new(both, [], TenSeconds);
        Assert.Equal(5e6, ThresholdCondition.Parse("echo: avg < 1s").Read(figures).Value!.Value, tolerance: 5_000);
        Assert.Equal(9e6, ThresholdCondition.Parse("b.echo: avg < 1s").Read(figures).Value!.Value, tolerance: 9_000);
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

        RunFigures figures = new([], Iterations, TenSeconds) { Connect = connect };
        Assert.Equal(value, ThresholdCondition.Parse(text).Read(figures).Value!.Value, tolerance: value * 0.001);
        Assert.Null(ThresholdCondition.Parse("connect.proxy: max < 1s").Read(figures).Value);
    }

    [Theory]
    [InlineData("echo.late: rate < 1%", 0.2)]
    [InlineData("echo.late: count < 1", 20)]
    [InlineData("a.echo.dropped: rate < 1%", 0.2)]
    [InlineData("dropped: count < 1", 25)]
    [InlineData("late: rate < 1%", 0.1)]
    [InlineData("other.late: rate < 1%", 0)]
    public void Late_and_dropped_messages_are_shares_of_what_was_due(string text, double value)
    {
        StepFigures[] steps =
        [
            PlantedRun.Figures("a", "echo", PlantedRun.Latencies((7_000_000, 90)), [(Reset, 10)]) with { Pacing = new(Late: 20, Dropped: 25, Unmatched: 3) },
            PlantedRun.Figures("a", "other", PlantedRun.Latencies((7_000_000, 100))),
        ];

        Assert.Equal(value, ThresholdCondition.Parse(text).Read(new RunFigures(steps, [], TenSeconds)).Value!.Value, tolerance: 1e-9);
    }

    [Fact]
    public void A_step_comes_before_the_phase_of_connecting_that_is_called_like_it()
    {
        ConnectFigures connect = ConnectFigures.None with { Phases = [new("connect", PlantedRun.Latencies((40_000_000, 10)))] };
        StepFigures[] steps = [PlantedRun.Figures("a", "connect", PlantedRun.Latencies((7_000_000, 1)))];

        Assert.Equal(7e6, ThresholdCondition.Parse("connect: max < 1s").Read(new RunFigures(steps, [], TenSeconds) { Connect = connect }).Value!.Value, tolerance: 7_000);
    }

    [Fact]
    public void A_name_with_a_colon_or_braces_is_a_name()
    {
        Assert.Equal("GET http://x", ThresholdCondition.Parse("GET http://x: p(50) < 1s").Metric);
        Assert.Equal(("GET /rooms/{id}", null), (ThresholdCondition.Parse("GET /rooms/{id}: p(50) < 1s").Metric, ThresholdCondition.Parse("GET /rooms/{id}: p(50) < 1s").Tag));
        Assert.Equal(("GET /rooms/{id}", "region"), (ThresholdCondition.Parse("GET /rooms/{id}{region:eu}: p(50) < 1s").Metric, ThresholdCondition.Parse("GET /rooms/{id}{region:eu}: p(50) < 1s").Tag));
    }

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
    [InlineData("echo{room:lobby p(99) < 10ms", "no figure, comparison and number")]
    [InlineData("echo{room:lobby} p(99) < 10ms", "names no metric")]
    [InlineData("checks: p(99) < 1", "checks have a rate")]
    [InlineData("checks{room:lobby}: rate > 1%", "write checks{check:the name}")]
    [InlineData("checks: rate > 101%", "at most 100%")]
    [InlineData("iterations{room:lobby}: count > 1", "iterations have no tags")]
    [InlineData("iterations: value > 1", "only a gauge has a value")]
    [InlineData("errors: rate < 1% abort after 10", "10 is no time to abort after; write one such as 500ms, 10s or 5m")]
    [InlineData("errors: rate < 1% abort after 1.2.3s", "1.2.3s is no time")]
    [InlineData("errors: rate < 1% abort after 999h", "at most 30 days")]
    [InlineData("errors: rate < 1% abort in 10s", "no figure, comparison and number")]
    [InlineData("errors: rate < 1%abort", "%abort is no unit of it")]
    public void What_is_no_condition_is_refused_with_its_remedy(string text, string problem)
    {
        string message = Assert.Throws<ArgumentException>(() => ThresholdCondition.Parse(text)).Message;
        Assert.StartsWith($"threshold \"{text}\": ", message);
        Assert.Contains(problem, message);
    }
}
