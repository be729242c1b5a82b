using LoadTool.Analysis.Lab;
using LoadTool.Cli.Commands;
using LoadTool.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool.Cli.Lab;

/// <summary>Runs the cells of the lab one after another, on one event loop.</summary>
internal sealed class LabRun(LabSettings settings, LabGround ground)
{
    /// <summary>How long a reply may be under way after a block's end; what TCP sends again comes sooner.</summary>
    private static readonly TimeSpan ReplyLimit = TimeSpan.FromSeconds(30);

    private readonly SeededRandom _random = new(settings.Seed);

    /// <param name="told">Gets each result as it is there.</param>
    /// <param name="cancellation">Ends it after the block under way.</param>
    /// <exception cref="UsageException">The target does not answer as it must.</exception>
    internal async Task<IReadOnlyList<LabResult>> RunAsync(Action<LabResult> told, CancellationToken cancellation)
    {
        await EngineWarmUp.OnceAsync(EventLoop.DefaultEngine, TimeProvider.System);
        using EventLoop loop = EventLoop.Create(EventLoop.DefaultEngine, TimeProvider.System, "lab");
        loop.Start();
        List<LabResult> results = [];
        try
        {
            await loop.RunAsync(ground.EnterAsync);
            foreach (LabCell cell in settings.Cells)
            {
                results.Add(await RunAsync(loop, cell, cancellation));
                told(results[^1]);
            }
        }
        catch (WebSocketTransportException error)
        {
            throw new UsageException($"{ground.Server}: {error.Message} (the lab needs a target that answers on /reply?every=2&size=16, as `loadtool serve` does)");
        }

        return results;
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
            throw new UsageException($"{ground.Server} did not answer within {ReplyLimit.TotalSeconds:0} s: the lab needs a target that answers on /reply?every=2&size=16, as `loadtool serve` does");
        }
    }
}
