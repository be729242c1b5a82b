using System.Text.Json;

namespace LoadTool.EndToEnd.Run;

public sealed class SocketOverrideTests
{
    [Fact]
    public async Task What_the_command_line_sets_on_sockets_goes_before_the_script_and_is_kept_with_the_results()
    {
        using WorkFolder folder = new();
        folder.Write("set.csx", """
            using Windows.Networking.Sockets;
            Scenario.Create("set", async user =>
            {
                using var socket = new MessageWebSocket();
                socket.Control.NoDelay = true;
                socket.Control.Tuning.FragmentBytes = 0;
                await socket.ConnectAsync(new Uri(user.Target, "/echo?deflate"));
                await socket.SendAsync(Payload.Text(bytes: 1000));
                await socket.ReceiveAsync();
                user.Check("nagle is on", !socket.Control.NoDelay);
                user.Check("frames are cut", socket.Control.Tuning.FragmentBytes == 10);
                user.Check("buffers are small", socket.Control.OutboundBufferSizeInBytes == 8192 && socket.Control.Tuning.ReceiveBufferSizeInBytes == 4096);
            })
            .WithLoadSimulations(Simulation.IterationsForConstant(copies: 2, iterations: 10));
            """);

        (int exitCode, string output, string error) = await Tool.RunAsync(
            folder.Root, "run", "set.csx", "--results", "out", "--quiet", "--socket", "nagle=on", "--socket", "deflate=on", "--socket", "fragment=10", "--socket", "send-buffer=8192", "--socket", "receive-buffer=4096");

        Assert.True(exitCode == 0, output + error);
        JsonElement summary = JsonElement.Parse(File.ReadAllText(Path.Combine(folder.Root, "out", "summary.json")));
        Assert.All(summary.GetProperty("scenarios")[0].GetProperty("checks").EnumerateArray(), check => Assert.Equal((check.GetProperty("name").GetString(), 0), (check.GetProperty("name").GetString(), check.GetProperty("fail").GetProperty("count").GetInt32())));
        Assert.True(summary.GetProperty("compression").GetProperty("compressed_bytes").GetProperty("sent").GetInt64() > 0, output);
        JsonElement run = JsonElement.Parse(File.ReadLines(Path.Combine(folder.Root, "out", "run.jsonl")).First());
        Assert.Equal("""{"nagle":"on","send-buffer":"8192","receive-buffer":"4096","deflate":"on","fragment":"10"}""", run.GetProperty("sockets").GetRawText());
    }
}
