using LoadTool.Analysis.Gates;
using LoadTool.Analysis.Histories;
using LoadTool.Analysis.Runs;
using static LoadTool.Tests.Analysis.Gates.PlannedRuns;

namespace LoadTool.Tests.Analysis.Gates;

public sealed class GateTests
{
    private static readonly RunDigest[] Bases = Latencies(1, 20.0, 20.3, 19.8, 20.1, 19.9, 20.2);

    [Fact]
    public void Runs_that_are_surely_worse_by_what_matters_are_a_regression()
    {
        GateJudgement gate = Gate.Judge(Latencies(10, 23.1, 22.8, 23.0), Bases, new GateSettings());

        FigureJudgement figure = Assert.Single(gate.Figures);
        Assert.Equal((GateVerdict.Regression, FigureVerdict.Worse), (gate.Verdict, figure.Verdict));
        Assert.InRange(figure.Change!.Value.Estimate, 0.14, 0.15);
        Assert.True(figure.Change.Value.Low > 0.05);
        Assert.StartsWith("regression: echo p99 went from 20.0 ms to 23.0 ms, +14.", GateText.Sentence(gate));
    }

    [Theory]
    [InlineData(new[] { 20.2, 19.9, 20.1 }, GateVerdict.Pass)]
    [InlineData(new[] { 17.1, 16.9, 17.2 }, GateVerdict.Improvement)]
    [InlineData(new[] { 20.5, 20.4, 20.6 }, GateVerdict.Pass)]
    [InlineData(new[] { 16.0, 20.1, 25.0 }, GateVerdict.NotEnoughSamples)]
    internal void What_the_new_runs_measure_decides(double[] milliseconds, GateVerdict expected) =>
        Assert.Equal(expected, Gate.Judge(Latencies(10, milliseconds), Bases, new GateSettings()).Verdict);

    [Fact]
    public void One_new_run_is_held_against_where_the_next_of_the_baseline_would_lie()
    {
        Assert.Equal(GateVerdict.Regression, Gate.Judge(Latencies(10, 23), Bases, new GateSettings()).Verdict);
        Assert.Equal(GateVerdict.Pass, Gate.Judge(Latencies(10, 20), Bases, new GateSettings()).Verdict);

        // Student's interval of a next value: mean ± t(5) s √(1 + 1/6).
        BetweenRuns difference = BetweenRuns.Of([new RunSample(5, 1e-9)], [.. new double[] { 1, 2, 3, 4, 5, 6 }.Select(value => new RunSample(value, 1e-9))])!.Value;
        Assert.Equal(1.5, difference.Difference, precision: 12);
        Assert.Equal(Math.Sqrt(3.5 * 7 / 6), difference.Error, precision: 12);
        Assert.Equal(1.5 + 2.570581836 * Math.Sqrt(3.5 * 7 / 6), difference.Interval(0.95).High, precision: 6);
    }

    [Fact]
    public void One_run_on_each_side_is_not_enough_whatever_it_measures()
    {
        GateJudgement gate = Gate.Judge(Latencies(10, 200), Latencies(1, 20), new GateSettings());

        Assert.Equal(GateVerdict.NotEnoughSamples, gate.Verdict);
        Assert.Null(Assert.Single(gate.Figures).Change);
        Assert.Equal("not enough samples: one run on each side does not tell what runs scatter by; give several", GateText.Sentence(gate));
    }

    [Fact]
    public void Runs_that_are_equal_by_the_resolution_of_their_histograms_are_no_proof_of_anything_smaller()
    {
        RunDigest[] equal = Latencies(1, 20, 20, 20);

        FigureJudgement same = Assert.Single(Gate.Judge(Latencies(10, 20, 20, 20), equal, new GateSettings()).Figures);
        FigureJudgement next = Assert.Single(Gate.Judge(Latencies(10, 20.01, 20.01, 20.01), equal, new GateSettings { MinEffect = 0.0001 }).Figures);

        Assert.Equal(FigureVerdict.Holds, same.Verdict);
        Assert.True(same.Change!.Value.Low < 0 && same.Change.Value.High > 0);
        Assert.True(next.Chance > 0.01, $"{next.Chance}");
    }

    [Fact]
    public void A_real_difference_that_does_not_matter_raises_no_alarm()
    {
        FigureJudgement figure = Assert.Single(Gate.Judge(Latencies(10, 20.60, 20.61, 20.59), Latencies(1, 20.00, 20.01, 19.99), new GateSettings()).Figures);

        Assert.True(figure.Chance < 0.001);
        Assert.Equal(FigureVerdict.Holds, figure.Verdict);
    }

    [Fact]
    public void Less_throughput_is_worse_and_more_is_better()
    {
        RunDigest[] bases = [.. new double[] { 1000, 1002, 998 }.Select((rate, index) => Planned(index, Throughput(rate)))];

        Assert.Equal(GateVerdict.Regression, Gate.Judge([Planned(10, Throughput(900)), Planned(11, Throughput(902))], bases, new GateSettings()).Verdict);
        Assert.Equal(GateVerdict.Improvement, Gate.Judge([Planned(10, Throughput(1100)), Planned(11, Throughput(1102))], bases, new GateSettings()).Verdict);
    }

    [Theory]
    [InlineData(0, 0, GateVerdict.Pass)]
    [InlineData(0, 500, GateVerdict.Regression)]
    [InlineData(500, 0, GateVerdict.Improvement)]
    internal void Errors_are_compared_by_shares_of_all_attempts(long before, long after, GateVerdict expected)
    {
        RunDigest[] bases = [.. Enumerable.Range(1, 5).Select(number => Planned(number, Failures(before + number % 2, 100_000)))];
        RunDigest[] news = [.. Enumerable.Range(10, 5).Select(number => Planned(number, Failures(after + number % 2, 100_000)))];

        Assert.Equal(expected, Gate.Judge(news, bases, new GateSettings()).Verdict);
    }

    [Fact]
    public void Errors_that_came_in_one_burst_tell_less_than_as_many_on_their_own()
    {
        (long, long)[] Spread(Func<int, long> failed) => [.. Enumerable.Range(0, 60).Select(second => (failed(second), 1_000L))];
        double apart = OpenVariance.OfShare(Spread(second => second % 2)), burst = OpenVariance.OfShare(Spread(second => second == 30 ? 30 : 0));

        Assert.InRange(burst / apart, 20, 31);
        Assert.InRange(apart / (31 / 60_002.0 / 60_002), 0.99, 1.5);
    }

    [Fact]
    public void Few_attempts_without_a_failure_are_not_judged_and_do_not_decide()
    {
        RunDigest[] bases = [.. Bases.Select(run => run with { Figures = [.. run.Figures, Failures(0, 100)] })];
        RunDigest[] news = [.. Latencies(10, 20.1, 20.0, 19.9).Select(run => run with { Figures = [.. run.Figures, Failures(0, 100)] })];

        GateJudgement gate = Gate.Judge(news, bases, new GateSettings());

        Assert.Equal(GateVerdict.Pass, gate.Verdict);
        Assert.Equal("echo errors is not judged: 300 attempts without a failure do not exclude 0.1 %", GateText.Line(gate.With(FigureVerdict.TooFew).Single()));
    }

    [Theory]
    [InlineData(1, FigureVerdict.TooFew)]
    [InlineData(367, FigureVerdict.TooFew)]
    [InlineData(368, FigureVerdict.Holds)]
    internal void A_percentile_needs_as_many_values_as_its_order_statistics_do(long samples, FigureVerdict expected)
    {
        RunDigest[] runs = [.. Enumerable.Range(1, 8).Select(number => Planned(number, Latency(0.02 + number % 2 * 0.0001, samples)))];

        GateJudgement gate = Gate.Judge(runs[..3], runs[3..], new GateSettings());

        Assert.Equal(expected, Assert.Single(gate.Figures).Verdict);
        if (expected == FigureVerdict.TooFew)
        {
            Assert.Equal("not enough samples: no figure rests on enough values to be judged", GateText.Sentence(gate));
            Assert.Equal($"echo p99 is not judged: it rests on {GateText.Count(samples, "value")} of a run, and needs 368", GateText.Line(gate.Figures[0]));
        }
    }

    [Fact]
    public void A_step_that_is_gone_makes_the_gate_invalid_and_is_named()
    {
        RunDigest gone = Planned(10) with { Figures = [] };

        GateJudgement gate = Gate.Judge([gone, .. Latencies(11, 20)], Bases, new GateSettings());

        Assert.Equal(GateVerdict.Invalid, gate.Verdict);
        Assert.Equal("invalid: echo p99 cannot be compared: run10 has none", GateText.Sentence(gate));
    }

    [Fact]
    public void Runs_in_doubt_are_refused_without_a_figure_unless_that_is_forced()
    {
        RunDigest doubtful = Latencies(10, 20)[0] with { Doubt = "is not trusted: it lagged" };

        GateJudgement refused = Gate.Judge([doubtful], Bases, new GateSettings());
        GateJudgement forced = Gate.Judge([doubtful], Bases, new GateSettings { IsForced = true });

        Assert.Equal(GateVerdict.Invalid, refused.Verdict);
        Assert.Empty(refused.Figures);
        Assert.Equal("invalid: run10 is not trusted: it lagged; --force compares all the same", GateText.Sentence(refused));
        Assert.Equal(GateVerdict.Pass, forced.Verdict);
        Assert.EndsWith(" (forced, although run10 is not trusted: it lagged)", GateText.Sentence(forced));
    }

    [Fact]
    public void Runs_of_another_script_or_load_are_refused_and_the_difference_is_named()
    {
        RunDigest run = Latencies(10, 20)[0];
        RunDigest script = run with { Setup = run.Setup with { ScriptHash = "0000" } }, load = run with { Setup = run.Setup with { Load = "chat: 6 users for 1m00s" } };

        Assert.Equal(
            "invalid: run10 and run1 (and 5 other runs) are not the same test: different scripts: chat.csx (0000) and chat.csx (abcdef012345); --force compares all the same",
            GateText.Sentence(Gate.Judge([script], Bases, new GateSettings())));
        Assert.StartsWith(
            "invalid: run10 and run1 (and 5 other runs) are not the same test: different loads: chat: 6 users for 1m00s and chat: 5 users for 1m00s",
            GateText.Sentence(Gate.Judge([load], Bases, new GateSettings())));
    }

    [Fact]
    public void Without_a_run_to_compare_with_nothing_is_said() =>
        Assert.Equal("not enough samples: there is no run to compare with", GateText.Sentence(Gate.Judge(Latencies(10, 20), [], new GateSettings())));

    [Fact]
    public void Runs_on_other_options_are_compared_and_that_is_told()
    {
        RunDigest run = Latencies(10, 20)[0];

        GateJudgement gate = Gate.Judge([run with { Setup = run.Setup with { Options = new Dictionary<string, string> { ["engine"] = "epoll", ["loops"] = "4" } } }], Bases, new GateSettings());

        Assert.Equal(["runs differ in loops: 4, 2"], gate.Notes);
    }

    [Fact]
    public void A_limit_counts_with_one_run_too()
    {
        GateSettings settings = new() { Rules = [new GateRule("echo p99", "gate.yaml:1:1") { Limit = new GateLimit(0.03, FigureKind.Latency) }] };

        GateJudgement over = Gate.Judge(Latencies(10, 31), Latencies(1, 20), settings);

        Assert.Equal(GateVerdict.Regression, over.Verdict);
        Assert.Equal("regression: echo p99 is 31.0 ms: its limit is 30.0 ms", GateText.Sentence(over));
        Assert.Equal(GateVerdict.NotEnoughSamples, Gate.Judge(Latencies(10, 29), Latencies(1, 20), settings).Verdict);
    }

    [Fact]
    public void An_unclear_figure_says_how_many_runs_would_tell_and_so_many_do()
    {
        GateJudgement gate = Gate.Judge(Latencies(10, 20.5, 19.4, 21.5), Latencies(1, 19.5, 20.5, 20.0), new GateSettings());

        FigureJudgement figure = Assert.Single(gate.Figures);
        Assert.Equal(FigureVerdict.Unclear, figure.Verdict);
        Assert.InRange(figure.RunsNeeded!.Value, 4, 40);
        Assert.EndsWith($"which may or may not be a difference: about {figure.RunsNeeded} runs on each side would tell", GateText.Sentence(gate));
    }

    [Fact]
    public void A_difference_that_hangs_on_one_event_of_one_run_is_no_regression_and_the_event_is_named()
    {
        RunDigest[] bases = [.. Bases.Select(run => With(run, new Burst(Variance: 1e-5, Second: 3, Share: 0.03)))];
        Burst stall = new(Variance: 0.02, Second: 12, Share: 0.97);
        RunDigest odd = With(Latencies(10, 30)[0], stall);

        GateJudgement gate = Gate.Judge([odd], bases, new GateSettings());

        Assert.Equal(GateVerdict.NotEnoughSamples, gate.Verdict);
        Assert.EndsWith("few events decide it: in run10 97 % of what is above it came in the second from 11:06:10 UTC; further runs would tell", GateText.Sentence(gate));
        Assert.Equal(GateVerdict.Regression, Gate.Judge([With(odd, new Burst(Variance: 1e-5, Second: 3, Share: 0.03))], bases, new GateSettings()).Verdict);
        Assert.Equal(GateVerdict.Regression, Gate.Judge([.. Latencies(10, 30, 30.3, 29.8, 30.1, 29.9, 30.2).Select(run => With(run, stall with { Variance = 2e-4 }))], bases, new GateSettings()).Verdict);
    }

    [Fact]
    public void Where_a_baseline_does_not_say_how_its_values_came_they_are_compared_as_they_are() =>
        Assert.Equal(GateVerdict.Regression, Gate.Judge([With(Latencies(10, 30)[0], new Burst(Variance: 0.02, Second: 12, Share: 0.97))], Bases, new GateSettings()).Verdict);

    [Fact]
    public void What_is_little_beside_the_scatter_of_runs_is_not_taken_for_an_event()
    {
        RunDigest[] bases = [.. Bases.Select(run => With(run, new Burst(Variance: 1e-9, Second: 3, Share: 0.03)))];

        Assert.Equal(GateVerdict.Regression, Gate.Judge([With(Latencies(10, 23)[0], new Burst(Variance: 1e-6, Second: 3, Share: 0.03))], bases, new GateSettings()).Verdict);
    }

    private static RunDigest With(RunDigest run, Burst burst) => run with { Figures = [.. run.Figures.Select(figure => figure with { Burst = burst })] };
}
