using System.Runtime.InteropServices;

namespace LoadTool.Sockets;

/// <summary>What the system itself knows about a TCP connection (Linux: TCP_INFO). What an older kernel does not tell is zero.</summary>
public readonly record struct TcpInfo
{
    private const uint UnknownRoundTrip = uint.MaxValue;

    /// <summary>Round-trip time, smoothed (tcpi_rtt).</summary>
    public TimeSpan RoundTripTime { get; private init; }

    /// <summary>Mean deviation of the round-trip time (tcpi_rttvar).</summary>
    public TimeSpan RoundTripTimeVariance { get; private init; }

    /// <summary>The shortest round-trip time of late (tcpi_min_rtt).</summary>
    public TimeSpan RoundTripTimeMin { get; private init; }

    /// <summary>Segments sent, those sent again too (tcpi_segs_out).</summary>
    public long SegmentsSent { get; private init; }

    /// <summary>Segments received (tcpi_segs_in).</summary>
    public long SegmentsReceived { get; private init; }

    /// <summary>Segments that were sent again, since the connection began (tcpi_total_retrans).</summary>
    public long SegmentsRetransmitted { get; private init; }

    /// <summary>Segments on their way that are now taken for lost (tcpi_lost).</summary>
    public long SegmentsLost { get; private init; }

    /// <summary>Bytes that the peer acknowledged (tcpi_bytes_acked); the connection's opening counts as one.</summary>
    public long BytesAcknowledged { get; private init; }

    /// <summary>Bytes received in order (tcpi_bytes_received).</summary>
    public long BytesReceived { get; private init; }

    /// <summary>Bytes that wait in the system to be sent for the first time (tcpi_notsent_bytes).</summary>
    public long BytesUnsent { get; private init; }

    /// <summary>How many segments may be on their way at once (tcpi_snd_cwnd).</summary>
    public long CongestionWindowSegments { get; private init; }

    /// <summary>Bytes of the largest segment sent (tcpi_snd_mss).</summary>
    public int SegmentBytesMax { get; private init; }

    /// <summary>The rate at which the peer last acknowledged, in bytes per second (tcpi_delivery_rate); no more than was offered to it.</summary>
    public long DeliveryBytesPerSecond { get; private init; }

    /// <summary>Reads struct tcp_info of linux/tcp.h, which grows at its end from kernel to kernel.</summary>
    /// <param name="source">As much of it as the kernel gave.</param>
    internal static TcpInfo Read(ReadOnlySpan<byte> source) => new()
    {
        SegmentBytesMax = (int)UInt32(source, 16),
        SegmentsLost = UInt32(source, 32),
        RoundTripTime = Microseconds(UInt32(source, 68)),
        RoundTripTimeVariance = Microseconds(UInt32(source, 72)),
        CongestionWindowSegments = UInt32(source, 80),
        SegmentsRetransmitted = UInt32(source, 100),
        BytesAcknowledged = Int64(source, 120),
        BytesReceived = Int64(source, 128),
        SegmentsSent = UInt32(source, 136),
        SegmentsReceived = UInt32(source, 140),
        BytesUnsent = UInt32(source, 144),
        RoundTripTimeMin = UInt32(source, 148) is var shortest && shortest == UnknownRoundTrip ? TimeSpan.Zero : Microseconds(shortest),
        DeliveryBytesPerSecond = Int64(source, 160),
    };

    private static uint UInt32(ReadOnlySpan<byte> source, int offset) =>
        source.Length >= offset + sizeof(uint) ? MemoryMarshal.Read<uint>(source[offset..]) : 0;

    private static long Int64(ReadOnlySpan<byte> source, int offset) =>
        source.Length >= offset + sizeof(long) ? MemoryMarshal.Read<long>(source[offset..]) : 0;

    private static TimeSpan Microseconds(uint count) => TimeSpan.FromMicroseconds((long)count);
}
