using LoadTool.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>What the system knows of a connection.</summary>
public sealed class TcpInfoTests
{
    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task On_Linux_a_connection_knows_its_round_trips_and_what_passed(EngineKind engine)
    {
        foreach (bool isSecure in (bool[])[false, true])
        {
            TestCertificates certificates = TestCertificates.Instance;
            await using LoopHost host = await LoopHost.StartAsync(engine, isSecure ? certificates.Show(certificates.Server) : null);
            await host.OnClientAsync(async () =>
            {
                using MessageWebSocket socket = new() { TrustedRoots = certificates.Trusted };
                Assert.Null(socket.Information.ReadTcpInfo());
                await socket.ConnectAsync(host.Uri("/echo"));
                await socket.SendAsync(new byte[50_000]);
                await socket.ReceiveAsync();
                if (!OperatingSystem.IsLinux())
                {
                    Assert.Null(socket.Information.ReadTcpInfo());
                    Assert.Equal(default, socket.Information.BandwidthStatistics);
                    return;
                }

                TcpInfo info = socket.Information.ReadTcpInfo()!.Value;
                LoopCounters counters = EventLoop.Current!.Counters;
                Assert.InRange(info.BytesReceived, 50_000, counters.BytesReceived);
                Assert.InRange(info.BytesAcknowledged, 50_000, counters.BytesSent + 1);
                Assert.InRange(info.SegmentsSent, 3, 1000);
                Assert.InRange(info.SegmentsReceived, 3, 1000);
                Assert.InRange(info.RoundTripTime, TimeSpan.FromMicroseconds(1), TimeSpan.FromSeconds(30));
                Assert.InRange(info.RoundTripTimeMin, TimeSpan.FromMicroseconds(1), TimeSpan.FromSeconds(30));
                Assert.InRange(info.CongestionWindowSegments, 1, 100_000);
                Assert.InRange(info.SegmentBytesMax, 500, 65_536);
                Assert.InRange(info.DeliveryBytesPerSecond, 1, long.MaxValue);
                Assert.Equal((ulong)info.DeliveryBytesPerSecond * 8, socket.Information.BandwidthStatistics.OutboundBitsPerSecond);
                Assert.NotNull(await Task.Run(socket.Information.ReadTcpInfo));

                EventLoop.Current!.BreakConnections();
                Assert.Null(socket.Information.ReadTcpInfo());
                Assert.Equal(default, socket.Information.BandwidthStatistics);
            });
        }
    }

    [Fact]
    public async Task A_socket_of_no_loop_knows_its_bandwidth_too()
    {
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        using MessageWebSocket socket = new();
        await socket.ConnectAsync(host.Uri("/echo"));
        await socket.SendAsync(new byte[50_000]);
        await socket.ReceiveAsync();
        Assert.Equal(OperatingSystem.IsLinux(), socket.Information.ReadTcpInfo() is not null);
        Assert.Equal(OperatingSystem.IsLinux(), socket.Information.BandwidthStatistics.OutboundBitsPerSecond > 0);
    }
}
