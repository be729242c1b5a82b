namespace LoadTool.Sockets;

/// <summary>What a channel has beyond most: made only for those that ask for some of it, so that an idle socket stays small. On its loop's thread.</summary>
internal sealed class ChannelExtras : IDisposable
{
    internal const long DefaultMaxInflatedBytes = 64 * 1024 * 1024;

    /// <summary>Set when the handshake agreed on permessage-deflate.</summary>
    internal MessageCompression? Compression { get; set; }

    /// <summary>False sends messages plain although deflate is agreed on.</summary>
    internal bool CompressesMessages { get; set; } = true;

    /// <summary>What one message may inflate to, in bytes.</summary>
    internal long MaxInflatedBytes { get; set; } = DefaultMaxInflatedBytes;

    /// <summary>The largest payload of an outgoing frame.</summary>
    internal int FrameBytes { get; set; } = int.MaxValue;

    /// <summary>False leaves the peer's pings without an answer.</summary>
    internal bool AnswersPings { get; set; } = true;

    internal TimeSpan StallLimit { get; set; } = WebSocketChannel.DefaultStallLimit;

    /// <summary>Time between unsolicited pongs, nanoseconds; 0 when none are sent.</summary>
    internal long PongInterval { get; set; }

    internal TimeSpan CloseLimit { get; set; } = WebSocketChannel.DefaultCloseLimit;

    /// <summary>The payload of a pong that waits for the end of the frame under way.</summary>
    internal byte[]? PongAfterFrame { get; set; }

    /// <summary>The payload of our Close frame that waits for the end of the frame under way.</summary>
    internal byte[]? CloseAfterFrame { get; set; }

    /// <summary>Pings under way; made with the first.</summary>
    internal PingWaits? Pings { get; set; }

    /// <summary>Set once somebody waits for the closing handshake.</summary>
    internal ClosingWait? Closing { get; set; }

    /// <summary>The rate to hold reading to, in bytes per second; 0 is none.</summary>
    internal int MaxReceiveBytesPerSecond { get; set; }

    /// <summary>What holds reading to a rate; null when nothing does.</summary>
    internal ReceivePacer? Pacer { get; set; }

    /// <summary>The peer's Close frame arrived.</summary>
    internal void OnPeerClosed(ushort code, string reason, long receivedAt)
    {
        Pings?.Fail(Failures.ConnectionAborted(ConnectionPhase.Close, code));
        Closing?.End(code, reason, receivedAt);
    }

    /// <summary>The channel has ended; what still waits fails.</summary>
    internal void OnEnded(Exception cause)
    {
        Pings?.Fail(cause);
        Closing?.Fail(cause);
    }

    /// <summary>Gives native memory back. Repeatable.</summary>
    public void Dispose() => Compression?.Dispose();
}
