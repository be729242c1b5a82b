using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Run;

/// <summary>Hours of a plan on loops whose clock moves when it is told to.</summary>
public sealed class SimulatedTimeTests
{
    /// <summary>Turns of a loop after which all that is due has happened: a stage's end, the users and arrivals of the next.</summary>
    private const int Turns = 4;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task After_any_time_exactly_those_arrivals_have_started_that_were_due(int loops)
    {
        LoadSimulation[] load =
        [
            Simulation.RampingInject(10, Minute, 10 * Minute), Simulation.Pause(Minute), Simulation.Inject(10, Minute, 10 * Minute), Simulation.RampingInject(0, Minute, 10 * Minute),
            Simulation.InjectPoisson(10, Minute, 20 * Minute), Simulation.InjectRandom(0, 20, Minute, 10 * Minute),
        ];
        int started = 0;
        Scenario scenario = Scenario.Create("a", _ =>
        {
            Interlocked.Increment(ref started);
            return Task.CompletedTask;
        }).WithLoadSimulations(load);
        TimeSpan[] due = [.. Due(LoadPlan.Of(scenario, [scenario], seed: 9)).Order()];

        LoadPhase phase = await RunAsync(scenario, loops, step: 7 * Second, elapsed => Assert.Equal(due.Count(at => at <= elapsed), Volatile.Read(ref started)));

        Assert.Equal(due.Length, started);
        Assert.True(due.Length > 300);
        Assert.True(phase.Shares.All(share => share.Done.IsCompleted));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task At_any_time_exactly_as_many_users_run_as_planned(int loops)
    {
        Scenario scenario = Scenario.Create("a", user => user.Delay(Timeout.InfiniteTimeSpan).AsTask()).WithLoadSimulations(
            Simulation.RampingConstant(40, 20 * Minute), Simulation.KeepConstant(40, 10 * Minute), Simulation.RampingConstant(5, 20 * Minute), Simulation.KeepConstant(7, Minute));
        IReadOnlyList<LoadSimulation> plan = LoadPlan.Of(scenario, [scenario], seed: 9);
        LoadPhase? running = null;

        await RunAsync(scenario, loops, step: 7 * Second, elapsed => Assert.Equal(CopiesAt(plan, elapsed), running!.Shares.Sum(share => share.ActiveUsers)), phase => running = phase);
    }

    private static async Task<LoadPhase> RunAsync(Scenario scenario, int count, TimeSpan step, Action<TimeSpan> look, Action<LoadPhase>? made = null)
    {
        ManualClock clock = new();
        EventLoop[] loops = [.. Enumerable.Range(0, count).Select(index => EventLoop.Create(EngineKind.Portable, clock, $"loop {index}"))];
        foreach (EventLoop loop in loops)
            loop.Start();
        RunOptions options = Lab.Options with { Seed = 9 };
        LoadPhase phase = new([scenario], options, new RunContext(options, _ => { }, (_, _) => { }), loops, clock);
        made?.Invoke(phase);
        TimeSpan length = LoadPlan.Length(scenario.Simulations)!.Value;
        Task run = phase.RunAsync(length, CancellationToken.None);
        await TurnAsync(loops);
        for (TimeSpan elapsed = TimeSpan.Zero; elapsed < length; elapsed += step)
        {
            look(elapsed);
            clock.Advance(step);
            await TurnAsync(loops);
        }

        await run;
        foreach (EventLoop loop in loops)
            loop.Dispose();
        return phase;
    }

    private static async Task TurnAsync(EventLoop[] loops)
    {
        for (int turn = 0; turn < Turns; turn++)
            await Task.WhenAll(loops.Select(loop => loop.RunAsync(() => Task.CompletedTask)));
    }

    private static IEnumerable<TimeSpan> Due(IReadOnlyList<LoadSimulation> plan)
    {
        TimeSpan start = TimeSpan.Zero;
        foreach (LoadSimulation simulation in plan)
        {
            for (long number = 0; number < simulation.Arrivals; number = simulation.Next(number, sharers: 1))
            {
                if (simulation.DueAt(number) is { } dueAt)
                    yield return start + dueAt;
            }

            start += simulation.During;
        }
    }

    private static int CopiesAt(IReadOnlyList<LoadSimulation> plan, TimeSpan elapsed)
    {
        int stage = 0;
        for (; elapsed >= plan[stage].During; stage++)
            elapsed -= plan[stage].During;
        return plan[stage].CopiesAt(elapsed);
    }
}
