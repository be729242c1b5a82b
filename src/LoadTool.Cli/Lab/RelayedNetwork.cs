using System.Net;
using LoadTool.Cli.Commands;
using LoadTool.Sockets;

namespace LoadTool.Cli.Lab;

/// <summary>
/// Two networks with a link between them that delays and loses packets. It knows packets only, not connections: a relay that ended TCP would send ACKs of its
/// own, and the ACK is what Nagle's algorithm waits for.
/// </summary>
internal sealed class RelayedNetwork : IDisposable
{
    internal static readonly IPAddress ClientAddress = IPAddress.Parse("10.0.0.1");
    internal static readonly IPAddress ServerAddress = IPAddress.Parse("10.0.0.2");

    private readonly EpollLoop _loop = new(TimeProvider.System, "relay");

    // Used on the loop's thread only.
    private readonly PacketLink _toServer, _toClient;

    private RelayedNetwork(NetworkNamespace client, NetworkNamespace server, LinkOptions link, long seed)
    {
        (Client, Server) = (client, server);
        (_toServer, _toClient) = (new PacketLink(link, seed), new PacketLink(link, ~seed));
        _loop.Start();
    }

    /// <summary>Where clients stand.</summary>
    internal NetworkNamespace Client { get; }

    /// <summary>Where the server stands.</summary>
    internal NetworkNamespace Server { get; }

    /// <exception cref="UsageException">This machine cannot have one.</exception>
    internal static RelayedNetwork Create(LinkOptions link, long seed)
    {
        if (!OperatingSystem.IsLinux())
            throw new UsageException("--via is not available: it needs Linux, root, and /dev/net/tun");
        NetworkNamespace client = NetworkNamespace.Create(ClientAddress);
        NetworkNamespace? server = null;
        try
        {
            server = NetworkNamespace.Create(ServerAddress);
            RelayedNetwork network = new(client, server, link, seed);
            network._loop.RunAsync(network.StartAsync).GetAwaiter().GetResult();
            return network;
        }
        catch
        {
            client.Dispose();
            server?.Dispose();
            throw;
        }
    }

    /// <summary>What became of all packets so far.</summary>
    internal async Task<(LinkCounts ToServer, LinkCounts ToClient)> CountsAsync()
    {
        (LinkCounts, LinkCounts) counts = default;
        await _loop.RunAsync(() =>
        {
            counts = (_toServer.Counts, _toClient.Counts);
            return Task.CompletedTask;
        });
        return counts;
    }

    public void Dispose()
    {
        // First who uses the devices, then those who own them.
        _loop.Dispose();
        Client.Dispose();
        Server.Dispose();
    }

    private Task StartAsync()
    {
        TunDevice client = new(_loop, Client.Device, _toServer), server = new(_loop, Server.Device, _toClient);
        (client.Peer, server.Peer) = (server, client);
        _loop.Add(client, Client.Device, Libc.EpollIn);
        _loop.Add(server, Server.Device, Libc.EpollIn);
        return Task.CompletedTask;
    }
}
