using LoadTool.Cli.Planning;

namespace LoadTool.Tests.Planning;

public sealed class RunPlanTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Users_ramp_and_stay()
    {
        RunPlan plan = Plan(Simulation.RampingConstant(100, 30 * Second), Simulation.KeepConstant(40, 30 * Second));

        Assert.Equal((Minute, 100L, 0.0), (plan.Length, plan.PeakUsers, plan.PeakArrivalsPerSecond));
        ScenarioPlan scenario = Assert.Single(plan.Scenarios);
        Assert.Equal([0, 50, 40, 40, 0], new[] { 0, 15, 30, 59, 60 }.Select(second => scenario.UsersFrom(second * Second)));
        Assert.Equal([0, 50, 100, 40, 40], new[] { 0, 15, 30, 59, 60 }.Select(second => scenario.UsersUntil(second * Second)));
        Assert.Equal(["0 to 100 users", "40 users"], scenario.Stages.Select(stage => stage.Describe()));
    }

    [Fact]
    public void Arrivals_are_counted_between_moments_to_the_last_one()
    {
        Assert.Equal(Enumerable.Repeat(10.0, 60), Counts(Plan(Simulation.Inject(10, Second, Minute))));
        Assert.Equal([.. Enumerable.Repeat(10.0, 30), .. Enumerable.Repeat(0.0, 30)], Counts(Plan(Simulation.Inject(10, Second, 30 * Second), Simulation.Pause(30 * Second))));
        Assert.Equal(10, Plan(Simulation.Inject(10, Second, Minute)).PeakArrivalsPerSecond);

        // Of a ramp from 0 to 100/s in a minute, 5/6 t² have come by the second t, and the first of them at its beginning.
        double[] ramp = [.. Enumerable.Range(0, 60).Select(t => Math.Ceiling(5.0 * (t + 1) * (t + 1) / 6) - Math.Ceiling(5.0 * t * t / 6))];
        Assert.Equal(ramp, Counts(Plan(Simulation.RampingInject(100, Second, Minute))));
        Assert.Equal(3000, ramp.Sum());
    }

    [Fact]
    public void Time_is_divided_into_whole_seconds_so_that_slow_rates_look_slow()
    {
        RunPlan plan = Plan(Simulation.Inject(1, Second, TimeSpan.FromSeconds(10.5)));

        Assert.Equal(Enumerable.Repeat(1.0, 11), Counts(plan));
        Assert.Equal(1, plan.PeakArrivalsPerSecond);
        Assert.Equal((31, 2 * Second), (Plan(Simulation.Inject(1, Second, 61 * Second)).Moments.Count - 1, Plan(Simulation.Inject(1, Second, 61 * Second)).Column));
    }

    [Fact]
    public void What_chance_leaves_out_is_not_counted()
    {
        LoadSimulation placed = LoadPlan.Of(Made("a", Simulation.InjectPoisson(50, Second, Minute)), [], seed: 7)[0];
        double[] planned = new double[60];
        for (long number = 0; number < placed.Arrivals; number++)
        {
            if (placed.DueAt(number) is { } dueAt)
                planned[(int)dueAt.TotalSeconds]++;
        }

        Assert.Equal(planned, Counts(new RunPlan([Made("a", Simulation.InjectPoisson(50, Second, Minute))], seed: 7, limit: null)));
    }

    [Fact]
    public void The_parts_of_a_load_shared_by_weight_make_it_up()
    {
        LoadSimulation load = Simulation.RampingInject(100, Second, Minute);
        RunPlan whole = Plan(load), shared = new([Made("a", load).WithWeight(1), Made("b", load).WithWeight(3)], seed: 7, limit: null);

        double[] sums = [.. Enumerable.Range(0, shared.Moments.Count - 1).Select(column => shared.Scenarios.Sum(scenario => scenario.ArrivalsBetween(shared.Moments).Counts[column]))];

        Assert.Equal(Counts(whole), sums);
        Assert.All(shared.Scenarios, scenario => Assert.False(scenario.ArrivalsBetween(shared.Moments).IsEstimate));
    }

    [Fact]
    public void Of_very_many_arrivals_by_chance_samples_are_taken()
    {
        LoadSimulation load = Simulation.Inject(10_000, Second, TimeSpan.FromHours(1));
        RunPlan shared = new([Made("a", load).WithWeight(1), Made("b", load).WithWeight(3)], seed: 7, limit: null);

        (double[] counts, bool isEstimate) = shared.Scenarios[0].ArrivalsBetween(shared.Moments);

        Assert.True(isEstimate);
        Assert.InRange(counts.Sum(), 8_900_000, 9_100_000);
        Assert.All(counts, count => Assert.InRange(count, 130_000, 170_000));
    }

    [Fact]
    public void Users_of_all_scenarios_count_when_they_run_together()
    {
        Scenario early = Made("early", Simulation.KeepConstant(10, 10 * Second));
        Scenario late = Made("late", Simulation.Pause(10 * Second), Simulation.KeepConstant(25, 10 * Second));
        Scenario ramp = Made("ramp", Simulation.RampingConstant(40, 10 * Second), Simulation.RampingConstant(0, 10 * Second));

        Assert.Equal(25, new RunPlan([early, late], seed: 0, limit: null).PeakUsers);
        Assert.Equal(65, new RunPlan([early, late, ramp], seed: 0, limit: null).PeakUsers);
        Assert.Equal(25, new RunPlan([early, late, ramp], seed: 0, limit: 5 * Second).PeakUsers - 5);
    }

    [Fact]
    public void A_limit_cuts_what_comes_after_it()
    {
        RunPlan plan = new([Made("a", Simulation.Inject(10, Second, Minute), Simulation.KeepConstant(9, Minute))], seed: 0, limit: 30 * Second);

        Assert.Equal((30 * Second, 0L, 300.0), (plan.Length, plan.PeakUsers, Counts(plan).Sum()));
        Assert.Single(plan.Scenarios[0].Stages);
    }

    [Fact]
    public void Iterations_end_no_one_knows_when_unless_there_is_a_limit()
    {
        Scenario scenario = Made("a", Simulation.RampingConstant(5, Minute), Simulation.IterationsForConstant(8, 100));
        RunPlan plan = new([scenario], seed: 0, limit: null);

        Assert.Equal((true, Minute, 8L), (plan.Scenarios[0].IsOpenEnded, plan.Length, plan.PeakUsers));
        Assert.Equal("8 users, until 100 iterations have run", plan.Scenarios[0].Stages[1].Describe());
        Assert.Empty(Plan(Simulation.IterationsForConstant(8, 100)).Moments);
        Assert.Equal(2 * Minute, new RunPlan([scenario], seed: 0, limit: 2 * Minute).Length);
    }

    [Fact]
    public void Stages_are_told_in_words()
    {
        Assert.Equal(
            [
                "1 user", "nothing", "2/s, evenly spaced arrivals", "2/s to 0.5/s, evenly spaced arrivals", "10/s in the mean, Poisson arrivals",
                "3/s in the mean, a rate drawn for each interval", "90/s, evenly spaced arrivals",
            ],
            Plan(
                Simulation.KeepConstant(1, Second), Simulation.Pause(Second), Simulation.Inject(2, Second, Second), Simulation.RampingInject(1, 2 * Second, Second),
                Simulation.InjectPoisson(10, Second, Second), Simulation.InjectRandom(2, 4, Second, Second), Simulation.IterationsForInject(90, Second, 90))
                .Scenarios[0].Stages.Select(stage => stage.Describe()));
    }

    private static double[] Counts(RunPlan plan) => Assert.Single(plan.Scenarios).ArrivalsBetween(plan.Moments).Counts;

    private static RunPlan Plan(params LoadSimulation[] simulations) => new([Made("a", simulations)], seed: 7, limit: null);

    private static Scenario Made(string name, params LoadSimulation[] simulations) => Scenario.Create(name, _ => Task.CompletedTask).WithLoadSimulations(simulations);
}
