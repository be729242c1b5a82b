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

    /// <summary>The channel has ended.</summary>
    public void Dispose() => Compression?.Dispose();
}
