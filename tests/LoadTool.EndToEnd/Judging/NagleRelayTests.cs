using System.Net;
using System.Net.Sockets;
using LoadTool.Cli.Lab;

namespace LoadTool.EndToEnd.Judging;

/// <summary>The lab's network does to packets what it says, packets of the system's own TCP/IP.</summary>
public sealed class NagleRelayTests
{
    private const int ReceiveMilliseconds = 10_000;

    [FactWithNamespaces]
    public async Task A_round_trip_takes_the_delay_twice()
    {
        using RelayedNetwork network = RelayedNetwork.Create(LinkOptions.Parse("delay=10ms"), seed: 1);
        using Socket server = network.Server.Run(() => Bound(RelayedNetwork.ServerAddress)), client = network.Client.Run(() => Bound(RelayedNetwork.ClientAddress));
        Task echo = Task.Run(() => Echo(server, times: 40));
        List<double> milliseconds = [];
        byte[] packet = [1];
        for (int exchange = 0; exchange < 40; exchange++)
        {
            long began = TimeProvider.System.GetTimestamp();
            client.SendTo(packet, server.LocalEndPoint!);
            client.Receive(packet);
            milliseconds.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
        }

        await echo;
        milliseconds.Sort();

        // None can be faster; how much slower the median may be is a machine's that does something else meanwhile.
        Assert.True(milliseconds[0] >= 20, $"{milliseconds[0]} ms");
        Assert.True(milliseconds[milliseconds.Count / 2] < 25, $"{milliseconds[milliseconds.Count / 2]} ms");
    }

    [FactWithNamespaces]
    public async Task As_many_packets_get_lost_as_asked_and_the_others_come_in_order()
    {
        const int Batches = 120, PacketsOfBatch = 100;
        const double Share = 0.01;
        using RelayedNetwork network = RelayedNetwork.Create(LinkOptions.Parse("delay=1ms,loss=1%"), seed: 3);
        using Socket server = network.Server.Run(() => Bound(RelayedNetwork.ServerAddress)), client = network.Client.Run(() => Bound(RelayedNetwork.ClientAddress));
        byte[] packet = new byte[sizeof(int)];
        int sent = 0, received = 0, last = -1;
        for (int batch = 0; batch < Batches; batch++)
        {
            for (int number = 0; number < PacketsOfBatch; number++)
            {
                BitConverter.TryWriteBytes(packet, sent++);
                client.SendTo(packet, server.LocalEndPoint!);
            }

            // What was not lost is waited for: so no buffer of the system is ever full, and no packet lost that nobody asked to lose.
            for (long due = await PassedAsync(network, sent); received < due; received++)
            {
                server.Receive(packet);
                int number = BitConverter.ToInt32(packet);
                Assert.True(number > last, $"{number} after {last}");
                last = number;
            }
        }

        LinkCounts counts = (await network.CountsAsync()).ToServer;
        Assert.Equal((sent, 0, sent - received), (counts.Offered, counts.Dropped, counts.Lost));
        double scatter = Math.Sqrt(sent * Share * (1 - Share));
        Assert.InRange(counts.Lost, sent * Share - 3 * scatter, sent * Share + 3 * scatter);
    }

    [FactWithNamespaces]
    public void The_networks_have_no_other_way_out()
    {
        using RelayedNetwork network = RelayedNetwork.Create(default, seed: 1);

        SocketException error = Assert.Throws<SocketException>(() => network.Client.Run(() =>
        {
            using Socket socket = Bound(RelayedNetwork.ClientAddress);
            return socket.SendTo(new byte[1], new IPEndPoint(IPAddress.Parse("192.0.2.1"), 9));
        }));

        Assert.Equal(SocketError.NetworkUnreachable, error.SocketErrorCode);
    }

    /// <summary>Waits until so many packets have come to the link, and tells how many of them it did not lose.</summary>
    private static async Task<long> PassedAsync(RelayedNetwork network, int offered)
    {
        using CancellationTokenSource limit = new(ReceiveMilliseconds);
        LinkCounts counts;
        do
        {
            limit.Token.ThrowIfCancellationRequested();
            counts = (await network.CountsAsync()).ToServer;
        }
        while (counts.Offered < offered);
        return counts.Offered - counts.Lost - counts.Dropped;
    }

    private static void Echo(Socket socket, int times)
    {
        byte[] packet = new byte[1];
        for (int exchange = 0; exchange < times; exchange++)
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            int length = socket.ReceiveFrom(packet, ref from);
            socket.SendTo(packet.AsSpan(0, length), from);
        }
    }

    private static Socket Bound(IPAddress address)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = ReceiveMilliseconds };
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }
}
