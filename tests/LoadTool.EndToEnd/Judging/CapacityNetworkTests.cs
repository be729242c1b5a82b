using System.Text.Json;
using LoadTool.Cli.Lab;
using LoadTool.EndToEnd.Programs;
using LoadTool.EndToEnd.Run;

namespace LoadTool.EndToEnd.Judging;

/// <summary>A search whose way to the target loses packets, through the lab's relay: what the system counts of it is what tells.</summary>
public sealed class CapacityNetworkTests
{
    [FactWithNamespaces]
    public async Task A_way_that_loses_packets_is_told_as_the_network()
    {
        using WorkFolder folder = new();
        using RelayedNetwork network = RelayedNetwork.Create(LinkOptions.Parse("delay=2ms,loss=25%"), seed: 1);
        using Tool server = network.Server.Run(() => Tool.Start(folder.Root, "serve", "--port", "0", "--address", RelayedNetwork.ServerAddress.ToString()));
        string address = (await server.ReadLineAsync())!["listening on ".Length..];

        using Tool search = network.Client.Run(() => Tool.Start(
            folder.Root, "capacity", Path.Combine(Repository.Root, "scenarios", "capacity.csx"), "--slo", "ask: p(99) < 10ms", "--target", address + "/echo", "--from", "400", "--limit", "400", "--step-time", "2s..4s",
            "--rest", "0s", "--budget", "18s", "--results", "found", "--seed", "1"));
        (int exitCode, string output, string error) = await search.EndAsync();

        // The time is for a trial or two: no load is told to be carried.
        Assert.True(exitCode is 93 or 99, $"{exitCode}: {error}{output}");
        JsonElement trial = JsonElement.Parse(File.ReadAllText(Path.Combine(folder.Root, "found", "capacity.json"))).GetProperty("trials")[0];
        Assert.True(trial.GetProperty("limit").GetString() == "network", $"{trial}");
        Assert.Equal("failed", trial.GetProperty("verdict").GetString());
        Assert.Matches("^[0-9.]+% of [0-9,]+ TCP segments of this machine had to be sent again$", trial.GetProperty("doubt").GetString()!);
    }
}
