using Windows.Networking.Sockets;

namespace LoadTool.Benchmarks.SideBySide;

/// <summary>What a scenario's user costs that holds an open socket and awaits its next message: socket, virtual user and the script's own method.</summary>
internal static class IdleUsersBench
{
    /// <summary>Enough to have everything made that a run makes once, histograms among it.</summary>
    private const int First = 500;

    private static readonly TimeSpan FirstStage = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <returns>Bytes resident and bytes managed per user: the growth from the first users to all.</returns>
    public static async Task<(long Resident, long Managed)> RunAsync(Uri target, int users)
    {
        TaskCompletionSource[] reached = [New(), New()];
        int connected = 0;
        using CancellationTokenSource stop = new();
        Scenario scenario = Scenario.Create("idle", async user =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(user.Target);
            connected++;
            if (connected == First)
                reached[0].SetResult();
            if (connected == First + users)
                reached[1].SetResult();
            await socket.ReceiveAsync();
        }).WithLoadSimulations(Simulation.KeepConstant(First, FirstStage), Simulation.KeepConstant(First + users, Limit));
        RunOptions options = new() { Target = target, GracefulStop = TimeSpan.Zero, Interval = Limit };
        Task run = new LoadRun("idle", [scenario], options, [], TimeProvider.System).RunAsync(stop.Token);
        await reached[0].Task.WaitAsync(Limit);
        (long managedBefore, long residentBefore) = IdleBench.Collected();
        await reached[1].Task.WaitAsync(Limit);
        (long managed, long resident) = IdleBench.Collected();
        stop.Cancel();
        await run;
        return ((resident - residentBefore) / users, (managed - managedBefore) / users);
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
