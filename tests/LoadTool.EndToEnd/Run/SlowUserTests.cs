using System.Collections.Concurrent;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;
using Windows.Networking.Sockets;

namespace LoadTool.EndToEnd.Run;

/// <summary>A share of the users that reads slowly, as its server sees it.</summary>
public sealed class SlowUserTests
{
    private const int MessageBytes = 64 * 1024;

    /// <summary>64 MB for each user that keeps up: past all that systems keep for a socket (4 MB to send and 6 MB to receive, on Linux).</summary>
    private const int FastMessages = 1_000;

    [Fact]
    public async Task A_slow_share_of_the_users_holds_its_own_connections_back_and_no_others()
    {
        Outpouring pouring = new();
        using AnsweringServer server = await AnsweringServer.StartAsync(EventLoop.DefaultEngine, path => ServerAnswer.Accept(pouring.For(path)));
        using CancellationTokenSource enough = new();
        int slowUsers = 0, fastUsers = 0, done = 0;
        Scenario scenario = Scenario.Create("readers", async user =>
        {
            using MessageWebSocket socket = new();
            bool isSlow = user.IsOneOf(share: 0.5, "slow reader");
            if (isSlow)
                socket.Control.Tuning.MaxReceiveBytesPerSecond = 10_000;
            _ = isSlow ? slowUsers++ : fastUsers++;
            await socket.ConnectAsync(new Uri(user.Target, isSlow ? "slow" : "fast"));
            for (int received = 0; !user.Stopping; received++)
            {
                await socket.ReceiveAsync(user.CancellationToken);
                if (received == FastMessages && !isSlow && ++done == fastUsers)
                    await enough.CancelAsync();
            }
        }).WithLoadSimulations(Simulation.KeepConstant(copies: 8, during: TimeSpan.FromMinutes(5)));

        await Lab.RunAsync(scenario, Lab.Options with { Target = server.Uri, Seed = 1 }, enough.Token);

        Assert.True(slowUsers > 0 && fastUsers > 0);
        Assert.True(pouring.SentTo("/fast") >= (long)fastUsers * FastMessages);
        Assert.InRange(pouring.SentTo("/slow"), 1, slowUsers * FastMessages / 2);
    }

    /// <summary>Sends to each client as fast as it reads, and counts.</summary>
    private sealed class Outpouring
    {
        private readonly ConcurrentDictionary<string, Tap> _taps = [];

        internal Tap For(string path) => _taps.GetOrAdd(path, static _ => new Tap());

        internal long SentTo(string path) => For(path).Sent;
    }

    private sealed class Tap : ServerBehaviour
    {
        private static readonly byte[] Message = new byte[MessageBytes];
        private long _sent;

        internal long Sent => Volatile.Read(ref _sent);

        internal override void OnOpened(ServerChannel channel) => Send(channel);

        internal override void OnDrained(ServerChannel channel) => Send(channel);

        private void Send(ServerChannel channel) => channel.Loop.Post(_ =>
        {
            if (!channel.IsLive || channel.IsBehind)
                return;
            Volatile.Write(ref _sent, _sent + 1);
            channel.Send(Opcode.Binary, Message);
            if (!channel.IsBehind)
                Send(channel);
        }, null);
    }
}
