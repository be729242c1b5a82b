using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Run;

/// <summary>Runs scenarios in this process, within a bounded time.</summary>
internal static class Lab
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    internal static RunOptions Options { get; } = new()
    {
        Target = new Uri("ws://127.0.0.1:9/"),
        Seed = 7,
        Interval = TimeSpan.FromMilliseconds(50),
        GracefulStop = TimeSpan.FromSeconds(20),
    };

    internal static TimeSpan Milliseconds(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    internal static Task<(RunResult Result, Notes Notes)> RunAsync(Scenario scenario, RunOptions? options = null, CancellationToken stop = default) =>
        RunAsync([scenario], options, stop);

    internal static async Task<(RunResult Result, Notes Notes)> RunAsync(IReadOnlyList<Scenario> scenarios, RunOptions? options = null, CancellationToken stop = default)
    {
        Notes notes = new();
        RunResult result = await new LoadRun("test", scenarios, options ?? Options, [notes], TimeProvider.System).RunAsync(stop).WaitAsync(Limit, CancellationToken.None);
        return (result, notes);
    }

    /// <summary>Keeps the current loop's thread busy.</summary>
    internal static void Block(TimeSpan time)
    {
        long began = EventLoop.Current!.Now;
        while (EventLoop.Current.Now - began < time.TotalNanoseconds)
            Thread.SpinWait(100);
    }
}
