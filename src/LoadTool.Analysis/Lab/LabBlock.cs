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

    /// <summary>Both as one longer block.</summary>
    internal LabBlock And(LabBlock other)
    {
        Histogram latency = Latency.Copy();
        latency.Add(other.Latency);
        return new LabBlock
        {
            Latency = latency,
            Messages = Messages + other.Messages,
            ConnectionSeconds = ConnectionSeconds + other.ConnectionSeconds,
            Connections = Connections,
            SegmentsSent = SegmentsSent + other.SegmentsSent,
            SegmentsReceived = SegmentsReceived + other.SegmentsReceived,
            ProcessorNanoseconds = ProcessorNanoseconds + other.ProcessorNanoseconds,
        };
    }
}
