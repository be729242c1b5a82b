using System.Globalization;
using System.Text.Json;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool.EndToEnd.Run;

/// <summary>A process that runs out of descriptors: in a process of its own, since everything in it may need one.</summary>
public sealed class ExhaustionTests
{
    /// <summary>Above what the runtime itself holds open, and far below what the load asks for.</summary>
    private const int OpenFiles = 250;

    private const string HoldingScript = """
        using Windows.Networking.Sockets;
        Scenario.Create("hold", async user =>
        {
            using var socket = new MessageWebSocket();
            await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));
            await user.Delay(TimeSpan.FromMinutes(1));
        })
        .WithLoadSimulations(Simulation.Inject(rate: 600, interval: TimeSpan.FromSeconds(1), during: TimeSpan.FromSeconds(1)));
        """;

    [Theory]
    [InlineData(EngineKind.Epoll)]
    [InlineData(EngineKind.Portable)]
    public async Task A_client_without_descriptors_fails_its_connects_and_keeps_its_results(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        using WorkFolder folder = new();
        folder.Write("hold.csx", HoldingScript);
        using Tool tool = StartLimited(folder, $"run --quiet hold.csx --target {host.Uri("/sink")} --engine {engine} --results out");

        (int exitCode, _, string error) = await tool.EndAsync();

        Assert.Equal((0, ""), (exitCode, error));
        using JsonDocument summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Root, "out", "summary.json")));
        JsonElement step = summary.RootElement.GetProperty("scenarios")[0].GetProperty("steps")[0];
        int ok = step.GetProperty("ok").GetProperty("count").GetInt32();
        Assert.InRange(ok, 20, OpenFiles);
        JsonElement failure = Assert.Single(step.GetProperty("failures").EnumerateArray());
        Assert.Equal("CannotConnect", failure.GetProperty("status").GetString());
        Assert.Equal("too many open files", failure.GetProperty("detail").GetString());
        Assert.Equal(600 - ok, failure.GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData(EngineKind.Epoll)]
    [InlineData(EngineKind.Portable)]
    public async Task A_server_without_descriptors_says_so_and_accepts_again_when_some_are_free(EngineKind engine)
    {
        using WorkFolder folder = new();
        using Tool tool = StartLimited(folder, $"serve --port 0 --until-input-ends --engine {engine}");
        Uri target = new((await tool.ReadLineAsync())!["listening on ".Length..] + "/echo");
        List<MessageWebSocket> sockets = [];
        for (bool refused = false; !refused; refused = sockets.Count > OpenFiles || !await TryEchoAsync(sockets[^1], target))
            sockets.Add(NewSocket());
        Assert.InRange(sockets.Count, 20, OpenFiles);

        foreach (MessageWebSocket socket in sockets)
            socket.Dispose();
        bool accepted = false;
        for (int attempt = 0; attempt < 100 && !accepted; attempt++)
        {
            using MessageWebSocket again = NewSocket();
            accepted = await TryEchoAsync(again, target);
        }

        Assert.True(accepted);
        tool.CloseInput();
        (int exitCode, _, string error) = await tool.EndAsync();
        Assert.Equal(0, exitCode);
        Assert.StartsWith("cannot accept a connection: TooManyOpenSockets", error);
    }

    private static MessageWebSocket NewSocket() => new() { Control = { Tuning = { UpgradeLimit = TimeSpan.FromSeconds(5) } } };

    private static async Task<bool> TryEchoAsync(MessageWebSocket socket, Uri target)
    {
        try
        {
            await socket.ConnectAsync(target);
            await socket.SendAsync("still there?");
            return (await socket.ReceiveAsync()).ReadString() == "still there?";
        }
        catch (WebSocketTransportException)
        {
            return false;
        }
    }

    private static Tool StartLimited(WorkFolder folder, string arguments) => Tool.StartProgram(
        folder.Root, "sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"ulimit -n {OpenFiles}; exec dotnet '{Tool.Assembly}' {arguments}")]);
}
