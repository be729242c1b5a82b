using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using LoadTool.EndToEnd.Programs;
using LoadTool.EndToEnd.Run;

namespace LoadTool.EndToEnd.Receivers;

/// <summary>Receivers that hang, fail or are not there: they cost the run nothing but their own data.</summary>
public sealed class DeadReceiverTests
{
    private const string Script = """
        Scenario.Create("work", async user =>
        {
            using var step = Step.Begin("work", user);
            await user.Delay(TimeSpan.FromMilliseconds(50));
            step.Ok();
        }).WithLoadSimulations(Simulation.IterationsForConstant(copies: 10, iterations: 200));
        """;

    private static readonly string[] OverTcp = ["postgres=postgres://geheim:geheim@{0}/db", "influxdb=http://geheim:geheim@{0}/db", "graphite=tcp://{0}", "statsd=tcp://{0}", "otlp=http://{0}"];

    [Fact]
    public async Task Receivers_that_hang_lose_their_own_data_only_and_are_named()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(100);

        Dictionary<string, string> errors = await RunAsync(OverTcp, listener.LocalEndPoint!.ToString()!);

        Assert.Equal(["graphite", "influxdb", "otlp", "postgres", "statsd"], errors.Keys.Order());
        Assert.All(["graphite", "statsd"], name => Assert.EndsWith("pieces were not delivered: the receiver did not close the connection in time: it may not have read everything", errors[name]));
        Assert.All(["influxdb", "otlp"], name => Assert.Matches("^([0-9]+) of \\1 pieces were not delivered: no answer within 1 s$", errors[name]));
        Assert.Matches("^([0-9]+) of \\1 pieces were not delivered: ", errors["postgres"]);
    }

    [Fact]
    public async Task Receivers_that_are_not_there_are_named()
    {
        Dictionary<string, string> errors = await RunAsync(OverTcp, $"127.0.0.1:{BackgroundProgram.FreePort()}");

        Assert.Equal(["graphite", "influxdb", "otlp", "postgres", "statsd"], errors.Keys.Order());
        Assert.All(errors.Values, error => Assert.Matches("^([0-9]+) of \\1 pieces were not delivered: .*[Cc]onnection refused", error));
    }

    [Fact]
    public async Task Receivers_that_fail_are_named_with_what_they_answered()
    {
        await using FailingServer server = await FailingServer.StartAsync();

        Dictionary<string, string> errors = await RunAsync(["influxdb=http://{0}/db", "otlp=http://{0}"], server.Address);

        Assert.Matches("^([0-9]+) of \\1 pieces were not delivered: HTTP 500: out of order$", errors["influxdb"]);
        Assert.Matches("^([0-9]+) of \\1 pieces were not delivered: HTTP 500$", errors["otlp"]);
    }

    [Fact]
    public async Task Receivers_that_hang_up_are_named()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(100);
        using CancellationTokenSource over = new();
        Task hangingUp = HangUpAsync(listener, over.Token);

        Dictionary<string, string> errors = await RunAsync(OverTcp, listener.LocalEndPoint!.ToString()!);
        await over.CancelAsync();
        await hangingUp;

        Assert.Equal(["graphite", "influxdb", "otlp", "postgres", "statsd"], errors.Keys.Order());
        Assert.All(["graphite", "statsd"], name => Assert.EndsWith("pieces were not delivered: the receiver broke the connection: what it had not read yet is lost", errors[name]));
        Assert.All(["influxdb", "otlp"], name => Assert.Matches("ended prematurely|reset by peer|[Bb]roken pipe", errors[name]));
    }

    private static async Task HangUpAsync(Socket listener, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                (await listener.AcceptAsync(over)).Dispose();
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <returns>The output_errors of summary.json.</returns>
    private static async Task<Dictionary<string, string>> RunAsync(string[] outputs, string address)
    {
        using WorkFolder folder = new();
        folder.Write("work.csx", Script);
        string[] options = [.. outputs.SelectMany(output =>
        {
            string name = output.Split('=')[0];
            return new[] { "--out", output.Replace("{0}", address), "--out-setting", $"{name}.timeout=1s", "--out-setting", $"{name}.farewell=2s" };
        })];

        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, ["run", "work.csx", "--results", "results", .. options]);

        Assert.True(exitCode == 92, output + error);
        string summary = File.ReadAllText(Path.Combine(folder.Root, "results", "summary.json"));
        JsonElement root = JsonDocument.Parse(summary).RootElement;
        Assert.Equal(200, root.GetProperty("scenarios")[0].GetProperty("iterations").GetProperty("ok").GetProperty("count").GetInt32());
        Dictionary<string, string> errors = root.GetProperty("output_errors").EnumerateObject().ToDictionary(error => error.Name, error => error.Value.GetString()!);
        Assert.All(errors, lost => Assert.Contains($"output {lost.Key} failed: {lost.Value}", output));
        Assert.DoesNotContain("geheim", output + error + summary + File.ReadAllText(Path.Combine(folder.Root, "results", "environment.json")));
        return errors;
    }
}
