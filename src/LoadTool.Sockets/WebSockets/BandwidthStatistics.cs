namespace Windows.Networking.Sockets;

/// <summary>Extended TCP statistics. Where the system keeps none, numbers are 0 and the others false.</summary>
public struct BandwidthStatistics
{
    /// <summary>Estimated bandwidth out, in bits per second.</summary>
    public ulong OutboundBitsPerSecond;

    /// <summary>Estimated bandwidth in, in bits per second.</summary>
    public ulong InboundBitsPerSecond;

    /// <summary>How much the estimate out varies, in bits per second.</summary>
    public ulong OutboundBitsPerSecondInstability;

    /// <summary>How much the estimate in varies, in bits per second.</summary>
    public ulong InboundBitsPerSecondInstability;

    /// <summary>True while the path is used to its limit, out.</summary>
    public bool OutboundBandwidthPeaked;

    /// <summary>True while the path is used to its limit, in.</summary>
    public bool InboundBandwidthPeaked;
}
