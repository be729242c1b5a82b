using System.Text;
using System.Text.Json;
using LoadTool.EndToEnd.Run;
using LoadTool.Outputs.Prometheus.Remote;
using Microsoft.AspNetCore.Http;

namespace LoadTool.EndToEnd.Prometheus;

/// <summary>Receivers that take remote write, and others.</summary>
public sealed class RemoteWriteTests
{
    /// <summary>Fifty messages in two seconds, whatever becomes of their figures.</summary>
    private const string Steady = """
        var hello = Payload.Text(bytes: 64);
        Scenario.Create("steady", async user =>
        {
            using var socket = new Windows.Networking.Sockets.MessageWebSocket();
            await socket.ConnectAsync(user.Target);
            for (var sent = 0; sent < 50; sent++)
            {
                using var step = Step.Begin("echo", user);
                await socket.SendAsync(hello);
                await socket.ReceiveAsync();
                step.Ok();
                await user.Delay(TimeSpan.FromMilliseconds(40));
            }
        }).WithLoadSimulations(Simulation.IterationsForConstant(1, 1));
        """;

    [Fact]
    public async Task A_receiver_is_sent_what_the_protocol_wants_in_the_order_of_time()
    {
        await using RemoteWriteReceiver receiver = await RemoteWriteReceiver.StartAsync((_, _) => Task.CompletedTask);

        (int exitCode, string error, int messages) = await RunAsync(receiver.Uri, "interval=500ms", "username=me", "password=pass:ä", "stale=yes");

        Assert.Equal((0, "", 50), (exitCode, error, messages));
        string user = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("me:pass:ä"));
        Assert.All(receiver.Headers, headers => Assert.Equal(
            $"application/x-protobuf, snappy, 0.1.0, {user}", $"{headers.ContentType}, {headers.ContentEncoding}, {headers["X-Prometheus-Remote-Write-Version"]}, {headers.Authorization}"));
        Assert.StartsWith("loadtool/", receiver.Headers[0].UserAgent.ToString());
        foreach (IGrouping<string, TimeSeries> series in receiver.Taken.SelectMany(request => request.Timeseries).GroupBy(series => string.Join(",", series.Labels.Select(label => $"{label.Name}={label.Value}"))))
        {
            long[] moments = [.. series.Select(each => each.Histograms.Count > 0 ? each.Histograms[0].Timestamp : each.Samples[0].Timestamp)];
            Assert.Equal(moments.Order().Distinct(), moments);
            Assert.Equal(series.First().Labels.Select(label => label.Name).Order(StringComparer.Ordinal), series.First().Labels.Select(label => label.Name));
        }

        // The last of all says that all has ended, and what was before it is the end itself.
        double[] sent = [.. receiver.Taken.SelectMany(request => request.Timeseries).Where(series => series.Labels[0].Value == "loadtool_ws_messages_sent_total").Select(series => series.Samples[0].Value)];
        Assert.Equal((0, 50, 0x7ff0000000000002), (sent[0], sent[^2], BitConverter.DoubleToInt64Bits(sent[^1])));
    }

    [Fact]
    public async Task A_token_is_read_from_a_file_and_shown_nowhere()
    {
        await using RemoteWriteReceiver receiver = await RemoteWriteReceiver.StartAsync((_, _) => Task.CompletedTask);
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "s3cr3t-t0ken\n");

        (int exitCode, string error, _) = await RunAsync(receiver.Uri, $"token-file={file}");
        File.Delete(file);

        Assert.Equal((0, ""), (exitCode, error));
        Assert.All(receiver.Headers, headers => Assert.Equal("Bearer s3cr3t-t0ken", headers.Authorization.ToString()));
    }

    [Fact]
    public async Task What_a_receiver_could_not_take_is_sent_again_and_nothing_is_lost()
    {
        await using RemoteWriteReceiver receiver = await RemoteWriteReceiver.StartAsync((index, response) =>
        {
            response.StatusCode = index switch { 0 => 500, 1 => 429, 2 => 503, _ => 204 };
            return Task.CompletedTask;
        });

        (int exitCode, string error, int messages) = await RunAsync(receiver.Uri, "interval=500ms");

        Assert.Equal((0, "", 50), (exitCode, error, messages));
        double[] sent = [.. receiver.Taken.SelectMany(request => request.Timeseries).Where(series => series.Labels[0].Value == "loadtool_ws_messages_sent_total").Select(series => series.Samples[0].Value)];
        Assert.Equal(sent.Order(), sent);
        Assert.Equal((0, 50), (sent[0], sent[^1]));
        Assert.Equal(receiver.Headers.Count - 3, receiver.Taken.Count);
    }

    [Fact]
    public async Task A_receiver_that_asks_for_a_pause_is_left_alone_meanwhile()
    {
        await using RemoteWriteReceiver receiver = await RemoteWriteReceiver.StartAsync((_, response) =>
        {
            (response.StatusCode, response.Headers.RetryAfter) = (429, "3600");
            return Task.CompletedTask;
        });

        (int exitCode, string error, int messages) = await RunAsync(receiver.Uri, "interval=500ms", "farewell=1s");

        Assert.Equal((92, 50), (exitCode, messages));
        Assert.Contains("the receiver asked to be left alone for 300 s", error);
        Assert.Single(receiver.Headers);
    }

    [Theory]
    [InlineData(500, "answered 500: no room: try later")]
    [InlineData(400, "answered 400: no room: try later")]
    [InlineData(302, "answered 302: no room: try later")]
    public async Task A_receiver_that_takes_nothing_costs_the_load_nothing_and_is_named(int status, string problem)
    {
        await using RemoteWriteReceiver receiver = await RemoteWriteReceiver.StartAsync(async (_, response) =>
        {
            (response.StatusCode, response.Headers.Location) = (status, "/elsewhere");
            await response.WriteAsync("no room:\ttry later");
        });

        (int exitCode, string error, int messages) = await RunAsync(new UriBuilder(receiver.Uri) { UserName = "me", Password = "hidden" }.Uri, "interval=500ms", "farewell=1s");

        Assert.Equal((92, 50), (exitCode, messages));
        Assert.Matches("^error: output remote-write lost data: \\d+ of \\d+ pieces were not delivered: ", error);
        Assert.Contains(problem.Replace("room: ", "room:\\t", StringComparison.Ordinal), error);
        Assert.DoesNotContain("hidden", error);
        Assert.Empty(receiver.Taken);
    }

    [Fact]
    public async Task A_receiver_that_never_answers_costs_the_load_nothing_and_is_named()
    {
        TaskCompletionSource never = new();
        await using RemoteWriteReceiver receiver = await RemoteWriteReceiver.StartAsync((_, response) => never.Task.WaitAsync(response.HttpContext.RequestAborted));

        (int exitCode, string error, int messages) = await RunAsync(receiver.Uri, "interval=500ms", "timeout=1s", "farewell=1s");

        Assert.Equal((92, 50), (exitCode, messages));
        Assert.Contains("pieces were not delivered: no answer within 1 s", error);
    }

    [Fact]
    public async Task Nobody_there_costs_the_load_nothing_and_is_named()
    {
        (int exitCode, string error, int messages) = await RunAsync(new Uri("http://127.0.0.1:1/"), "farewell=500ms");

        Assert.Equal((92, 50), (exitCode, messages));
        Assert.Contains("Connection refused", error);
    }

    [Theory]
    [InlineData("remote-write", "", "output remote-write needs a target: write one such as --out remote-write=http://127.0.0.1:9090/api/v1/write")]
    [InlineData("remote-write=ftp://x", "", "output remote-write: its target is no URL of http or https: write one such as http://127.0.0.1:9090/api/v1/write")]
    [InlineData("remote-write=http://x", "histograms=exact", "output remote-write: setting remote-write.histograms is neither native nor classic")]
    [InlineData("remote-write=http://me:you@x", "token=abc", "output remote-write has a user and a token: leave one of them out")]
    [InlineData("remote-write=http://x", "token=a b", "output remote-write: setting remote-write.token holds no token: one of visible ASCII characters is needed")]
    [InlineData("remote-write=http://x", "token-file=/nowhere/token", "output remote-write: setting remote-write.token-file cannot be read: Could not find a part of the path '/nowhere/token'.")]
    [InlineData("remote-write=http://x", "series=0", "output remote-write: setting remote-write.series is no whole number from 1 on")]
    public async Task A_mistake_is_told_before_the_load(string output, string setting, string problem)
    {
        using WorkFolder folder = new();
        folder.Write("steady.csx", Steady);
        string[] settings = setting.Length > 0 ? ["--out-setting", $"remote-write.{setting}"] : [];

        (int exitCode, _, string error) = await Tool.RunAsync(folder.Root, ["run", "steady.csx", "--out", output, .. settings]);

        Assert.Equal((104, $"error: {problem}\n"), (exitCode, error));
    }

    private static async Task<(int ExitCode, string Error, int Messages)> RunAsync(Uri receiver, params string[] settings)
    {
        using WorkFolder folder = new();
        folder.Write("steady.csx", Steady);
        (int exitCode, _, string error) = await Tool.RunAsync(
            folder.Root, ["run", "steady.csx", "--results", "out", "--out", $"remote-write={receiver}", .. settings.SelectMany(setting => new[] { "--out-setting", $"remote-write.{setting}" })]);
        using JsonDocument summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Root, "out", "summary.json")));
        return (exitCode, error, FullRun.Step(summary, "echo").GetProperty("ok").GetProperty("count").GetInt32());
    }
}
