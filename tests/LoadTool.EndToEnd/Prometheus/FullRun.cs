using System.Text.Json;
using LoadTool.EndToEnd.Run;

namespace LoadTool.EndToEnd.Prometheus;

/// <summary>A run in which everything occurs that a dashboard shows, failures too.</summary>
internal static class FullRun
{
    internal const string Script = """
        using Windows.Networking.Sockets;

        var hello = Payload.Text(bytes: 64);
        var orders = Metric.CreateCounter("orders placed", unit: "pieces");
        var queue = Metric.CreateGauge("queue depth");
        var basket = Metric.CreateHistogram("basket", unit: "EUR");
        var news = Broadcast.Create("news");
        var during = TimeSpan.FromSeconds(6);

        Scenario.Create("chat", async user =>
        {
            using var socket = new MessageWebSocket();
            await Step.Run("connect", user, () => socket.ConnectAsync(new Uri(user.Target, "/echo")));
            await foreach (var turn in user.Pace(perSecond: 20))
            {
                using var step = Step.Begin("say \"hi\"", user, turn);
                step.Tag("room", user.Number % 2 == 0 ? "lobby" : "the \"attic\"\n");
                await socket.SendAsync(hello);
                var reply = await socket.ReceiveAsync();
                step.Check("answer has the length", reply.Length == 64);
                step.Check("answer is empty", reply.Length == 0);
                orders.Add(2);
                queue.Set(user.Number);
                basket.Record(user.Random.Next(1000));
                step.Ok();
            }
        })
        .WithLoadSimulations(Simulation.RampingConstant(copies: 20, during: TimeSpan.FromSeconds(2)), Simulation.KeepConstant(copies: 20, during: TimeSpan.FromSeconds(4)))
        .WithThresholds("say \"hi\": p(99) < 10s", "errors: rate < 99%");

        Scenario.Create("refused", async user =>
        {
            var number = 0;
            await foreach (var turn in user.Pace(perSecond: 5))
            {
                using var refused = new MessageWebSocket();
                await Step.Run("join", user, () => refused.ConnectAsync(new Uri(user.Target, number++ % 2 == 0 ? "/echo" : "/status/503")));
            }
        })
        .WithLoadSimulations(Simulation.KeepConstant(copies: 2, during: during));

        Scenario.Create("closed", async user =>
        {
            await foreach (var turn in user.Pace(perSecond: 5))
            {
                using var closed = new MessageWebSocket();
                await Step.Run("enter", user, () => closed.ConnectAsync(new Uri(user.Target, "/close/4001")));
                await user.Delay(TimeSpan.FromMilliseconds(50));
            }
        })
        .WithLoadSimulations(Simulation.KeepConstant(copies: 2, during: during));

        // Two in one room: each hears what the other sends, unasked.
        var schedule = MessageSchedule.PerSocket(perSecond: 5);
        Scenario.Create("paced", async user =>
        {
            using var socket = new MessageWebSocket();
            await socket.ConnectAsync(new Uri(user.Target, "/broadcast?room=paced"));
            await schedule.RunAsync("pace", user, socket, hello);
        })
        .WithLoadSimulations(Simulation.KeepConstant(copies: 2, during: during));

        Scenario.Create("news", async user =>
        {
            using var socket = new MessageWebSocket();
            socket.Control.MessageType = SocketMessageType.Utf8;
            await socket.ConnectAsync(new Uri(user.Target, "/broadcast"));
            Task listening = news.ReceiveAsync(user, socket);
            if (user.Number == 0)
            {
                await foreach (var turn in user.Pace(perSecond: 10))
                    await socket.SendAsync(news.Message(user, turn, bytes: 100));
            }

            await listening;
        })
        .WithLoadSimulations(Simulation.KeepConstant(copies: 5, during: during));

        Scenario.Create("kept", user => user.StayConnectedAsync(ReconnectPolicy.Fixed(TimeSpan.FromMilliseconds(20)), () => new MessageWebSocket(), async socket =>
        {
            await foreach (var turn in user.Pace(perSecond: 5))
            {
                using var step = Step.Begin("keep", user, turn);
                await socket.SendAsync(hello);
                step.Ok(await socket.ReceiveAsync());
            }
        }, new Uri(user.Target, "/echo")))
        .WithConnectRate(perSecond: 20)
        .WithStorms(Storm.Cut(share: 0.5, at: TimeSpan.FromSeconds(3)))
        .WithLoadSimulations(Simulation.KeepConstant(copies: 6, during: during));
        """;

    /// <summary>What the run kept, and what it says of itself in Prometheus's words.</summary>
    internal static (JsonDocument Summary, IReadOnlyDictionary<string, double> Metrics) Read(WorkFolder folder) => (
        JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Root, "out", "summary.json"))),
        PrometheusLines.Read(File.ReadAllText(Path.Combine(folder.Root, "out", "metrics.prom"))));

    internal static JsonElement Step(JsonDocument summary, string name) => summary.RootElement.GetProperty("scenarios").EnumerateArray()
        .SelectMany(scenario => scenario.GetProperty("steps").EnumerateArray())
        .First(step => step.GetProperty("name").GetString() == name);
}
