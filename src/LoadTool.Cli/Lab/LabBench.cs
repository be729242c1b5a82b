using LoadTool.Analysis.Lab;
using LoadTool.Metrics;
using LoadTool.Sockets;

namespace LoadTool.Cli.Lab;

/// <summary>
/// The connections of one cell, on which both variants run in turn: two sets of connections would differ by more than Nagle's algorithm, and by the same in
/// every block. On its loop.
/// </summary>
internal sealed class LabBench : IDisposable
{
    /// <summary>Of a block, what is not counted: until then TCP has found its pace again.</summary>
    private const int RampDivisor = 5;

    private const int LatencyDigits = 3;

    private readonly List<LabConnection> _connections = [];
    private readonly bool _isControl;

    private LabBench(bool isControl) => _isControl = isControl;

    /// <summary>The shortest round trip that the system saw on any connection.</summary>
    internal TimeSpan? RoundTripTimeMin => _connections.Min(connection => connection.RoundTripTimeMin);

    /// <param name="server">Whose path /reply answers.</param>
    /// <param name="cell">What to do.</param>
    /// <param name="connections">How many.</param>
    /// <param name="isControl">True leaves Nagle's algorithm off in both variants: then there is no difference to find.</param>
    internal static async Task<LabBench> ConnectAsync(Uri server, LabCell cell, int connections, bool isControl)
    {
        LabBench bench = new(isControl);
        try
        {
            while (bench._connections.Count < connections)
                bench._connections.Add(await LabConnection.ConnectAsync(server, cell));
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
        LabBlock first = await RunAsync(usesNagle: onFirst, length);
        LabBlock second = await RunAsync(usesNagle: !onFirst, length);
        return onFirst ? new LabPair(Off: second, On: first) : new LabPair(Off: first, On: second);
    }

    public void Dispose()
    {
        foreach (LabConnection connection in _connections)
            connection.Dispose();
    }

    private async Task<LabBlock> RunAsync(bool usesNagle, TimeSpan length)
    {
        foreach (LabConnection connection in _connections)
            connection.UsesNagle = usesNagle && !_isControl;
        EventLoop loop = EventLoop.Current!;
        Histogram latency = new(LatencyDigits);
        long now = loop.Now, until = now + (long)length.TotalNanoseconds, countedFrom = now + (long)length.TotalNanoseconds / RampDivisor;
        ProcessorWatch watch = new();
        loop.Arm(watch, countedFrom);
        LabStretch[] stretches = await Task.WhenAll(_connections.Select(connection => connection.RunAsync(countedFrom, until, latency)));
        long? processor = ThreadClock.Nanoseconds - watch.StartedAt;

        // One that was held up past the whole block has counted nothing.
        LabStretch[] counted = [.. stretches.Where(stretch => stretch.HasBegun)];
        return new LabBlock
        {
            Latency = latency,
            Messages = counted.Sum(stretch => stretch.Messages),
            ConnectionSeconds = counted.Sum(stretch => stretch.Seconds),
            Connections = _connections.Count,
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
