using System.Diagnostics;
using LoadTool.Cli.Commands;
using LoadTool.Cli.Serve;
using LoadTool.Outputs.Terminal;

namespace LoadTool.Cli.Lab;

/// <summary>What the lab stands on: a server, and the way there.</summary>
internal sealed class LabGround : IAsyncDisposable
{
    private readonly ChildTarget? _child;
    private readonly RelayedNetwork? _network;

    private LabGround(Uri server, ChildTarget? child, RelayedNetwork? network) => (Server, _child, _network) = (server, child, network);

    /// <summary>What the network adds to a round trip; 0 where it is not known.</summary>
    internal double RoundTripSeconds { get; private init; }

    /// <summary>The server; the path is chosen cell by cell.</summary>
    internal Uri Server { get; }

    /// <summary>Behind a relay, or a server elsewhere, or a child on this machine.</summary>
    /// <exception cref="UsageException">This machine cannot have it.</exception>
    internal static Task<LabGround> StartAsync(LinkOptions? link, Uri? target, long seed) => link is { } options ? StartAsync(options, seed) : StartAsync(target);

    /// <summary>A server elsewhere, or a child on this machine.</summary>
    private static async Task<LabGround> StartAsync(Uri? target)
    {
        if (target is not null)
            return new LabGround(target, null, null);
        ChildTarget child = await ChildTarget.StartAsync();
        return new LabGround(child.Uri, child, null);
    }

    /// <summary>A child in a network of its own, behind a relay.</summary>
    /// <exception cref="UsageException">This machine cannot have one.</exception>
    private static async Task<LabGround> StartAsync(LinkOptions link, long seed)
    {
        RelayedNetwork network = RelayedNetwork.Create(link, seed);
        try
        {
            ChildTarget child = await ChildTarget.StartAsync(RelayedNetwork.ServerAddress.ToString(), info => network.Server.Run(() => Process.Start(info)!));
            return new LabGround(child.Uri, child, network) { RoundTripSeconds = 2 * link.Delay.TotalSeconds };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Brings the calling event loop to where the client is to stand: its sockets are made there from now on.</summary>
    internal Task EnterAsync()
    {
        _network?.Client.Enter();
        return Task.CompletedTask;
    }

    /// <summary>What is to be known of the way there.</summary>
    internal async Task<IReadOnlyList<string>> RemarksAsync()
    {
        if (_network is null)
            return [];
        (LinkCounts there, LinkCounts back) = await _network.CountsAsync();
        return
        [
            $"The server stood in a network of its own, behind a relay of packets that leaves TCP to both ends. There it took {Of(there)}, back {Of(back)}.",
        ];

        static string Of(LinkCounts counts) => $"{Units.Count(counts.Offered)} packets (lost {Units.Count(counts.Lost)}, full {Units.Count(counts.Dropped)})";
    }

    public async ValueTask DisposeAsync()
    {
        if (_child is not null)
            await _child.DisposeAsync();
        _network?.Dispose();
    }
}
