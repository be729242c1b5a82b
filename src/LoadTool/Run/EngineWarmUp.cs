using System.Collections.Concurrent;
using LoadTool.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool;

/// <summary>
/// Runs a small load against a server inside this process, on a loop of its own, and throws the figures away. Without it the
/// first users of a run would wait while their engine is being compiled, and the run would call that the target's connect time.
/// </summary>
internal static class EngineWarmUp
{
    private const int Users = 2;
    private const int Messages = 10;

    private static readonly ConcurrentDictionary<EngineKind, Lazy<Task>> Done = new();

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Warms an engine up, the first time it is asked to in this process. From any thread.</summary>
    internal static Task OnceAsync(EngineKind engine, TimeProvider clock) =>
        Done.GetOrAdd(engine, kind => new Lazy<Task>(() => RunAsync(kind, clock))).Value;

    private static async Task RunAsync(EngineKind engine, TimeProvider clock)
    {
        using EventLoop loop = EventLoop.Create(engine, clock, "warm-up");
        loop.Start();
        RunOptions options = new() { Target = await LocalEcho.ListenAsync(loop) };
        RunContext context = new(options, static _ => { }, static (_, _) => { });
        Scenario load = Load();
        ScenarioShare share = new(load, LoadPlan.Of(load, [load], context.Seed), context, new PhaseContext(CancellationToken.None, iterations: Users), loop, index: 0, shares: 1);
        loop.Post(_ => share.Start(loop.Now), null);
        await share.Done.WaitAsync(Limit, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static Scenario Load() => Scenario.Create("warm-up", async user =>
    {
        using MessageWebSocket socket = new();
        await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));
        Payload payload = Payload.Text(bytes: 64);
        int sent = 0;
        await foreach (Turn turn in user.Pace(perSecond: 10_000))
        {
            using StepScope step = Step.Begin("echo", user, turn);
            await socket.SendAsync(payload);
            step.Ok(await socket.ReceiveAsync());
            if (++sent == Messages)
                break;
        }
    }).WithLoadSimulations(Simulation.KeepConstant(Users, Limit));
}
