using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Run;

/// <summary>Limits that decide the exit code.</summary>
public sealed class ThresholdTests
{
    [Theory]
    [InlineData("echo: count >= 5", 0, "")]
    [InlineData("echo: p(99) < 1ns", 99, "error: threshold \"echo: p(99) < 1ns\" of scenario \"echo\" was crossed\n")]
    [InlineData("ehco: p(99) < 1s", 99, "error: threshold \"ehco: p(99) < 1s\" of scenario \"echo\" was crossed\n")]
    [InlineData("errors: rate < 0.1%", 0, "")]
    public async Task A_threshold_decides_the_exit_code(string condition, int expected, string message)
    {
        (int exitCode, string output, string error) = await RunAsync(condition);

        Assert.Equal((expected, message), (exitCode, error));
        Assert.Equal(expected == 99, output.Contains("  crossed  " + condition, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_no_condition_is_told_with_its_place_before_the_load()
    {
        (int exitCode, _, string error) = await RunAsync("echo p(99) < 20ms");

        Assert.Equal(107, exitCode);
        Assert.Contains("a.csx(", error);
        Assert.Contains("threshold \"echo p(99) < 20ms\": it names no metric", error);
        Assert.DoesNotContain("   at ", error);
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string condition)
    {
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        using WorkFolder folder = new();
        folder.Write("a.csx", $$"""
            using Windows.Networking.Sockets;

            Scenario.Create("echo", async user =>
            {
                using var socket = new MessageWebSocket();
                await socket.ConnectAsync(user.Target);
                using var step = Step.Begin("echo", user);
                await socket.SendAsync("hello");
                step.Ok(await socket.ReceiveAsync());
            })
            .WithLoadSimulations(Simulation.KeepConstant(copies: 1, during: TimeSpan.FromSeconds(30)))
            .WithThresholds("{{condition}}");
            """);
        return await Tool.RunAsync(folder.Root, "run", "a.csx", "--iterations", "5", "--target", host.Uri("/echo").ToString());
    }
}
