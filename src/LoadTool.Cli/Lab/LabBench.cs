using LoadTool.Analysis.Lab;
using LoadTool.Metrics;
using LoadTool.Sockets;

namespace LoadTool.Cli.Lab;

/// <summary>Both variants of one cell, connected: runs blocks of either. On its loop.</summary>
internal sealed class LabBench : IDisposable
{
    /// <summary>Of a block, what is not counted: until then TCP has found its pace again.</summary>
    private const int RampDivisor = 5;

    private const int LatencyDigits = 3;

    private readonly List<LabConnection> _off = [], _on = [];

    private LabBench()
    {
    }

    /// <summary>The shortest round trip that the system saw on any connection.</summary>
    internal TimeSpan? RoundTripTimeMin => _off.Concat(_on).Min(connection => connection.RoundTripTimeMin);

    /// <param name="server">Whose path /reply answers.</param>
    /// <param name="cell">What to do.</param>
    /// <param name="connections">How many each variant has.</param>
    /// <param name="isControl">True leaves Nagle's algorithm off in both: then there is no difference to find.</param>
    internal static async Task<LabBench> ConnectAsync(Uri server, LabCell cell, int connections, bool isControl)
    {
        LabBench bench = new();
        try
        {
            for (int connection = 0; connection < connections; connection++)
            {
                bench._off.Add(await LabConnection.ConnectAsync(server, cell, usesNagle: false));
                bench._on.Add(await LabConnection.ConnectAsync(server, cell, usesNagle: !isControl));
            }
        }
        catch
        {
            bench.Dispose();
            throw;
        }

        return bench;
    }

    /// <summary>One block of each variant.</summary>
    internal async Task<LabPair> RunPairAsync(bool onFirst, TimeSpan length)
    {
        LabBlock first = await RunAsync(onFirst ? _on : _off, length);
        LabBlock second = await RunAsync(onFirst ? _off : _on, length);
        return onFirst ? new LabPair(Off: second, On: first) : new LabPair(Off: first, On: second);
    }

    public void Dispose()
    {
        foreach (LabConnection connection in _off.Concat(_on))
            connection.Dispose();
    }

    private static async Task<LabBlock> RunAsync(List<LabConnection> connections, TimeSpan length)
    {
        EventLoop loop = EventLoop.Current!;
        Histogram latency = new(LatencyDigits);
        long now = loop.Now, until = now + (long)length.TotalNanoseconds, countedFrom = now + (long)length.TotalNanoseconds / RampDivisor;
        ProcessorWatch watch = new();
        loop.Arm(watch, countedFrom);
        LabStretch[] stretches = await Task.WhenAll(connections.Select(connection => connection.RunAsync(countedFrom, until, latency)));
        long? processor = ThreadClock.Nanoseconds - watch.StartedAt;

        // One that was held up past the whole block has counted nothing.
        LabStretch[] counted = [.. stretches.Where(stretch => stretch.HasBegun)];
        return new LabBlock
        {
            Latency = latency,
            Messages = counted.Sum(stretch => stretch.Messages),
            ConnectionSeconds = counted.Sum(stretch => stretch.Seconds),
            Connections = connections.Count,
            SegmentsSent = Sum(counted, stretch => stretch.SegmentsSent),
            SegmentsReceived = Sum(counted, stretch => stretch.SegmentsReceived),
            ProcessorNanoseconds = processor,
        };
    }

    /// <summary>Null when one is.</summary>
    private static long? Sum(LabStretch[] stretches, Func<LabStretch, long?> count) => stretches.Aggregate((long?)0, (sum, stretch) => sum + count(stretch));

    /// <summary>Reads the thread's clock as counting begins.</summary>
    private sealed class ProcessorWatch : LoopTimer
    {
        internal long? StartedAt { get; private set; }

        internal override void Fire(long dueAt) => StartedAt = ThreadClock.Nanoseconds;
    }
}
