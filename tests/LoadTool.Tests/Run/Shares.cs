using LoadTool.Sockets;

namespace LoadTool.Tests.Run;

/// <summary>Shares of scenarios on loops that never start: what they count is driven by the test's thread alone.</summary>
internal static class Shares
{
    internal static EventLoop[] Loops(int count) => [.. Enumerable.Range(0, count).Select(index => EventLoop.Create(EngineKind.Portable, TimeProvider.System, $"loop {index}"))];

    internal static ScenarioShare[] Of(EventLoop[] loops, long seed, params string[] scenarios)
    {
        RunContext context = new(new RunOptions { Target = new Uri("ws://127.0.0.1/"), Seed = seed }, _ => { }, (_, _) => { });
        PhaseContext phase = new(CancellationToken.None, iterations: null);
        return [.. scenarios.SelectMany(name => loops.Select((loop, index) =>
            new ScenarioShare(Scenario.Create(name, _ => Task.CompletedTask), [], context, phase, loop, index, loops.Length)))];
    }
}
