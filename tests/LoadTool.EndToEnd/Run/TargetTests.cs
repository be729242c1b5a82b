using LoadTool.EndToEnd.Programs;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Run;

/// <summary>Targets that do not do what the user hoped for, each told in one line with exit code 104.</summary>
public sealed class TargetTests
{
    private static readonly string Echo = Path.Combine(Repository.Root, "scenarios", "echo.csx");

    [Theory]
    [InlineData("/nowhere", "no iteration succeeded against URI: NotFound (HTTP 404) N times; is the target running, and its address right?")]
    [InlineData("/status/503", "no iteration succeeded against URI: ServiceUnavailable (HTTP 503) N times; is the target running, and its address right?")]
    [InlineData("/close/4001", "step \"echo\" never succeeded against URI: ConnectionAborted (close 4001) N times")]
    [InlineData("/reset", "step \"echo\" never succeeded against URI: ConnectionAborted (connection reset) N times")]
    [InlineData("/hang", "no iteration came to an end: step \"connect\" was never answered by URI; is it the right path?")]
    [InlineData("/stall", "no iteration came to an end: step \"echo\" was never answered by URI; is it the right path?")]
    [InlineData("/sink", "no iteration came to an end: step \"echo\" was never answered by URI; is it the right path?")]
    public async Task A_target_that_never_answers_as_hoped_is_told_in_one_line(string path, string expected)
    {
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);

        (int exitCode, string error) = await RunAsync(host.Uri(path), "--vus", "3", "--duration", "2s", "--graceful-stop", "0s");

        Assert.Equal($"error: {expected.Replace("URI", host.Uri(path).ToString())}\n", System.Text.RegularExpressions.Regex.Replace(error, @"\d+ times", "N times"));
        Assert.Equal(104, exitCode);
    }

    [Fact]
    public async Task A_target_that_refuses_is_told_in_one_line()
    {
        LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        Uri refused = host.Uri("/echo");
        await host.DisposeAsync();

        (int exitCode, string error) = await RunAsync(refused, "--vus", "1", "--iterations", "3");

        Assert.Equal(
            $"error: no iteration succeeded against {refused}: CannotConnect (connection refused) 3 times; is the target running, and its address right?\n", error);
        Assert.Equal(104, exitCode);
    }

    [Fact]
    public async Task A_target_whose_name_does_not_resolve_is_told_in_one_line()
    {
        (int exitCode, string error) = await RunAsync(new Uri("ws://nowhere.invalid/echo"), "--vus", "1", "--iterations", "1");

        Assert.Matches(
            @"^error: no iteration succeeded against ws://nowhere\.invalid/echo: HostNameNotResolved \((name not resolved|name server failed)\) 1 times; is the target running, and its address right\?\n$",
            error);
        Assert.Equal(104, exitCode);
    }

    [Fact]
    public async Task A_port_in_use_is_told_in_one_line()
    {
        await using LoopHost host = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        using WorkFolder folder = new();

        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, "serve", "--port", $"{host.EndPoint.Port}");

        Assert.Equal($"error: cannot listen on {host.EndPoint}: port {host.EndPoint.Port} is in use; choose another with --port, or --port 0 for a free one\n", error);
        Assert.Equal((104, ""), (exitCode, output));
    }

    private static async Task<(int ExitCode, string Error)> RunAsync(Uri target, params string[] arguments)
    {
        using WorkFolder folder = new();
        (int exitCode, _, string error) = await Tool.RunAsync(folder.Root, ["run", Echo, "--target", target.ToString(), .. arguments]);
        return (exitCode, error);
    }
}
