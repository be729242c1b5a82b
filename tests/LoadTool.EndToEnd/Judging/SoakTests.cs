using System.Text.Json;
using LoadTool.EndToEnd.Programs;
using LoadTool.EndToEnd.Prometheus;
using LoadTool.EndToEnd.Run;

namespace LoadTool.EndToEnd.Judging;

public sealed class SoakTests
{
    private const string Leaking = """
        using Windows.Networking.Sockets;
        var hello = Payload.Text(bytes: 32);
        var path = $"/leak?bytes={Env["bytes"]}&every=500";
        Scenario.Create("leak", async user =>
        {
            using var socket = new MessageWebSocket();
            await socket.ConnectAsync(new Uri(user.Target, path));
            await foreach (var turn in user.Pace(perSecond: 20))
            {
                using var step = Step.Begin("echo", user, turn);
                await socket.SendAsync(hello);
                step.Ok(await socket.ReceiveAsync());
            }
        })
        .WithLoadSimulations(Simulation.KeepConstant(copies: 40, during: TimeSpan.FromSeconds(12)));
        """;

    [Theory]
    [InlineData(50_000, 6_000_000)]
    [InlineData(0, 0)]
    public async Task Memory_that_a_server_keeps_for_each_socket_is_found_and_none_where_there_is_none(int bytes, double perMinute)
    {
        using WorkFolder folder = new();
        folder.Write("leak.csx", Leaking);

        (int exitCode, string output, string error) = await Tool.RunAsync(
            folder.Root, "soak", "leak.csx", "--env", $"bytes={bytes}", "--results", "out", "--min-growth", "1000000", "--min-drift", "99%", "--force", "--seed", "1");

        Assert.True(exitCode is 0 or 90, $"{exitCode}: {output}{error}");
        JsonElement memory = JsonElement.Parse(File.ReadAllText(Path.Combine(folder.Root, "out", "soak.json"))).GetProperty("findings")[0];
        Assert.Equal(("target memory per socket", perMinute > 0 ? "grows" : "steady"), (memory.GetProperty("name").GetString(), memory.GetProperty("verdict").GetString()));
        Assert.True(Math.Abs(memory.GetProperty("growth").GetDouble() - perMinute) < 1_000_000, output);
        Assert.Contains("<svg", File.ReadAllText(Path.Combine(folder.Root, "out", "soak.html")));
        (int again, string judgedAgain, _) = await Tool.RunAsync(folder.Root, "soak", "out", "--min-growth", "1000000", "--min-drift", "99%", "--force");
        Assert.Equal((exitCode, output.Replace("results in out\n", "", StringComparison.Ordinal)), (again, judgedAgain));
    }

    [FactWith(nameof(Programs.Program.Prometheus))]
    public async Task What_Prometheus_knows_of_the_time_of_a_run_is_judged_and_a_query_of_many_series_is_refused()
    {
        using WorkFolder folder = new();
        folder.Write("leak.csx", Leaking);
        await using PrometheusServer prometheus = await PrometheusServer.StartAsync(folder);
        await Tool.RunAsync(folder.Root, "run", "leak.csx", "--env", "bytes=0", "--quiet", "--results", "out", "--out", $"remote-write={prometheus.WriteUri}", "--out-setting", "remote-write.interval=1s");
        string[] soak = ["soak", "out", "--force", "--json", "soak.json", "--prometheus", prometheus.Uri.ToString(), "--query"];

        (int exitCode, string output, _) = await Tool.RunAsync(folder.Root, [.. soak, "loadtool_ws_bytes_sent_total"]);
        (int many, _, string refused) = await Tool.RunAsync(folder.Root, [.. soak, "{__name__=~\"loadtool_ws_bytes_.*_total\"}"]);
        (int none, _, string nothing) = await Tool.RunAsync(folder.Root, [.. soak, "absent_series"]);
        (int undefined, _, string noNumber) = await Tool.RunAsync(folder.Root, [.. soak, "0 * loadtool_ws_bytes_sent_total / 0"]);
        (int wrong, _, string mistake) = await Tool.RunAsync(folder.Root, [.. soak, "sum("]);

        JsonElement memory = JsonElement.Parse(File.ReadAllText(Path.Combine(folder.Root, "soak.json"))).GetProperty("findings")[0];
        Assert.Equal((90, "target memory per socket", "grows"), (exitCode, memory.GetProperty("name").GetString(), memory.GetProperty("verdict").GetString()));
        Assert.StartsWith("worse: target memory per socket grows", output);
        Assert.Equal((104, 104, 104, 104), (many, none, undefined, wrong));
        Assert.Equal("error: --query gives NaN, which is no number of bytes\n", noNumber);
        Assert.Equal("error: --query gives 2 series during the run, where one is needed: narrow it with labels, or sum it\n", refused);
        Assert.Contains("--query gives 0 series during the run", nothing);
        Assert.StartsWith("error: --query: Prometheus says ", mistake);
    }

    [Theory]
    [InlineData("soak leak.csx --pid 999999999", "error: --pid 999999999: there is no such process on this machine, or its memory cannot be read")]
    [InlineData("soak leak.csx --pid 0", "error: --pid 0: there is no such process on this machine, or its memory cannot be read")]
    [InlineData("soak leak.csx --json .", "error: --json .: this is a folder: name a file in it")]
    [InlineData("soak leak.csx --prometheus http://127.0.0.1:1 --query up", "error: --prometheus http://127.0.0.1:1/ does not answer as Prometheus does: Connection refused (127.0.0.1:1)")]
    [InlineData("soak leak.csx --prometheus http://127.0.0.1:1 --query up --pid 1", "error: --pid and --prometheus both say where the target's memory is to be had: leave one out")]
    [InlineData("soak . --pid 1", "error: --pid is for a run that is still to be made: give a script, or leave it out")]
    [InlineData("soak leak.csx --query up", "error: --prometheus and --query belong together: give the server's address, and what to ask it")]
    [InlineData("soak leak.csx --min-growth none", "error: --min-growth none is no growth: write bytes per minute and socket, such as 10")]
    [InlineData("soak leak.csx --prometheus here --query up", "error: --prometheus here is no address: write one such as http://127.0.0.1:9090")]
    public async Task A_mistake_is_told_in_one_line_before_anything_runs(string arguments, string expected)
    {
        using WorkFolder folder = new();
        folder.Write("leak.csx", Leaking);

        (int exitCode, _, string error) = await Tool.RunAsync(folder.Root, arguments.StartsWith("soak .", StringComparison.Ordinal) ? arguments.Split(' ') : [.. arguments.Split(' '), "--env", "bytes=0"]);

        Assert.Equal((104, expected + "\n"), (exitCode, error));
        Assert.False(Directory.Exists(Path.Combine(folder.Root, "results")));
    }
}
