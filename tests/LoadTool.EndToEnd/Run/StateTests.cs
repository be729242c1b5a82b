using System.Collections.Concurrent;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using static LoadTool.EndToEnd.Run.Lab;

namespace LoadTool.EndToEnd.Run;

/// <summary>Data that runs dry, and what outlives iterations.</summary>
public sealed class StateTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_feed_of_unique_items_gives_each_once_and_ends_its_scenario_alone(int loops)
    {
        ConcurrentBag<int> taken = [];
        DataFeed<int> feed = DataFeed.Unique(Enumerable.Range(0, 100).ToArray());
        Scenario dry = Scenario.Create("dry", async user =>
        {
            int item = feed.GetNextItem(user);
            await Task.Yield();
            taken.Add(item);
        }).WithLoadSimulations(Simulation.KeepConstant(7, TimeSpan.FromDays(1)));
        using SemaphoreSlim ended = new(0);
        Scenario other = Scenario.Create("other", async user =>
        {
            await ended.WaitAsync(user.CancellationToken);
            throw new InvalidOperationException("went on");
        }).WithLoadSimulations(Simulation.KeepConstant(1, Milliseconds(300)));

        (RunResult result, Notes notes) = await RunAsync([dry, other], Options with { Loops = loops });

        Assert.Equal(Enumerable.Range(0, 100), taken.Order());
        StepFigures iterations = result.Iterations[0];
        Assert.Equal((100, 0), (iterations.OkCount, iterations.FailCount));
        Assert.InRange(iterations.Interrupted, 1, 7);
        Assert.Single(notes.Log, line => line == "scenario \"dry\" stops: a feed of unique items ran dry after 100 of them");
        Assert.Equal(1, result.Iterations[1].Interrupted);
    }

    [Fact]
    public async Task Arrivals_after_the_last_unique_item_do_not_start()
    {
        DataFeed<int> feed = DataFeed.Unique([1, 2, 3]);
        Scenario scenario = Scenario.Create("a", user => Task.FromResult(feed.GetNextItem(user)))
            .WithLoadSimulations(Simulation.Inject(200, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)));

        (RunResult result, _) = await RunAsync(scenario, Options with { Loops = 2 });

        Assert.Equal((3, 0), (result.Iterations[0].OkCount, result.Iterations[0].FailCount));
        Assert.InRange(result.Iterations[0].Interrupted, 1, 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Sockets_of_a_pool_are_made_once_on_the_loop_of_their_users_and_disposed_of_in_clean(int loops)
    {
        await using LoopHost server = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        ClientPool<MessageWebSocket> pool = new();
        ConcurrentDictionary<int, EventLoop> madeOn = [];
        int disposed = 0;
        Scenario scenario = Scenario.Create("a", async user =>
        {
            MessageWebSocket socket = pool.GetClient(user.ScenarioInfo);
            Assert.Same(pool.InitializedClients[user.Number % 4], socket);
            Assert.Same(madeOn[user.Number % 4], EventLoop.Current);
            using StepScope step = Step.Begin("echo", user);
            await socket.SendAsync(Payload.Text("x"));
            step.Ok(await socket.ReceiveAsync());
        })
        .WithInit(context => pool.FillAsync(context, count: 4, async index =>
        {
            madeOn[index] = EventLoop.Current!;
            MessageWebSocket socket = new();
            await socket.ConnectAsync(server.Uri("/echo"));
            return socket;
        }))
        .WithClean(_ =>
        {
            pool.DisposeClients(socket =>
            {
                disposed++;
                socket.Dispose();
            });
            return Task.CompletedTask;
        })
        .WithLoadSimulations(Simulation.KeepConstant(4, TimeSpan.FromDays(1)));

        (RunResult result, _) = await RunAsync(scenario, Options with { Loops = loops, Iterations = 40, Target = server.Uri("/echo") });

        Assert.Equal((40, 0), (result.Iterations[0].OkCount, result.Iterations[0].FailCount));
        Assert.Equal(40, Assert.Single(result.Steps).OkCount);
        Assert.Equal((4, 4, 0), (result.ConnectionsAtEnd, disposed, pool.InitializedClients.Count));
        Assert.Equal(loops, madeOn.Values.Distinct().Count());
        Assert.Null(result.CleanError);
    }

    [Fact]
    public async Task Init_hands_state_to_all_users_and_each_keeps_its_own_until_it_ends()
    {
        ConcurrentBag<string> seen = [];
        Scenario scenario = Scenario.Create("a", user =>
        {
            Kept kept = (Kept)(user.State ??= new Kept(seen));
            kept.Count++;
            user.Data["last"] = $"{user.ScenarioData["greeting"]} {user.Number}";
            return Task.CompletedTask;
        })
        .WithInit(context =>
        {
            context.Data["greeting"] = "hello";
            return Task.CompletedTask;
        })
        .WithClean(context =>
        {
            seen.Add((string)context.Data["greeting"]);
            return Task.CompletedTask;
        });

        (RunResult closed, _) = await RunAsync(scenario.WithLoadSimulations(Simulation.KeepConstant(2, TimeSpan.FromDays(1))), Options with { Iterations = 10 });
        (RunResult open, _) = await RunAsync(
            scenario.WithLoadSimulations(Simulation.Inject(100, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1))), Options with { Iterations = 5 });

        Assert.Equal((10, 5), (closed.OkCount, open.OkCount));
        Assert.Equal(2, seen.Count(line => line == "hello"));
        int[] counts = [.. seen.Where(line => line != "hello").Select(int.Parse)];
        Assert.Equal(15, counts.Sum());
        Assert.Equal(3, counts.Length);
    }

    [Fact]
    public async Task State_that_cannot_be_disposed_of_is_logged_and_the_run_ends_all_the_same()
    {
        Scenario scenario = Scenario.Create("a", user =>
        {
            user.State = new Stubborn();
            return Task.CompletedTask;
        }).WithLoadSimulations(Simulation.KeepConstant(1, TimeSpan.FromDays(1)));

        (RunResult result, Notes notes) = await RunAsync(scenario, Options with { Iterations = 1 });

        Assert.Equal(1, result.OkCount);
        Assert.Contains("FormatException: stubborn", notes.Log);
    }

    private sealed class Kept(ConcurrentBag<string> seen) : IDisposable
    {
        internal int Count { get; set; }

        public void Dispose() => seen.Add($"{Count}");
    }

    private sealed class Stubborn : IDisposable
    {
        public void Dispose() => throw new FormatException("stubborn");
    }
}
