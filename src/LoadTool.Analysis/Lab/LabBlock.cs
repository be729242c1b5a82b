using LoadTool.Metrics;

namespace LoadTool.Analysis.Lab;

/// <summary>What one variant did in one block, counted from the end of its ramp.</summary>
internal sealed record LabBlock
{
    /// <summary>Nanoseconds from the first write that a reply answers to the reply, one per reply.</summary>
    internal required Histogram Latency { get; init; }

    /// <summary>Messages sent and answered.</summary>
    internal required long Messages { get; init; }

    /// <summary>Replies counted.</summary>
    internal long Replies => Latency.TotalCount;

    /// <summary>How long the connections were at it, all of them added up.</summary>
    internal required double ConnectionSeconds { get; init; }

    /// <summary>How many connections there were.</summary>
    internal required int Connections { get; init; }

    /// <summary>Segments that this end sent, ACKs and those sent again too; null where the system does not tell.</summary>
    internal required long? SegmentsSent { get; init; }

    /// <summary>Segments that the other end sent.</summary>
    internal required long? SegmentsReceived { get; init; }

    /// <summary>Processor time of the thread that sent and received; null where the system does not tell.</summary>
    internal required long? ProcessorNanoseconds { get; init; }

    /// <summary>Several of one variant as one longer block.</summary>
    /// <param name="blocks">At least one.</param>
    internal static LabBlock Merge(IReadOnlyList<LabBlock> blocks)
    {
        Histogram latency = blocks[0].Latency.Copy();
        foreach (LabBlock block in blocks.Skip(1))
            latency.Add(block.Latency);
        return new LabBlock
        {
            Latency = latency,
            Messages = blocks.Sum(block => block.Messages),
            ConnectionSeconds = blocks.Sum(block => block.ConnectionSeconds),
            Connections = blocks[0].Connections,
            SegmentsSent = Sum(blocks, block => block.SegmentsSent),
            SegmentsReceived = Sum(blocks, block => block.SegmentsReceived),
            ProcessorNanoseconds = Sum(blocks, block => block.ProcessorNanoseconds),
        };
    }

    /// <summary>Null when one is.</summary>
    private static long? Sum(IEnumerable<LabBlock> blocks, Func<LabBlock, long?> count) => blocks.Aggregate((long?)0, (sum, block) => sum + count(block));
}
