using System.Net;
using System.Net.Sockets;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Run;

/// <summary>
/// A load against a server, both on loops whose clock moves when told to: at each moment the run waits until everything that was sent has been
/// received. Latencies are then exactly those that the plan and the server's planted delays make, whatever the machine does.
/// </summary>
internal sealed class SteppedRun : IListenerHandler, IDisposable
{
    /// <summary>Turns of all loops in a row without anything having passed: nothing more will at this moment.</summary>
    private const int QuietTurns = 6;

    /// <summary>More turns than any moment takes: something waits for ever.</summary>
    private const int MaxTurns = 100_000;

    private readonly ManualClock _clock = new();
    private readonly EventLoop[] _loops;
    private readonly EventLoop _serverLoop;
    private readonly ServerBehaviour _server;
    private readonly LoadPhase _phase;
    private Task? _run;

    private SteppedRun(IReadOnlyList<Scenario> scenarios, ServerBehaviour server, int loops, Uri target, EventLoop serverLoop, ManualClock clock)
    {
        (_server, _serverLoop, _clock) = (server, serverLoop, clock);
        _loops = [.. Enumerable.Range(0, loops).Select(index => EventLoop.Create(EngineKind.Portable, clock, $"loop {index}"))];
        RunOptions options = Lab.Options with { Target = target, GracefulStop = TimeSpan.FromSeconds(60) };
        RunContext context = new(options, Log.Add, (_, error) => Log.Add(error.Message));
        foreach ((int index, EventLoop loop) in _loops.Index())
        {
            loop.Start();
            RunLoop here = context.Loop(loop, index, loops);
            loop.Post(_ => RunLoop.Current = here, null);
        }

        _phase = new LoadPhase(scenarios, options, context, _loops, clock);
        Tally = new RunTally(_loops, _phase.Shares);
    }

    public RunTally Tally { get; }

    public List<string> Log { get; } = [];

    /// <summary>Runs to the end of the load, and of what was in flight.</summary>
    /// <param name="scenarios">Whose target is the server.</param>
    /// <param name="server">What it does, on a loop of its own.</param>
    /// <param name="loops">Loops of the load.</param>
    /// <param name="sockets">Sockets that connect at the start, which is waited for.</param>
    /// <param name="step">How far the clock moves at a time.</param>
    /// <param name="steps">How many times.</param>
    public static async Task<RunTally> RunAsync(
        IReadOnlyList<Scenario> scenarios, Func<ManualClock, ServerBehaviour> server, int loops, int sockets, TimeSpan step, int steps)
    {
        using SteppedRun run = await StartAsync(scenarios, server, loops, sockets);
        for (int index = 0; index < steps; index++)
            await run.AdvanceAsync(step);

        return await run.EndAsync();
    }

    public static async Task<SteppedRun> StartAsync(IReadOnlyList<Scenario> scenarios, Func<ManualClock, ServerBehaviour> server, int loops, int sockets)
    {
        ManualClock clock = new();

        // Moments before the beginning are none, and nothing is due at the very first one.
        clock.Advance(TimeSpan.FromHours(1));
        EventLoop serverLoop = EventLoop.Create(EngineKind.Portable, clock, "server");
        serverLoop.Start();
        SteppedRun? run = null;
        Relay relay = new();
        IPEndPoint? endPoint = null;
        await serverLoop.RunAsync(() =>
        {
            endPoint = serverLoop.Listen(new IPEndPoint(IPAddress.Loopback, 0), relay).LocalEndPoint;
            return Task.CompletedTask;
        });
        run = new SteppedRun(scenarios, server(clock), loops, new Uri($"ws://{endPoint}/"), serverLoop, clock);
        relay.Run = run;
        run._run = run._phase.RunAsync(LoadSimulation.Longest, CancellationToken.None);

        // Until then nothing may have passed, and the clock must stand.
        while (Volatile.Read(ref serverLoop.Counters.Connections) < sockets)
            await serverLoop.RunAsync(() => Task.CompletedTask).WaitAsync(TimeSpan.FromSeconds(30));
        await run.SettleAsync();
        return run;
    }

    public async Task AdvanceAsync(TimeSpan by)
    {
        _clock.Advance(by);
        await SettleAsync();
    }

    public async Task OnServerAsync(Action act)
    {
        await _serverLoop.RunAsync(() =>
        {
            act();
            return Task.CompletedTask;
        });
        await SettleAsync();
    }

    /// <summary>Waits for the last user; the load must have ended.</summary>
    public async Task<RunTally> EndAsync()
    {
        await SettleAsync();
        await _run!.WaitAsync(TimeSpan.FromSeconds(30));
        await SettleAsync();
        Tally.TakeIntervals();
        Tally.TakeMetrics();
        return Tally;
    }

    public StepFigures Step(string name) => Tally.StepTotals().Single(step => step.Step == name);

    void IListenerHandler.OnAccepted(Connection connection) => _ = new ServerChannel(connection, _ => ServerAnswer.Accept(_server));

    void IListenerHandler.OnAcceptFailed(SocketError error) => Log.Add($"accept: {error}");

    public void Dispose()
    {
        foreach (EventLoop loop in _loops)
            loop.Dispose();
        _serverLoop.Dispose();
    }

    private async Task SettleAsync()
    {
        EventLoop[] all = [.. _loops, _serverLoop];
        (long, long, long, long) before = default;
        int turns = 0;
        for (int quiet = 0; quiet < QuietTurns; quiet++)
        {
            Assert.InRange(++turns, 1, MaxTurns);
            await Task.WhenAll(all.Select(loop => loop.RunAsync(() => Task.CompletedTask)));
            (long, long, long, long) now = (Sum(_loops, of => of.BytesSent), Sum(_loops, of => of.BytesReceived), _serverLoop.Counters.BytesSent, _serverLoop.Counters.BytesReceived);
            bool isOnItsWay = now.Item1 != now.Item4 || now.Item2 != now.Item3 || Sum(_loops, of => of.Connections) != _serverLoop.Counters.Connections;
            if (now != before || isOnItsWay)
                quiet = -1;
            before = now;
        }
    }

    private static long Sum(EventLoop[] loops, Func<LoopCounters, long> counter) => loops.Sum(loop => counter(loop.Counters));

    /// <summary>Stands where the listener wants a handler before there is a run.</summary>
    private sealed class Relay : IListenerHandler
    {
        internal IListenerHandler? Run { get; set; }

        void IListenerHandler.OnAccepted(Connection connection) => Run!.OnAccepted(connection);

        void IListenerHandler.OnAcceptFailed(SocketError error) => Run!.OnAcceptFailed(error);
    }
}
