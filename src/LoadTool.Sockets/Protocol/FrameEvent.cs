namespace LoadTool.Sockets.Protocol;

/// <summary>What <see cref="FrameReader.Read"/> found.</summary>
internal enum FrameEvent
{
    /// <summary>Everything was consumed; the next event needs bytes that have not arrived.</summary>
    NeedMore,

    /// <summary>A piece of the current text or binary message.</summary>
    Data,

    Ping,
    Pong,
    Close,
}
