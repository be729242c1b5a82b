using LoadTool.Analysis.Capacity;
using LoadTool.Analysis.Documents;

namespace LoadTool.Tests.Analysis.Capacity;

/// <summary>The search finds the load that a known target carries, says what it could not see, and takes nothing on faith.</summary>
public sealed class CapacitySearchTests
{
    private const string SlowAt40 = "work: p(99) < 40ms";

    private static readonly double Truth = QueueingTarget.LoadAt(servers: 4, servicePerSecond: 200, percentile: 99, limit: 0.04);

    [Theory]
    [InlineData(4, 200, SlowAt40, 99, 0.040)]
    [InlineData(1, 1_000, "work: p(95) < 30ms", 95, 0.030)]
    [InlineData(16, 50, "work: p(99) < 110ms", 99, 0.110)]
    public async Task The_limit_of_a_queue_is_found_within_five_percent(int servers, double service, string objective, double percentile, double limit)
    {
        const int Searches = 10;
        double truth = QueueingTarget.LoadAt(servers, service, percentile, limit);
        for (int seed = 1; seed <= Searches; seed++)
        {
            SearchResult found = await SearchAsync(new QueueingTarget(servers, service, [Objective.Parse(objective)], seed));

            string what = $"seed {seed}: {found.Limit} of {truth}";
            Assert.True(Math.Abs(found.Limit!.Value.Estimate / truth - 1) < 0.05, what);
            Assert.True(found.Limit.Value.Low < 1.03 * truth && found.Limit.Value.High > 0.97 * truth, what);
            Assert.True(found.Maximum!.Load > 0.89 * truth, what);
            Assert.Equal(CapacityOutcome.Found, ReportOf(found).Outcome);
            Assert.Equal(CapacityLimit.TargetLatency, ReportOf(found).Limit);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_generator_that_gives_way_first_leaves_no_capacity(int seed)
    {
        SearchResult found = await SearchAsync(Queue(seed, generatorCarries: Truth / 2));

        CapacityReport report = ReportOf(found);
        Assert.Equal((CapacityOutcome.GeneratorLimited, CapacityLimit.Generator), (report.Outcome, report.Limit!.Value));
        Assert.Null(report.Capacity);
        Assert.InRange(report.GeneratorTrial!.Load, Truth / 2, Truth);
    }

    [Fact]
    public async Task A_generator_that_carries_more_than_the_target_is_no_limit()
    {
        CapacityReport report = ReportOf(await SearchAsync(Queue(seed: 1, generatorCarries: 1.25 * Truth)));

        Assert.Equal((CapacityOutcome.Found, CapacityLimit.TargetLatency), (report.Outcome, report.Limit!.Value));
        Assert.InRange(report.Capacity!.Value.Estimate, 0.95 * Truth, 1.05 * Truth);
    }

    [Fact]
    public async Task A_target_that_stood_still_for_a_while_is_asked_again()
    {
        int surprised = 0;
        for (int from = 5; from < 200; from += 15)
        {
            QueueingTarget target = new(4, 200, [Objective.Parse(SlowAt40)], seed: 1) { IsSlow = (_, at) => at.TotalSeconds >= from && at.TotalSeconds < from + 8 };

            SearchResult found = await SearchAsync(target);

            Assert.True(Math.Abs((found.Limit?.Estimate ?? 0) / Truth - 1) < 0.05, $"slow from {from} s on: {found.Limit}, {string.Join("; ", found.Trials.Select(trial => $"{trial.Load} {trial.Verdict} {trial.Plan.Purpose}"))}");
            surprised += found.Surprises.Any(surprise => surprise.Contains("failed at first, but", StringComparison.Ordinal)) ? 1 : 0;
        }

        Assert.True(surprised >= 2, $"{surprised}");
    }

    [Fact]
    public async Task A_lower_load_that_fails_again_and_again_is_the_limit_and_is_told()
    {
        QueueingTarget target = new(4, 200, [Objective.Parse(SlowAt40)], seed: 1) { IsSlow = (load, _) => load is > 340 and < 400 };

        SearchResult found = await SearchAsync(target);

        Assert.InRange(found.Maximum!.Load, 300, 340);
        Assert.InRange(found.Failed!.Load, 340, 400);
        Assert.Contains(found.Surprises, surprise => surprise.Contains("held at first", StringComparison.Ordinal));
    }

    /// <summary>So long an answer may take that no queue reaches it within the time a load is held at least.</summary>
    [Fact]
    public async Task A_queue_that_grows_has_not_kept_a_limit_that_it_only_has_not_reached_yet()
    {
        double truth = QueueingTarget.LoadAt(4, 200, 99, limit: 2);
        for (int seed = 1; seed <= 5; seed++)
        {
            SearchResult found = await SearchAsync(new QueueingTarget(4, 200, [Objective.Parse("work: p(99) < 2s")], seed));

            Assert.True(Math.Abs((found.Limit?.Estimate ?? 0) / truth - 1) < 0.05, $"seed {seed}: {found.Limit} of {truth}; {string.Join("; ", found.Trials.Select(trial => $"{trial.Load} {trial.Verdict} {trial.Plan.Purpose} {trial.Length.TotalSeconds}"))}");
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(100)]
    [InlineData(400)]
    public async Task A_target_that_dies_ends_the_search_and_has_no_capacity(double diesAt)
    {
        QueueingTarget target = new(4, 200, [Objective.Parse(SlowAt40)], seed: 1) { Ends = (load, _) => load >= diesAt };
        SearchPlan plan = Plan() with { From = Math.Min(10, diesAt / 2) };

        SearchResult found = await SearchAsync(target, plan);

        CapacityReport report = new(plan, found, expected: null);
        Assert.InRange(found.Gone!.Load, diesAt, 2 * diesAt);
        Assert.Equal((CapacityOutcome.CannotTell, null), (report.Outcome, report.Capacity));

        Assert.Contains("did not come back", Words(report));

        // The load that ended it, and one more look at the least.
        Assert.Equal([found.Gone.Load, plan.From], found.Trials.TakeLast(2).Select(trial => trial.Load));
        Assert.All(found.Trials.Take(target.Trials - 2), trial => Assert.True(trial.IsAnswered));
    }

    [Fact]
    public async Task A_target_that_dies_after_its_capacity_was_confirmed_has_one()
    {
        SearchResult lived = await SearchAsync(Queue(seed: 1));
        int confirmed = lived.Trials.Index().Last(trial => trial.Item.Plan.Purpose == TrialPurpose.Confirm).Index + 1;
        QueueingTarget target = new(4, 200, [Objective.Parse(SlowAt40)], seed: 1) { Ends = (_, trial) => trial > confirmed };

        SearchResult died = await SearchAsync(target);

        CapacityReport report = ReportOf(died);
        Assert.Equal((CapacityOutcome.Found, lived.Maximum!.Load, confirmed + 2), (report.Outcome, died.Maximum!.Load, target.Trials));
        Assert.Contains("the target answered nothing any more", Words(report));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(16)]
    public async Task A_search_that_is_stopped_tells_what_it_has_seen(int trials)
    {
        using CancellationTokenSource stop = new();
        int seen = 0;

        SearchResult found = await new CapacitySearch(Queue(seed: 1), Plan(), _ => Stop()).RunAsync(stop.Token);

        Assert.True(found.IsStopped);
        Assert.Equal(trials, found.Trials.Count);
        Assert.NotEqual(CapacityOutcome.NotHeld, ReportOf(found).Outcome);

        void Stop()
        {
            if (++seen == trials)
                stop.Cancel();
        }
    }

    [Fact]
    public async Task A_search_that_is_stopped_before_its_first_load_has_nothing_to_tell()
    {
        using CancellationTokenSource stop = new();
        await stop.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => new CapacitySearch(Queue(seed: 1), Plan(), _ => { }).RunAsync(stop.Token));
    }

    [Fact]
    public async Task Objectives_that_no_load_keeps_are_told_as_that()
    {
        QueueingTarget target = new(4, 200, [Objective.Parse("work: p(99) < 5ms")], seed: 1);

        SearchResult found = await SearchAsync(target);

        Assert.Null(found.Maximum);
        Assert.Equal(CapacityOutcome.NotHeld, ReportOf(found).Outcome);
        Assert.True(found.Trials.Min(trial => trial.Load) < 1);
    }

    [Fact]
    public async Task The_highest_load_allowed_is_never_exceeded_and_holding_it_is_no_capacity()
    {
        SearchPlan plan = Plan() with { Most = 300 };

        SearchResult found = await SearchAsync(Queue(seed: 1), plan);

        CapacityReport report = new(plan, found, expected: null);
        Assert.Equal(300, found.Trials.Max(trial => trial.Load));
        Assert.Equal((CapacityOutcome.AtLeast, CapacityLimit.LoadAllowed), (report.Outcome, report.Limit!.Value));
        Assert.Null(report.Capacity);
    }

    [Fact]
    public async Task Without_time_to_decide_there_is_no_answer()
    {
        SearchPlan plan = Plan() with { Budget = TimeSpan.FromSeconds(50) };

        SearchResult found = await SearchAsync(Queue(seed: 1), plan);

        CapacityReport report = new(plan, found, expected: null);
        Assert.True(found.IsOutOfTime);
        Assert.Equal((CapacityOutcome.CannotTell, null), (report.Outcome, report.Capacity));
    }

    [Fact]
    public async Task An_objective_without_anything_to_count_is_undecided_and_never_held()
    {
        SearchResult found = await SearchAsync(new QueueingTarget(4, 200, [Objective.Parse("other: p(99) < 1s")], seed: 1));

        Assert.All(found.Trials, trial => Assert.Equal(TrialVerdict.Undecided, trial.Verdict));
        Assert.Equal(CapacityOutcome.CannotTell, ReportOf(found).Outcome);
    }

    [Theory]
    [InlineData(0.05, 0.0004, 0.1)]
    [InlineData(0.2, 0.0001, 0.05)]
    [InlineData(0.01, 0.002, 0.06)]
    public async Task Users_of_a_target_that_obeys_the_scalability_law_are_found_within_five_percent(double sigma, double kappa, double limit)
    {
        const int Searches = 10;
        Objective objective = Objective.Parse(System.FormattableString.Invariant($"work: p(50) < {limit * 1e3}ms"));
        for (int seed = 1; seed <= Searches; seed++)
        {
            ScalingTarget target = new(lambda: 100, sigma, kappa, [objective], seed);
            SearchPlan plan = Plan() with { Kind = LoadKind.Users, From = 1 };

            SearchResult found = await SearchAsync(target, plan);

            CapacityReport report = new(plan, found, expected: null);
            double truth = target.UsersAt(limit);
            Assert.True(Math.Abs(report.Capacity!.Value.Estimate - truth) <= Math.Max(1, 0.05 * truth), $"seed {seed}: {report.Capacity} of {truth}");
            Assert.NotNull(report.Law);
        }
    }

    private static string Words(CapacityReport report) => ConsoleText.Of(CapacityDocument.Of(report, "work")).ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal);

    private static QueueingTarget Queue(int seed, double generatorCarries = double.PositiveInfinity) => new(4, 200, [Objective.Parse(SlowAt40)], seed) { GeneratorCarries = generatorCarries };

    private static SearchPlan Plan() => new(LoadKind.Rate, From: 10, Least: TimeSpan.FromSeconds(5), Longest: TimeSpan.FromSeconds(60), Budget: TimeSpan.FromMinutes(30));

    private static CapacityReport ReportOf(SearchResult found) => new(Plan(), found, expected: null);

    private static Task<SearchResult> SearchAsync(ILoadProbe target, SearchPlan? plan = null) =>
        new CapacitySearch(target, plan ?? Plan(), _ => { }).RunAsync(CancellationToken.None);
}
