using System.Text.Json;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;
using Windows.Networking.Sockets;
using Windows.Web;

namespace LoadTool.EndToEnd.Run;

/// <summary>What a query may ask of the paths of <c>loadtool serve</c>.</summary>
public sealed class ServeOptionTests
{
    public static TheoryData<EngineKind> Engines => RawPeer.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_path_chooses_the_subprotocol_that_its_query_names_if_the_client_offers_it(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine);
        await host.OnClientAsync(async () =>
        {
            foreach ((string path, string expected) in (ValueTuple<string, string>[])[
                ("/echo?subprotocol=b", "b"), ("/delay?ms=0&subprotocol=a", "a"), ("/sink?subprotocol=%61", "a"), ("/echo?subprotocol=c", ""), ("/echo?subprotocol", ""), ("/echo", "")])
            {
                using MessageWebSocket socket = new();
                socket.Control.SupportedProtocols.Add("a");
                socket.Control.SupportedProtocols.Add("b");
                await socket.ConnectAsync(host.Uri(path));
                Assert.Equal(expected, socket.Information.Protocol ?? "");
            }

            using MessageWebSocket plain = new();
            await plain.ConnectAsync(host.Uri("/echo?subprotocol=a"));
            Assert.Equal("", plain.Information.Protocol ?? "");
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_path_compresses_as_its_query_says_if_the_client_offers_it(EngineKind engine)
    {
        string text = new('x', 1000);
        await using LoopHost host = await LoopHost.StartAsync(engine);
        await host.OnClientAsync(async () =>
        {
            foreach ((string path, DeflateOptions? agreed) in (ValueTuple<string, DeflateOptions?>[])[
                ("/echo?deflate", DeflateOptions.OfBrowsers),
                ("/echo?deflate=", DeflateOptions.OfBrowsers),
                ("/broadcast?deflate=no-context", new DeflateOptions(true, true, 15)),
                ("/delay?ms=0&deflate=9", new DeflateOptions(false, false, 9, 9)),
                ("/echo?deflate=no-context,8", new DeflateOptions(true, true, 8, 8)),
                ("/echo", null)])
            {
                using MessageWebSocket socket = new();
                socket.Control.Tuning.Deflate = DeflateOptions.OfBrowsers;
                await socket.ConnectAsync(host.Uri(path));
                for (int i = 0; i < 3; i++)
                {
                    await socket.SendAsync(text);
                    Assert.Equal(text, (await socket.ReceiveAsync()).ReadString());
                }

                Assert.Equal(agreed, socket.Information.Compression?.Agreed);
                if (socket.Information.Compression is { } figures)
                    Assert.InRange(figures.ReceivedCompressedBytes, 1, 300);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_path_that_would_compress_stays_plain_for_a_client_that_offers_nothing(EngineKind engine)
    {
        await using LoopHost host = await LoopHost.StartAsync(engine);
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(host.Uri("/source?rate=1000&size=500&deflate"));
            Assert.Equal(new string('x', 500), (await socket.ReceiveAsync()).ReadString());
            Assert.Null(socket.Information.Compression);
        });
    }

    [Theory]
    [InlineData("/echo?deflate=always")]
    [InlineData("/echo?deflate=7")]
    [InlineData("/echo?deflate=16")]
    [InlineData("/echo?deflate=no-context,x")]
    public async Task A_word_of_deflate_that_nobody_knows_is_a_bad_request(string path)
    {
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        await host.OnClientAsync(async () =>
        {
            using MessageWebSocket socket = new();
            WebSocketTransportException error = await Assert.ThrowsAsync<WebSocketTransportException>(() => socket.ConnectAsync(host.Uri(path)));
            Assert.Equal(WebErrorStatus.BadRequest, error.Status);
        });
    }

    [Fact]
    public async Task A_script_that_offers_deflate_sees_what_it_saved_in_the_summary()
    {
        using WorkFolder folder = new();
        using Tool server = Tool.Start(folder.Root, "serve", "--port", "0");
        string address = (await server.ReadLineAsync())!["listening on ".Length..];
        folder.Write("compressing.csx", """
            using Windows.Networking.Sockets;

            Scenario.Create("compressing", async user =>
            {
                using var socket = new MessageWebSocket();
                socket.Control.Tuning.Deflate = DeflateOptions.OfBrowsers;
                await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));
                using var step = Step.Begin("echo", user);
                await socket.SendAsync(new string('x', 10_000));
                step.Ok(await socket.ReceiveAsync());
            });
            """);

        using Tool run = Tool.StartProgram(
            folder.Root, "dotnet", [Tool.Assembly, "run", "compressing.csx", "--target", $"{address}/echo?deflate=no-context", "--vus", "1", "--iterations", "6", "--results", "results"]);
        (int exitCode, string output, string error) = await run.EndAsync();

        Assert.True(exitCode == 0, error);
        Assert.Matches(@"(?m)^deflate +sent 60\.0 kB as \S+ k?B \(1 : \d+\.\d\) in ", output);
        Assert.Matches(@"(?m)^deflate +received 60\.0 kB as ", output);
        using JsonDocument summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Root, "results", "summary.json")));
        JsonElement compression = summary.RootElement.GetProperty("compression");
        Assert.Equal(60_000, compression.GetProperty("plain_bytes").GetProperty("sent").GetInt64());
        Assert.InRange(compression.GetProperty("compressed_bytes").GetProperty("received").GetInt64(), 1, 6000);
    }
}
