using LoadTool.Sockets;

namespace LoadTool;

/// <summary>One load from its start to the last of its users: what is measured, or the warm-up before it.</summary>
internal sealed class LoadPhase
{
    /// <summary>After connections are cut, how long users may take to notice; what awaits something else than a socket may not.</summary>
    private static readonly TimeSpan CutLimit = TimeSpan.FromSeconds(2);

    /// <summary>Loops end their load by themselves, to the last arrival; this much later they are no longer waited for.</summary>
    private static readonly TimeSpan LateLimit = TimeSpan.FromSeconds(2);

    private readonly RunOptions _options;
    private readonly EventLoop[] _loops;
    private readonly TimeProvider _clock;
    private readonly RunContext _context;
    private readonly CancellationTokenSource _stopping = new();

    /// <param name="scenarios">All of the run.</param>
    /// <param name="options">How to run them.</param>
    /// <param name="context">What the run shares.</param>
    /// <param name="loops">Running.</param>
    /// <param name="clock">That of the loops.</param>
    /// <param name="limitOf">How long a scenario's load lasts at most, none of it for zero; null for to its own end.</param>
    internal LoadPhase(
        IReadOnlyList<Scenario> scenarios,
        RunOptions options,
        RunContext context,
        EventLoop[] loops,
        TimeProvider clock,
        Func<Scenario, TimeSpan>? limitOf = null)
    {
        (_options, _context, _loops, _clock) = (options, context, loops, clock);
        PhaseContext phase = new(_stopping.Token, options.Iterations)
        {
            LastTaken = () => PostAll(share => share.Exhaust()),
            ScenarioRanDry = scenario => PostAll(share => share.Exhaust(), share => share.Scenario == scenario),
        };
        List<ScenarioShare> shares = [];
        foreach (Scenario scenario in scenarios)
        {
            TimeSpan limit = limitOf?.Invoke(scenario) ?? TimeSpan.MaxValue;
            if (options.MaxDuration < limit)
                limit = options.MaxDuration.Value;
            IReadOnlyList<LoadSimulation> plan = limit > TimeSpan.Zero ? LoadPlan.Of(scenario, scenarios, options.Seed) : [];
            ConnectTurns? turns = scenario.ConnectsPerSecond is { } rate ? new ConnectTurns(rate) : null;
            Strike[] strikes = limit > TimeSpan.Zero ? Strike.Of(scenario, limit) : [];
            shares.AddRange(loops.Select((loop, index) => new ScenarioShare(scenario, plan, context, phase, loop, index, loops.Length, strikes) { Limit = limit, ConnectTurns = turns }));
        }

        foreach (EventLoop loop in loops)
            loop.BeforeConnect = scenarios.Any(scenario => scenario.ConnectsPerSecond is not null) ? VirtualUser.WaitToConnectAsync : null;

        Shares = [.. shares];
        phase.Shares = Shares;
    }

    internal ScenarioShare[] Shares { get; }

    /// <summary>True once the load has ended, by itself or not: users may still come to their ends.</summary>
    internal bool HasEnded => _stopping.IsCancellationRequested;

    /// <summary>Runs to the last user's end: the load's own end, then the graceful stop, then the cut.</summary>
    /// <param name="planned">When every loop should have ended its load by itself.</param>
    /// <param name="stop">Ends the load in order. Asked for beforehand, there is nothing to start.</param>
    internal async Task RunAsync(TimeSpan planned, CancellationToken stop)
    {
        if (!stop.IsCancellationRequested)
            PostAll(share => share.Start(share.Loop.Now));
        using CancellationTokenRegistration stopped = stop.Register(StopAll);
        Task done = Task.WhenAll(Shares.Select(share => share.Done));
        await WaitAsync(Task.WhenAll(Shares.Select(share => share.LoadEnded)), planned + LateLimit, _clock, stop);
        StopAll();
        if (await WaitAsync(done, _options.GracefulStop, _clock, CancellationToken.None))
            return;
        PostAll(share => share.Cut());
        foreach (EventLoop loop in _loops)
            loop.Post(_ => loop.BreakConnections(), null);
        if (!await WaitAsync(done, CutLimit, _clock, CancellationToken.None))
            await NameLeftAsync();
    }

    /// <summary>Makes the load from now on so many times what was planned. From any thread.</summary>
    internal void Scale(double factor)
    {
        long now = _loops[0].Now;
        PostAll(share => share.Scale(factor, now));
    }

    /// <summary>False for a loop that a script blocks.</summary>
    internal static Task<bool> AnswersAsync(EventLoop loop, TimeProvider clock) =>
        WaitAsync(loop.RunAsync(() => Task.CompletedTask), CutLimit, clock, CancellationToken.None);

    private void StopAll()
    {
        _stopping.Cancel();
        PostAll(share => share.Stop());
    }

    private void PostAll(Action<ScenarioShare> action, Predicate<ScenarioShare>? those = null)
    {
        foreach (ScenarioShare share in Array.FindAll(Shares, those ?? (_ => true)))
            share.Loop.Post(_ => action(share), null);
    }

    /// <summary>Says which users are given up, and why: they await something that is no socket, or never let their loop go.</summary>
    private async Task NameLeftAsync()
    {
        HashSet<EventLoop> blocked = [];
        foreach (EventLoop loop in _loops)
        {
            if (!await AnswersAsync(loop, _clock))
                blocked.Add(loop);
        }

        foreach (IGrouping<(string Name, bool IsBlocked), ScenarioShare> left in Shares
            .Where(share => share.ActiveUsers > 0)
            .GroupBy(share => (share.Scenario.Name, IsBlocked: blocked.Contains(share.Loop))))
        {
            string why = left.Key.IsBlocked
                ? "code on their event loop never lets it go (an endless loop, Thread.Sleep, .Result or .Wait())"
                : "they await something that is no socket; pass it user.CancellationToken";
            _context.Log($"{left.Sum(share => share.ActiveUsers)} users of scenario \"{left.Key.Name}\" did not end within {_options.GracefulStop.TotalSeconds:0.#} s of the load's end and were left: {why}");
        }
    }

    private static async Task<bool> WaitAsync(Task done, TimeSpan limit, TimeProvider clock, CancellationToken cancellation)
    {
        try
        {
            await done.WaitAsync(limit, clock, cancellation);
            return true;
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }
}
