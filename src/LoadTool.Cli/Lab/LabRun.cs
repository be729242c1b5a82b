using LoadTool.Analysis.Lab;
using LoadTool.Cli.Commands;
using LoadTool.Outputs.Terminal;
using LoadTool.Sockets;

namespace LoadTool.Cli.Lab;

/// <summary>Runs the cells of the lab one after another, on one event loop.</summary>
/// <param name="settings">What to run.</param>
/// <param name="ground">Where.</param>
/// <param name="tell">Gets a line for each cell as it is done.</param>
internal sealed class LabRun(LabSettings settings, LabGround ground, Action<string> tell)
{
    private const string Remedy = "the lab needs a target that answers on /reply?every=2&size=16, as `loadtool serve` does";

    /// <summary>How long a reply may be under way after a block's end; what TCP sends again comes sooner.</summary>
    private static readonly TimeSpan ReplyLimit = TimeSpan.FromSeconds(30);

    private readonly SeededRandom _random = new(settings.Seed);

    /// <param name="cancellation">Ends it after the block under way: the cells before are told.</param>
    /// <exception cref="UsageException">The target does not answer as it must.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the first cell was done.</exception>
    internal async Task<LabReport> RunAsync(CancellationToken cancellation)
    {
        await EngineWarmUp.OnceAsync(EventLoop.DefaultEngine, TimeProvider.System);
        using EventLoop loop = EventLoop.Create(EventLoop.DefaultEngine, TimeProvider.System, "lab");
        loop.Start();
        List<LabResult> results = [];
        string[] stopped = [];
        tell($"{settings.Cells.Count} cells, {Units.Length(settings.Length)}, seed {settings.Seed}");
        try
        {
            await loop.RunAsync(ground.EnterAsync);
            foreach (LabCell cell in settings.Cells)
            {
                results.Add(await RunAsync(loop, cell, cancellation));
                tell($"{results.Count}/{settings.Cells.Count} {LabText.Bytes(cell.MessageBytes)}, {cell.WritesText}, {cell.RepliesText}: p50 {LabText.Short(results[^1][LabFigure.LatencyP50])}");
            }
        }
        catch (OperationCanceledException) when (results.Count > 0)
        {
            stopped = [$"It was stopped after {results.Count} of {settings.Cells.Count} cells: nothing is said of the others."];
        }
        catch (Exception error) when (error is WebSocketTransportException or InvalidDataException)
        {
            throw new UsageException($"{ground.Server}: {error.Message} ({Remedy})");
        }

        return new LabReport(settings, results, [.. stopped, .. await ground.RemarksAsync()]);
    }

    private async Task<LabResult> RunAsync(EventLoop loop, LabCell cell, CancellationToken cancellation)
    {
        List<LabPair> pairs = [];
        LabBench bench = null!;
        double? roundTrip = null;
        await Limited(loop.RunAsync(async () => bench = await LabBench.ConnectAsync(ground.Server, cell, settings.Connections, settings.IsControl)));
        bool onFirst = false;
        for (int pair = 0; pair < settings.Blocks; pair++)
        {
            cancellation.ThrowIfCancellationRequested();

            // A B B A, or B A A B: whatever grows steadily meets both alike.
            onFirst = pair % 2 == 0 ? _random.Next(2) == 0 : !onFirst;
            await Limited(loop.RunAsync(async () => pairs.Add(await bench.RunPairAsync(onFirst, settings.BlockLength))));
        }

        await loop.RunAsync(() =>
        {
            roundTrip = bench.RoundTripTimeMin?.TotalSeconds;
            bench.Dispose();
            return Task.CompletedTask;
        });
        return LabResult.Of(cell, pairs, settings.MinEffect, settings.Seed, roundTrip);
    }

    private async Task Limited(Task work)
    {
        try
        {
            await work.WaitAsync(2 * settings.BlockLength + ReplyLimit, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            throw new UsageException($"{ground.Server} did not answer within {ReplyLimit.TotalSeconds:0} s ({Remedy})");
        }
    }
}
