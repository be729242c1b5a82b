namespace LoadTool.Analysis.Lab;

/// <summary>What the server answers.</summary>
internal enum ReplyPattern
{
    /// <summary>A small message to each message, at once.</summary>
    Each,

    /// <summary>A small message to every second message: the first of two gets no reply that could carry its ACK.</summary>
    EverySecond,

    /// <summary>A large message to each message.</summary>
    Large,
}
