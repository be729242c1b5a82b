namespace LoadTool.Analysis.Lab;

/// <summary>How a client hands its messages to the system; each write is one system call.</summary>
internal enum WritePattern
{
    /// <summary>One message, then wait for its reply.</summary>
    OneWrite,

    /// <summary>Two messages in two writes, then wait for what answers them: the pattern that Nagle's algorithm is known for.</summary>
    WriteWriteRead,

    /// <summary>Several messages on their way at any time: whatever a reply answers is sent again at once, each in a write of its own.</summary>
    Pipelined,

    /// <summary>Several messages in one write, as if corked, then wait for all replies.</summary>
    CorkedBatch,
}
