using LoadTool.Testing;
using Windows.Networking.Sockets;

namespace LoadTool.Tests.Testing;

/// <summary>Users that stay connected, on a virtual clock and a network that takes no time: each moment is exact.</summary>
public sealed class ReconnectTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static TheoryData<string, double[]> Policies { get; } = new()
    {
        // Cut at 10 s, refused until 30 s.
        { "fixed", [13, 16, 19, 22, 25, 28, 31] },
        { "exponential", [11, 13, 17, 25, 33] },
        { "at once", [10, 30] },
    };

    [Theory]
    [MemberData(nameof(Policies))]
    public void Attempts_come_at_exactly_the_policy_s_moments(string name, double[] moments)
    {
        ReconnectPolicy policy = name switch
        {
            "fixed" => ReconnectPolicy.Fixed(3 * Second),
            "exponential" => ReconnectPolicy.Exponential(Second, 8 * Second),
            _ => ReconnectPolicy.Exponential(TimeSpan.FromTicks(1), 20 * Second, factor: 1e9),
        };
        List<double> attempts = [];

        RunResult result = Run(Listening(policy, attempts).WithStorms(Storm.Cut(share: 1, at: 10 * Second)), refusedFor: 20 * Second);

        Assert.Equal([0, .. moments], attempts.Select(moment => Math.Round(moment, 5)));
        StormFigures storm = Assert.Single(result.Storms);
        Assert.Equal((1, 1, 1, moments.Length), (storm.Living, storm.Cut, storm.Recovered, storm.Attempts));
        AssertClose((moments[^1] - 10) * 1e9, storm.Recover.Max);
        ReconnectFigures reconnects = Assert.Single(result.Reconnects);
        Assert.Equal((1, moments.Length, 1, 0), (reconnects.Lost, reconnects.Attempts, reconnects.Recover.OkCount, reconnects.Recover.FailCount));
        AssertClose((moments[^1] - 10) * 1e9, reconnects.Recover.Latency.Max);
    }

    [Fact]
    public void Full_jitter_draws_from_the_user_s_own_chance()
    {
        ReconnectPolicy policy = ReconnectPolicy.FullJitter(4 * Second, 8 * Second);
        List<double> attempts = [];

        Run(Listening(policy, attempts).WithStorms(Storm.Cut(share: 1, at: 10 * Second)), refusedFor: 20 * Second, seed: 5);

        SeededRandom chance = new(unchecked((long)SplitMix.Hash(SplitMix.Seed(5, "listening"), 0)));
        double due = 10;
        for (int attempt = 1; attempt < attempts.Count; attempt++)
        {
            due += policy.DelayBefore(attempt - 1, chance)!.Value.TotalSeconds;
            Assert.Equal(due, attempts[attempt], tolerance: 1e-6);
        }

        Assert.InRange(attempts[^1], 30, 38);
        Assert.InRange(attempts.Count, 4, 100);
    }

    [Theory]
    [InlineData(1, 100, 0.3, 30)]
    [InlineData(3, 100, 0.3, 30)]
    [InlineData(3, 97, 0.5, 49)]
    [InlineData(2, 5, 0.1, 1)]
    [InlineData(4, 3, 1, 3)]
    [InlineData(2, 1, 0.4, 0)]
    public void A_storm_cuts_exactly_its_share_over_all_loops_and_all_come_back_after_the_policy_s_delay(int loops, int users, double share, int cut)
    {
        Scenario scenario = Listening(ReconnectPolicy.Fixed(500 * Millisecond), [], users).WithStorms(Storm.Cut(share, at: 10 * Second, every: 10 * Second, times: 3));

        RunResult result = Run(scenario, loops: loops);

        Assert.Equal([10, 20, 30], result.Storms.Select(storm => storm.At.TotalSeconds));
        Assert.All(result.Storms, storm =>
        {
            Assert.Equal((users, cut, cut, cut, 0), (storm.Living, storm.Cut, storm.Recovered, storm.Attempts, storm.Never));
            if (cut > 0)
                Assert.All([storm.Recover.Min, storm.Recover.Max], recover => AssertClose(500e6, recover));
        });
        Assert.Empty(result.Failures);
        Assert.Equal(3 * cut, result.Reconnects.Sum(reconnects => reconnects.Recover.OkCount));
        Assert.Equal(users, result.Iterations[0].OkCount);
    }

    [Fact]
    public void A_storm_may_close_in_order()
    {
        RunResult result = Run(Listening(ReconnectPolicy.Fixed(Second), [], users: 4).WithStorms(Storm.Cut(share: 0.5, at: 10 * Second, closeCode: 1001)));

        StormFigures storm = Assert.Single(result.Storms);
        Assert.Equal((4, 2, 2), (storm.Living, storm.Cut, storm.Recovered));
        Assert.Empty(result.Failures);
        Assert.Equal(2, result.CloseCodes[1001]);
    }

    [Fact]
    public void Chance_decides_whom_a_storm_cuts_and_the_seed_decides_chance()
    {
        int[] first = CutUsers(seed: 1);
        Assert.Equal(10, first.Length);
        Assert.Equal(first, CutUsers(seed: 1));
        Assert.NotEqual(first, CutUsers(seed: 2));

        static int[] CutUsers(long seed)
        {
            List<int> back = [];
            Scenario scenario = Scenario.Create("listening", async user =>
            {
                int connections = 0;
                await user.StayConnectedAsync(ReconnectPolicy.Fixed(Second), () => new MessageWebSocket(), async socket =>
                {
                    if (++connections == 2)
                        back.Add(user.Number);
                    await ListenAsync(user, socket);
                });
            }).WithLoadSimulations(Simulation.KeepConstant(40, Minute)).WithStorms(Storm.Cut(share: 0.25, at: 10 * Second));
            Run(scenario, seed: seed);
            back.Sort();
            return [.. back];
        }
    }

    [Fact]
    public void A_step_that_a_storm_cuts_is_interrupted_and_nothing_has_failed()
    {
        Scenario scenario = Scenario.Create("waiting", user => user.StayConnectedAsync(ReconnectPolicy.Fixed(Second), () => new MessageWebSocket(), async socket =>
        {
            using StepScope step = Step.Begin("wait", user);
            await ListenAsync(user, socket);
            step.Ok();
        })).WithLoadSimulations(Simulation.KeepConstant(2, Minute)).WithStorms(Storm.Cut(share: 1, at: 10 * Second));

        RunResult result = Run(scenario);

        StepFigures wait = result.Steps.Single(step => step.Step == "wait");
        Assert.Equal((2, 0, 2), (wait.OkCount, wait.FailCount, wait.Interrupted));
        Assert.Equal((4, 0), (result.Steps.Single(step => step.Step == "connect").OkCount, result.Failures.Count));
        Assert.Equal((2, 0), (result.Iterations[0].OkCount, result.Iterations[0].FailCount));
    }

    [Fact]
    public void A_connection_that_breaks_by_itself_fails_its_step_but_not_the_iteration()
    {
        Scenario scenario = Scenario.Create("echo", user => user.StayConnectedAsync(ReconnectPolicy.Fixed(Second), () => new MessageWebSocket(), async socket =>
        {
            await foreach (Turn turn in user.Pace(perSecond: 1))
            {
                using StepScope step = Step.Begin("echo", user, turn);
                await socket.SendAsync("hello");
                step.Ok(await socket.ReceiveAsync());
            }
        })).WithLoadSimulations(Simulation.KeepConstant(1, Minute));

        RunResult result = ScenarioTest.Run(scenario, network => network.Delay(TimeSpan.Zero).ResetAfter(bytes: 500));

        ReconnectFigures reconnects = Assert.Single(result.Reconnects);
        StepFigures echo = result.Steps.Single(step => step.Step == "echo");
        Assert.InRange(reconnects.Lost, 2, 50);
        Assert.Equal((reconnects.Lost, reconnects.Lost), (reconnects.Attempts, reconnects.Recover.OkCount));
        Assert.Equal((reconnects.Lost, 1), (echo.FailCount, result.Iterations[0].OkCount));
        Assert.Equal(reconnects.Lost, result.Failures.Sum(failure => failure.Value));
    }

    [Fact]
    public void A_loss_outside_of_any_step_is_counted_as_a_failure_with_its_cause()
    {
        Scenario scenario = Listening(ReconnectPolicy.Fixed(Second), []);

        RunResult result = ScenarioTest.Run(scenario, network => network.Delay(TimeSpan.Zero).ResetAfter(bytes: 400).Reply(_ => new string('x', 1_000)));

        Assert.Equal(result.Reconnects.Sum(reconnects => reconnects.Lost), result.Failures.Sum(failure => failure.Value));
        Assert.Equal(0, result.Iterations[0].FailCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Who_has_used_up_the_attempts_gives_up_and_the_iteration_fails_once(int attempts)
    {
        List<double> moments = [];
        int iterations = 0;
        Scenario scenario = Scenario.Create("listening", async user =>
        {
            if (++iterations > 1)
                await user.Delay(Timeout.InfiniteTimeSpan);
            else
                await ConnectedAsync(user, attempts == 0 ? ReconnectPolicy.None : ReconnectPolicy.Fixed(Second, attempts), moments);
        }).WithLoadSimulations(Simulation.KeepConstant(1, Minute));

        RunResult result = ScenarioTest.Run(scenario, network => network.Delay(TimeSpan.Zero).RefuseConnects());

        Assert.Equal(attempts + 1, moments.Count);
        Assert.Equal((1, attempts, 0, 1), (result.Reconnects[0].Lost, result.Reconnects[0].Attempts, result.Reconnects[0].Recover.OkCount, result.Reconnects[0].Recover.FailCount));
        Assert.Equal((1, attempts + 1), (result.Iterations[0].FailCount, result.Failures.Sum(failure => failure.Value)));
    }

    [Fact]
    public void What_is_out_when_the_run_ends_is_interrupted()
    {
        RunResult result = Run(Listening(ReconnectPolicy.Fixed(Second), [], users: 3).WithStorms(Storm.Cut(share: 1, at: 10 * Second)), refusedFor: 2 * Minute);

        Assert.Equal((3, 0, 0, 3), (result.Reconnects[0].Lost, result.Reconnects[0].Recover.OkCount, result.Reconnects[0].Recover.FailCount, result.Reconnects[0].Recover.Interrupted));
        Assert.Equal((3, 0, 3, 3 * 49), (result.Storms[0].Cut, result.Storms[0].Recovered, result.Storms[0].Never, result.Storms[0].Attempts));
    }

    [Fact]
    public void Thresholds_know_the_time_to_recover()
    {
        Scenario scenario = Listening(ReconnectPolicy.Fixed(Second), [], users: 3)
            .WithStorms(Storm.Cut(share: 1, at: 10 * Second)).WithThresholds("recover: max < 1.01s", "recover: max < 990ms", "recover.errors: count == 0");

        Assert.Equal([false, true, false], Run(scenario).Thresholds.Select(threshold => threshold.IsCrossed));
    }

    [Fact]
    public void A_mistake_of_the_script_is_no_reason_to_connect_again()
    {
        List<double> moments = [];
        Scenario scenario = Scenario.Create("a", user => user.StayConnectedAsync(ReconnectPolicy.Fixed(Second), () => new MessageWebSocket(), _ =>
        {
            moments.Add(0);
            throw new FormatException("planted");
        })).WithLoadSimulations(Simulation.Inject(1, Second, Second));

        RunResult result = Run(scenario);

        Assert.Single(moments);
        Assert.Equal(("ScriptError", 1), (Assert.Single(result.Failures).Key.Status, result.Iterations[0].FailCount));
        Assert.Empty(result.Reconnects);
    }

    [Fact]
    public void Storms_that_never_end_or_are_too_many_are_mistakes_of_the_scenario()
    {
        Scenario endless = Scenario.Create("a", _ => Task.CompletedTask).WithLoadSimulations(Simulation.IterationsForConstant(1, 5)).WithStorms(Storm.Cut(0.1, Second, every: Second));
        Scenario many = Scenario.Create("a", _ => Task.CompletedTask).WithLoadSimulations(Simulation.KeepConstant(1, Minute)).WithStorms(Storm.Cut(0.1, Second, every: 0.5 * Second));

        Assert.Contains("say how many times", Assert.Throws<ScenarioMistakeException>(() => Run(endless)).Message);
        Assert.Contains("more than 100 moments", Assert.Throws<ScenarioMistakeException>(() => Run(many)).Message);
        Assert.Throws<ArgumentOutOfRangeException>("share", () => Storm.Cut(1.1, Second));
        Assert.Throws<ArgumentOutOfRangeException>("share", () => Storm.Cut(0, Second));
        Assert.Throws<ArgumentOutOfRangeException>("at", () => Storm.Cut(1, -Second));
        Assert.Throws<ArgumentOutOfRangeException>("every", () => Storm.Cut(1, Second, every: TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>("times", () => Storm.Cut(1, Second, every: Second, times: 0));
        Assert.Throws<ArgumentException>("every", () => Storm.Cut(1, Second, times: 2));
        Assert.ThrowsAny<ArgumentException>(() => Storm.Cut(1, Second, closeCode: 999));
    }

    [Fact]
    public void A_share_of_users_is_drawn_by_seed_and_trait()
    {
        bool[] slow = Draw(0.3, "slow", seed: 1);
        Assert.InRange(slow.Count(isOne => isOne), 270, 330);
        Assert.Equal(slow, Draw(0.3, "slow", seed: 1));
        Assert.NotEqual(slow, Draw(0.3, "slow", seed: 2));
        Assert.NotEqual(slow, Draw(0.3, "other", seed: 1));
        Assert.All(slow.Zip(Draw(0.6, "slow", seed: 1)), both => Assert.True(!both.First || both.Second));
        Assert.DoesNotContain(true, Draw(0, "slow", seed: 1));
        Assert.DoesNotContain(false, Draw(1, "slow", seed: 1));

        static bool[] Draw(double share, string trait, long seed)
        {
            bool[] drawn = new bool[1_000];
            Scenario scenario = Scenario.Create("a", user =>
            {
                drawn[user.Number] = user.IsOneOf(share, trait);
                Assert.Throws<ArgumentOutOfRangeException>("share", () => user.IsOneOf(1.1));
                return user.Delay(Timeout.InfiniteTimeSpan).AsTask();
            }).WithLoadSimulations(Simulation.KeepConstant(1_000, Second));
            Assert.Empty(ScenarioTest.Run(scenario, seed: seed).Failures);
            return drawn;
        }
    }

    private static TimeSpan Millisecond => TimeSpan.FromMilliseconds(1);

    private static RunResult Run(Scenario scenario, TimeSpan refusedFor = default, int loops = 1, long seed = 1) => ScenarioTest.Run(
        [scenario],
        network => network.Delay(TimeSpan.Zero).RefuseConnects(from: 10 * Second, during: refusedFor),
        new RunOptions { Target = ScenarioTest.Target, Loops = loops, Seed = seed });

    /// <summary>A user that is told at once when its connection is gone.</summary>
    private static Scenario Listening(ReconnectPolicy policy, List<double> attempts, int users = 1) =>
        Scenario.Create("listening", user => ConnectedAsync(user, policy, attempts)).WithLoadSimulations(Simulation.KeepConstant(users, Minute));

    private static Task ConnectedAsync(VirtualUser user, ReconnectPolicy policy, List<double> attempts)
    {
        long began = user.Loop.Now;
        return user.StayConnectedAsync(
            policy,
            () =>
            {
                attempts.Add((user.Loop.Now - began) / 1e9);
                return new MessageWebSocket();
            },
            socket => ListenAsync(user, socket));
    }

    /// <summary>Asks for an answer, then awaits what never comes, until the user is to stop or the connection is gone.</summary>
    private static async Task ListenAsync(VirtualUser user, MessageWebSocket socket)
    {
        await socket.SendAsync("hello");
        await socket.ReceiveAsync();
        try
        {
            await socket.ReceiveAsync(user.CancellationToken);
        }
        catch (OperationCanceledException) when (user.Stopping)
        {
            return; // The load has ended: so does the user, in order.
        }
    }

    /// <summary>To two digits, as storms keep them.</summary>
    private static void AssertClose(double nanoseconds, double actual) => Assert.InRange(actual, nanoseconds * 0.99, nanoseconds * 1.01);
}
