using LoadTool.Analysis.Gates;
using LoadTool.Analysis.Histories;
using LoadTool.Analysis.Runs;

namespace LoadTool.Tests.Analysis.Gates;

/// <summary>Gates over simulated runs whose truth is known: how often they raise an alarm for nothing, and how surely they find what was planted.</summary>
public sealed class GateSimulationTests
{
    private const int Gates = 1_000;
    private const int Pool = 200;

    private static readonly FigureName P99 = new("echo", FigureKind.Latency, 99);

    /// <summary>New runs, runs before, and how many gates pass at the least where stalls are short.</summary>
    private static readonly (int News, int Bases, double LeastPassing)[] Sizes = [(1, 10, 0.25), (1, 20, 0.3), (1, 30, 0.35), (3, 10, 0.85), (5, 5, 0.85)];

    /// <summary>
    /// All of a gate's figures together: a single false one makes it an alarm. Stalls of 150 latencies decide the 99th percentile alone, by how many a run happens to have; one of 1,000 does so by itself, and most runs have none.
    /// </summary>
    [Theory]
    [InlineData(1, 30, 3)]
    [InlineData(6, 150, 3)]
    [InlineData(7, 1_000, 0.15)]
    public void Of_a_thousand_gates_of_the_same_software_at_most_one_in_a_hundred_raises_an_alarm(int seed, int stall, double stallsPerRun)
    {
        SimulatedRuns runs = new(seed, Pool, stall: stall, stallsPerRun: stallsPerRun);
        foreach ((int news, int bases, double leastPassing) in Sizes)
        {
            SeededRandom random = new(seed);
            Dictionary<GateVerdict, int> verdicts = Enum.GetValues<GateVerdict>().ToDictionary(verdict => verdict, _ => 0);
            for (int gate = 0; gate < Gates; gate++)
            {
                RunDigest[] drawn = runs.Draw(random, news + bases);
                verdicts[Gate.Judge(drawn[..news], drawn[news..], new GateSettings()).Verdict]++;
            }

            string seen = $"seed {seed}, {news} against {bases}: {string.Join(", ", verdicts)}";
            Assert.True(verdicts[GateVerdict.Regression] <= 0.01 * Gates, seen);
            Assert.True(verdicts[GateVerdict.Improvement] <= 0.01 * Gates, seen);
            Assert.True(stall > SimulatedRuns.UsualStall || verdicts[GateVerdict.Pass] >= leastPassing * Gates, seen);
        }
    }

    /// <summary>Ten runs on each side, where the 99th percentile scatters by 1.8 % from run to run.</summary>
    [Theory]
    [InlineData(4)]
    public void A_99th_percentile_five_percent_higher_is_found_nine_times_out_of_ten_by_ten_runs_on_each_side(int seed)
    {
        const int Runs = 10;
        SimulatedRuns before = new(seed, Pool), after = new(seed, Pool, tail: 1.05, first: Pool);
        SeededRandom random = new(seed);
        int found = 0;
        for (int gate = 0; gate < Gates; gate++)
        {
            GateJudgement judgement = Gate.Judge(after.Draw(random, Runs), before.Draw(random, Runs), new GateSettings());
            found += judgement.Figures.Single(figure => figure.Name == P99).Verdict == FigureVerdict.Worse ? 1 : 0;
        }

        Assert.True(found >= 0.9 * Gates, $"seed {seed}: {found} of {Gates}");
        Assert.InRange(BetweenRuns.RunsNeeded(before.Scatter(P99), Math.Log(1.05), 0.01 / 10)!.Value, 7, Runs);
    }

    /// <summary>What one run can tell.</summary>
    [Theory]
    [InlineData(8)]
    public void A_99th_percentile_twenty_percent_higher_is_found_by_a_single_new_run(int seed)
    {
        SimulatedRuns before = new(seed, Pool), after = new(seed, Pool, tail: 1.2, first: Pool);
        SeededRandom random = new(seed);
        int found = 0;
        for (int gate = 0; gate < Gates; gate++)
        {
            GateJudgement judgement = Gate.Judge(after.Draw(random, 1), before.Draw(random, 10), new GateSettings());
            found += judgement.Figures.Single(figure => figure.Name == P99).Verdict == FigureVerdict.Worse ? 1 : 0;
        }

        Assert.True(found >= 0.97 * Gates, $"seed {seed}: {found} of {Gates}");
    }

    [Theory]
    [InlineData(5)]
    public void A_change_that_was_planted_in_a_history_is_found_within_one_run_of_its_place_and_none_elsewhere(int seed)
    {
        const int Histories = 200, Length = 30;
        SimulatedRuns before = new(seed, Pool), after = new(seed, Pool, tail: 1.1, first: Pool);
        SeededRandom random = new(seed);
        int found = 0, others = 0, without = 0;
        for (int history = 0; history < Histories; history++)
        {
            int place = random.Next(6, Length - 6);
            RunDigest[] runs = [.. before.Draw(random, place), .. after.Draw(random, Length - place)];
            FigureChange[] changes = [.. FigureChanges.Of(runs, new GateSettings())];
            found += changes.Count(change => change.Name == P99 && Math.Abs(Array.IndexOf(runs, change.First) - place) <= 1);
            others += changes.Count(change => change.Name.Place != "echo");
            without += FigureChanges.Of(before.Draw(random, Length), new GateSettings()).Count;
        }

        string seen = $"seed {seed}: {found} of {Histories}, {others} of other steps, {without} where there was none";
        Assert.True(found >= 0.97 * Histories, seen);
        Assert.True(others + without <= 0.02 * Histories, seen);
    }
}
