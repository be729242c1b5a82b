using System.Runtime.InteropServices;
using LoadTool.Sockets;

namespace LoadTool.Tests.Engine;

public sealed class TcpInfoTests
{
    [Fact]
    public void What_an_older_kernel_does_not_tell_is_zero_and_what_came_is_read()
    {
        byte[] all = new byte[Libc.TcpInfoBytes];
        foreach ((int offset, uint value) in ((int, uint)[])[(16, 1448), (32, 3), (68, 25_000), (72, 1_000), (80, 10), (100, 7), (136, 20), (140, 19), (144, 5), (148, 900)])
            MemoryMarshal.Write(all.AsSpan(offset), value);
        foreach ((int offset, long value) in ((int, long)[])[(120, 1L << 40), (128, 2L << 40), (160, 3L << 40)])
            MemoryMarshal.Write(all.AsSpan(offset), value);
        TcpInfo whole = TcpInfo.Read(all);
        Assert.Equal((1448, 3, 10, 7), (whole.SegmentBytesMax, whole.SegmentsLost, whole.CongestionWindowSegments, whole.SegmentsRetransmitted));
        Assert.Equal(
            (TimeSpan.FromMilliseconds(25), TimeSpan.FromMilliseconds(1), TimeSpan.FromMicroseconds(900)),
            (whole.RoundTripTime, whole.RoundTripTimeVariance, whole.RoundTripTimeMin));
        Assert.Equal((1L << 40, 2L << 40, 3L << 40, 5), (whole.BytesAcknowledged, whole.BytesReceived, whole.DeliveryBytesPerSecond, whole.BytesUnsent));
        Assert.Equal((20, 19), (whole.SegmentsSent, whole.SegmentsReceived));

        // Linux 2.6 gave 104 bytes: up to the retransmissions.
        TcpInfo old = TcpInfo.Read(all.AsSpan(0, 104));
        Assert.Equal((whole.RoundTripTime, 7, 0L, 0L, 0L), (old.RoundTripTime, old.SegmentsRetransmitted, old.BytesAcknowledged, old.SegmentsSent, old.DeliveryBytesPerSecond));
        for (int length = 0; length < all.Length; length++)
            Assert.True(TcpInfo.Read(all.AsSpan(0, length)).DeliveryBytesPerSecond == 0);
        Assert.Equal(default, TcpInfo.Read([]));
    }

    [Fact]
    public void A_shortest_round_trip_that_is_not_known_is_zero()
    {
        byte[] all = new byte[Libc.TcpInfoBytes];
        MemoryMarshal.Write(all.AsSpan(148), uint.MaxValue);
        Assert.Equal(TimeSpan.Zero, TcpInfo.Read(all).RoundTripTimeMin);
    }
}
