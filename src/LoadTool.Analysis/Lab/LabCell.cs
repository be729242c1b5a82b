namespace LoadTool.Analysis.Lab;

/// <summary>One way of using a connection, in which Nagle's algorithm is tried on and off.</summary>
/// <param name="Writes">How the client writes.</param>
/// <param name="Replies">What the server answers.</param>
/// <param name="MessageBytes">Payload of each message of the client.</param>
internal sealed record LabCell(WritePattern Writes, ReplyPattern Replies, int MessageBytes)
{
    /// <summary>The largest message: two in one write must fit in the buffer that a loop sends from, or the write would be two.</summary>
    internal const int MaxMessageBytes = 30_000;

    /// <summary>As many as a burst has, where they are small.</summary>
    private const int LargestBurst = 8;

    /// <summary>What one write takes at most, frame headers left out.</summary>
    private const int MaxWriteBytes = 60_000;

    private const int SmallReplyBytes = 16;
    private const int LargeReplyBytes = 16_384;

    /// <summary>Combinations that differ in what can wait for what: a large reply is a reply to the sender, so one pattern shows it.</summary>
    private static readonly (WritePattern Writes, ReplyPattern Replies)[] Patterns =
    [
        (WritePattern.OneWrite, ReplyPattern.Each),
        (WritePattern.OneWrite, ReplyPattern.Large),
        (WritePattern.WriteWriteRead, ReplyPattern.Each),
        (WritePattern.WriteWriteRead, ReplyPattern.EverySecond),
        (WritePattern.Pipelined, ReplyPattern.Each),
        (WritePattern.Pipelined, ReplyPattern.EverySecond),
        (WritePattern.CorkedBatch, ReplyPattern.Each),
        (WritePattern.CorkedBatch, ReplyPattern.EverySecond),
    ];

    /// <summary>How many messages are sent before the client waits.</summary>
    internal int MessagesPerBurst => Writes switch
    {
        WritePattern.OneWrite => 1,
        WritePattern.WriteWriteRead => 2,
        WritePattern.Pipelined => LargestBurst,

        // Even, so that every second message is also the last.
        _ => Math.Clamp(MaxWriteBytes / MessageBytes, 2, LargestBurst) & ~1,
    };

    /// <summary>How many messages one reply answers.</summary>
    internal int MessagesPerReply => Replies == ReplyPattern.EverySecond ? 2 : 1;

    /// <summary>Payload of each reply.</summary>
    internal int ReplyBytes => Replies == ReplyPattern.Large ? LargeReplyBytes : SmallReplyBytes;

    /// <summary>What is sent, in words.</summary>
    internal string WritesText => Writes switch
    {
        WritePattern.OneWrite => "one write",
        WritePattern.WriteWriteRead => "write-write-read",
        WritePattern.Pipelined => $"{MessagesPerBurst} pipelined",
        _ => $"{MessagesPerBurst} in one write",
    };

    /// <summary>Which messages are answered, in words.</summary>
    internal string RepliesText => Replies switch
    {
        ReplyPattern.Each => "each",
        ReplyPattern.EverySecond => "every second",
        _ => "each, 16 KiB",
    };

    /// <summary>All combinations for some sizes.</summary>
    internal static IReadOnlyList<LabCell> Matrix(IEnumerable<int> sizes) =>
        [.. sizes.SelectMany(size => Patterns.Select(pattern => new LabCell(pattern.Writes, pattern.Replies, size)))];
}
