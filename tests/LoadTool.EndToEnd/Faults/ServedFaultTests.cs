using LoadTool.Cli.Serve;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Web;

namespace LoadTool.EndToEnd.Faults;

/// <summary>The faults that <c>loadtool serve</c> offers, met by our own client.</summary>
public sealed class ServedFaultTests
{
    private static readonly (string Name, Failure Failure)[] Expected =
    [
        .. new[]
        {
            "bad-utf8", "masked-frame", "reserved-opcode", "reserved-bit", "compressed-frame", "oversize-control", "fragmented-control", "unstarted-message",
            "interleaved-message", "oversize-length", "long-length", "bad-close-code", "bad-close-reason", "half-close-code", "garbage",
        }.Select(name => (name, Failure.Violation)),
        ("stalled-frame", Failure.Timeout(ConnectionPhase.Open)),
        ("truncated-frame", Failure.Aborted(ConnectionPhase.Open)),
        ("half-close", Failure.Aborted(ConnectionPhase.Open)),
        ("endless-fragments", Failure.TooBig),
        ("bad-accept", Failure.InvalidResponse),
        ("missing-accept", Failure.InvalidResponse),
        ("missing-upgrade", Failure.InvalidResponse),
        ("endless-head", Failure.InvalidResponse),
        ("not-http", Failure.InvalidResponse),
        ("unasked-subprotocol", new(WebErrorStatus.ErrorHttpInvalidServerResponse, HResults.SubprotocolNotSupported, ConnectionPhase.Upgrade)),
        ("unasked-extension", new(WebErrorStatus.ErrorHttpInvalidServerResponse, HResults.ProtocolExtensionsNotSupported, ConnectionPhase.Upgrade)),
        ("redirect", Failure.Http(WebErrorStatus.Found, HResults.HttpStatusBase + 302)),
        ("endless-body", Failure.Http(WebErrorStatus.Forbidden, HResults.HttpStatusBase + 403)),
        ("slow-head", Failure.Timeout(ConnectionPhase.Upgrade)),
    ];

    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    [Fact]
    public void Every_fault_is_tested_and_listed_once()
    {
        string[] tested = [.. Expected.Select(one => one.Name), "ping-flood", "no-close-answer"];
        Assert.Equal(Fault.All.Select(fault => fault.Name).Order(), tested.Order());
        Assert.Equal(tested.Length, TargetServer.Paths.Count(path => path.Path.StartsWith("/fault/", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Each_fault_fails_the_client_as_it_says(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine);
        foreach ((string name, Failure expected) in Expected)
        {
            await host.OnClientAsync(async () =>
            {
                // Only the two that say nothing more wait for a limit, and nothing but that limit can end them.
                using MessageWebSocket socket = new() { StallLimit = TimeSpan.FromMilliseconds(name == "stalled-frame" ? 50 : 30_000) };
                socket.Control.Tuning.UpgradeLimit = TimeSpan.FromMilliseconds(name == "slow-head" ? 1200 : 30_000);
                socket.Control.MaxMessageSize = 1 << 20;
                WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(async () =>
                {
                    await socket.ConnectAsync(host.Uri($"/fault/{name}"));
                    await socket.ReceiveAsync();
                });
                Failure actual = new(error.Status, error.HResult, error.Cause.Phase);
                Assert.True(expected == actual, $"{name}: {actual}");
            });
        }

        await UntilIdleAsync(host);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_ping_flood_is_answered_and_stops_with_the_client(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine);
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(host.Uri("/fault/ping-flood"));
            while (host.ClientLoop.Counters.BytesReceived < 100_000 || host.ServerLoop.Counters.BytesReceived < 10_000)
                await Task.Yield();
            await socket.SendAsync("still here");
        });
        await UntilIdleAsync(host);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_server_that_answers_no_Close_frame_is_left_at_the_limit(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine);
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new() { CloseLimit = TimeSpan.FromMilliseconds(20) };
            TaskCompletionSource<int> closed = new();
            socket.Closed += (_, args) => closed.SetResult(args.Code);
            await socket.ConnectAsync(host.Uri("/fault/no-close-answer"));
            socket.Close(4000, "");
            Assert.Equal(4000, await closed.Task);
        });
        await UntilIdleAsync(host);
    }

    [Fact]
    public async Task A_fault_of_another_name_is_not_found()
    {
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new();
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(host.Uri("/fault/none")));
            Assert.Equal(WebErrorStatus.NotFound, error.Status);
        });
    }

    /// <summary>Nothing is left on either side: no connection, and no timer of a flood.</summary>
    private static async Task UntilIdleAsync(LoopHost host)
    {
        foreach (EventLoop loop in (EventLoop[])[host.ClientLoop, host.ServerLoop])
        {
            await loop.RunAsync(async () =>
            {
                while (loop.Counters.Connections > 0 || LoopTimers.Count(loop) > 0)
                    await Task.Yield();
            }).WaitAsync(TimeSpan.FromSeconds(30));
        }
    }
}
