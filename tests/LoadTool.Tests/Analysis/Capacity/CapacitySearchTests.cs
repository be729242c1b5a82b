using LoadTool.Analysis.Capacity;

namespace LoadTool.Tests.Analysis.Capacity;

/// <summary>The search finds the load that a known target carries, says what it could not see, and takes nothing on faith.</summary>
public sealed class CapacitySearchTests
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(5), Longest = TimeSpan.FromSeconds(60), Budget = TimeSpan.FromMinutes(30);

    [Theory]
    [InlineData(4, 200, "work: p(99) < 40ms", 99, 0.040)]
    [InlineData(1, 1_000, "work: p(95) < 30ms", 95, 0.030)]
    [InlineData(16, 50, "work: p(99) < 110ms", 99, 0.110)]
    public async Task The_maximum_of_a_queue_is_found_within_five_percent(int servers, double service, string objective, double percentile, double limit)
    {
        const int Searches = 20;
        double truth = QueueingTarget.LoadAt(servers, service, percentile, limit);
        for (int seed = 1; seed <= Searches; seed++)
        {
            SearchResult found = await SearchAsync(new QueueingTarget(servers, service, [Objective.Parse(objective)], seed));
            Console.WriteLine($"seed {seed}: {found.Maximum?.Load} of {truth:0.#} = {found.Maximum?.Load / truth:0.000}, limit {found.Limit?.Estimate / truth:0.000}; {found.Trials.Sum(t => t.Length.TotalSeconds + 3)} s; failed {found.Failed?.Load}; {found.Trials.Count} trials; {string.Join(" | ", found.Surprises)}");
        }
    }

    private static Task<SearchResult> SearchAsync(ILoadProbe target, double from = 10) =>
        new CapacitySearch(target, new SearchPlan(LoadKind.Rate, from, Least, Longest, Budget), _ => { }).RunAsync(CancellationToken.None);
}
