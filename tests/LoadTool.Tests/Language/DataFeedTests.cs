using LoadTool.Tests.Run;

namespace LoadTool.Tests.Language;

public sealed class DataFeedTests
{
    private static readonly string[] Abc = ["a", "b", "c"];

    [Fact]
    public void A_constant_feed_gives_each_user_its_own_item_each_time()
    {
        ScenarioShare share = Assert.Single(Shares.Of(Shares.Loops(1), 1, "s"));
        DataFeed<string> feed = DataFeed.Constant(Abc);

        foreach (int round in Enumerable.Range(0, 2))
            Assert.Equal(["a", "b", "c", "a"], Enumerable.Range(0, 4).Select(number => feed.GetNextItem(new VirtualUser(share, number))));
        Assert.Equal(3, feed.Count);
    }

    [Fact]
    public void A_circular_feed_begins_again_after_its_last_item_whoever_asks()
    {
        ScenarioShare[] shares = Shares.Of(Shares.Loops(1), 1, "s", "other");
        DataFeed<string> feed = DataFeed.Circular(Abc);
        VirtualUser[] users = [new(shares[0], 0), new(shares[0], 7), new(shares[1], 0)];

        Assert.Equal(["a", "b", "c", "a", "b", "c", "a"], Enumerable.Range(0, 7).Select(turn => feed.GetNextItem(users[turn % 3].ScenarioInfo)));
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 6)]
    [InlineData(3, 7)]
    [InlineData(5, 2)]
    public void Loops_of_a_circular_feed_hand_out_every_item_equally_often(int loops, int items)
    {
        ScenarioShare[] shares = Shares.Of(Shares.Loops(loops), 1, "s");
        DataFeed<int> feed = DataFeed.Circular(Enumerable.Range(0, items).ToArray());

        Dictionary<int, int> counts = Enumerable.Range(0, items)
            .SelectMany(_ => shares.Select(share => feed.GetNextItem(new VirtualUser(share, 0))))
            .CountBy(item => item).ToDictionary();

        Assert.Equal(items, counts.Count);
        Assert.All(counts.Values, count => Assert.Equal(loops, count));
    }

    [Fact]
    public void Two_runs_of_one_feed_each_begin_at_its_first_item()
    {
        DataFeed<string> circular = DataFeed.Circular(Abc), unique = DataFeed.Unique(Abc);
        foreach (int run in Enumerable.Range(0, 2))
        {
            VirtualUser user = new(Assert.Single(Shares.Of(Shares.Loops(1), 1, "s")), 0);
            Assert.Equal(["a", "b"], Enumerable.Range(0, 2).Select(_ => circular.GetNextItem(user)));
            Assert.Equal(["a", "b"], Enumerable.Range(0, 2).Select(_ => unique.GetNextItem(user)));
        }
    }

    [Fact]
    public void A_random_feed_is_fair_and_repeats_with_the_seed()
    {
        DataFeed<string> feed = DataFeed.Random(Abc);
        string[] Draw(long seed)
        {
            VirtualUser user = new(Assert.Single(Shares.Of(Shares.Loops(1), seed, "s")), 0);
            return [.. Enumerable.Range(0, 30_000).Select(_ => feed.GetNextItem(user))];
        }

        Assert.Equal(Draw(1), Draw(1));
        Assert.NotEqual(Draw(1), Draw(2));
        Assert.All(Draw(1).CountBy(item => item), item => Assert.InRange(item.Value, 9_600, 10_400));
    }

    [Fact]
    public void Unique_items_are_handed_out_once_over_loops_and_scenarios_and_whoever_finds_none_is_to_stop()
    {
        List<string> log = [];
        RunContext context = new(new RunOptions { Target = new Uri("ws://127.0.0.1/") }, log.Add, (_, _) => { });
        LoadTool.Sockets.EventLoop[] loops = Shares.Loops(2);
        Scenario scenario = Scenario.Create("s", _ => Task.CompletedTask);
        List<Scenario> dry = [];
        PhaseContext phase = new(CancellationToken.None, iterations: null) { ScenarioRanDry = dry.Add };
        ScenarioShare[] shares = [new(scenario, [], context, phase, loops[0], 0, 2), new(scenario, [], context, phase, loops[1], 1, 2)];
        DataFeed<string> feed = DataFeed.Unique(Abc);
        VirtualUser[] users = [new(shares[0], 0), new(shares[1], 1)];

        Assert.Equal(Abc, Enumerable.Range(0, 3).Select(turn => feed.GetNextItem(users[turn % 2])).Order());
        Assert.All(users, user => Assert.False(user.Stopping));
        Assert.All(users, user =>
        {
            OperationCanceledException error = Assert.Throws<OperationCanceledException>(() => feed.GetNextItem(user));
            Assert.True(user.Stopping);
            Assert.Equal(Outcome.StoppedByRun, Outcome.Of(error, user));
        });

        Assert.Equal(["scenario \"s\" stops: a feed of unique items ran dry after 3 of them"], log);
        Assert.Equal([scenario], dry);
    }

    [Fact]
    public void Taking_an_item_allocates_nothing()
    {
        VirtualUser user = new(Assert.Single(Shares.Of(Shares.Loops(1), 1, "s")), 0);
        int[] many = new int[1000];
        DataFeed<int>[] feeds = [DataFeed.Constant(many), DataFeed.Circular(many), DataFeed.Random(many), DataFeed.Unique(many)];

        Assert.Equal(0, Allocation.Of(() =>
        {
            foreach (DataFeed<int> feed in feeds)
            {
                for (int i = 0; i < 100; i++)
                    feed.GetNextItem(user);
            }
        }));
    }

    [Fact]
    public void A_feed_without_items_and_a_question_by_nobody_are_refused()
    {
        Assert.Throws<ArgumentException>("data", () => DataFeed.Circular(Array.Empty<int>()));
        Assert.Throws<ArgumentNullException>("data", () => DataFeed.Random<int>(null!));
        Assert.Throws<InvalidOperationException>(() => DataFeed.Constant(Abc).GetNextItem(default));
    }
}
