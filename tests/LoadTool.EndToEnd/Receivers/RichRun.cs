using System.Text.Json;
using LoadTool.EndToEnd.Run;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Outputs;
using LoadTool.Outputs.Catalog;
using LoadTool.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool.EndToEnd.Receivers;

/// <summary>A short run in which most figures occur, under names that every format has to escape; and its summary.json.</summary>
internal sealed class RichRun : IDisposable
{
    internal const string ScenarioName = "chat, \"loud\"=1";
    internal const string StepName = "say 'hi'\nagain\\ Ü";
    internal const string TagValue = "<b>a, b=c</b> \\";
    internal const string TestId = "night's \"run\", 7";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly string _folder = Directory.CreateTempSubdirectory("loadtool-").FullName;

    private RichRun()
    {
    }

    internal RunResult Result { get; private set; } = null!;

    internal JsonElement Summary { get; private set; }

    /// <param name="output">As it stands behind <c>--out</c>.</param>
    /// <param name="settings">Settings by <c>output.setting</c>; testid is set unless there is one.</param>
    internal static Task<RichRun> ToAsync(string output, params (string Name, string Value)[] settings) => ToAsync(TimeSpan.FromMilliseconds(200), output, settings);

    /// <inheritdoc cref="ToAsync(string, ValueTuple{string, string}[])"/>
    internal static async Task<RichRun> ToAsync(TimeSpan interval, string output, params (string Name, string Value)[] settings)
    {
        RichRun run = new();
        await using LoopHost server = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        Dictionary<string, string> all = settings.ToDictionary(setting => setting.Name, setting => setting.Value);
        all.TryAdd($"{output.Split('=')[0]}.testid", TestId);
        IReadOnlyList<IOutput> outputs = OutputCatalog.Create([output], all, run._folder);
        using FilesOutput files = FilesOutput.Create(run._folder);
        try
        {
            RunOptions options = Lab.Options with
            {
                Target = server.Uri("/echo"),
                Interval = interval,
                Tags = new Dictionary<string, string> { ["region"] = "eu, \"west\"" },
            };
            run.Result = await new LoadRun("rich", [Scenario()], options, [.. outputs, files], TimeProvider.System).RunAsync(CancellationToken.None).WaitAsync(Limit);
        }
        finally
        {
            foreach (IDisposable made in outputs.OfType<IDisposable>())
                made.Dispose();
        }

        run.Summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(run._folder, "summary.json"))).RootElement;
        Assert.Empty(run.Result.OutputErrors);
        Assert.All(run.Result.Steps, step => Assert.NotEqual(0, step.OkCount));
        return run;
    }

    /// <summary>The scenario's only step but <c>connect</c>, as summary.json has it.</summary>
    internal JsonElement Step => Summary.GetProperty("scenarios")[0].GetProperty("steps").EnumerateArray().Single(step => step.GetProperty("name").GetString() == StepName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Scenario Scenario()
    {
        Payload hello = Payload.Text(bytes: 64);
        CounterMetric orders = Metric.CreateCounter("orders, \"big\"", unit: "pieces");
        GaugeMetric queue = Metric.CreateGauge("queue length");
        HistogramMetric basket = Metric.CreateHistogram("basket=", unit: "EUR");
        return LoadTool.Scenario.Create(ScenarioName, async user =>
        {
            using MessageWebSocket socket = new();
            socket.Control.MessageType = SocketMessageType.Utf8;
            await LoadTool.Step.Run("connect", user, () => socket.ConnectAsync(user.Target));
            await foreach (Turn turn in user.Pace(perSecond: 50))
            {
                using StepScope step = LoadTool.Step.Begin(StepName, user, turn);
                step.Tag("room", user.Number % 2 == 0 ? "lobby" : TagValue);
                await socket.SendAsync(hello);
                ReceivedMessage answer = await socket.ReceiveAsync();
                step.Check("answer, is long?", turn.Number % 3 == 0);
                orders.Add(3);
                queue.Set(user.Number - 1.5);
                basket.Record(turn.Number * 7);
                if (turn.Number % 10 == 9)
                    step.Fail("busy, \"very\"", "come back");
                else
                    step.Ok(answer);
            }
        })
        .WithLoadSimulations(Simulation.KeepConstant(copies: 4, during: TimeSpan.FromSeconds(1.5)))
        .WithThresholds("iterations: count > 1000", "errors: rate < 50%");
    }
}
