using LoadTool.Outputs;
using LoadTool.Testing;
using LoadTool.Tests.Outputs;
using Windows.Networking.Sockets;

namespace LoadTool.Tests.Testing;

/// <summary>Whole runs on a virtual clock: their length, and that a seed decides everything.</summary>
public sealed class VirtualHourTests : IDisposable
{
    private static readonly Payload Hello = Payload.Text(bytes: 64);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_hour_of_two_hundred_arrivals_a_second_beside_a_hundred_users_is_run_to_its_last_message()
    {
        RunResult result = ScenarioTest.Run([Arrivals(200, Hour), Users(100, Hour)], network: null, new RunOptions { Target = ScenarioTest.Target, Interval = 10 * Second });

        Assert.InRange(result.Length, Hour, Hour + Second);
        Assert.Equal(200 * 3600, result.Steps.Single(step => step.Scenario == "arrivals").OkCount);
        Assert.InRange(result.Steps.Single(step => step.Scenario == "users").OkCount, 100 * 3599, 100 * 3601);
        Assert.Empty(result.Failures);
        Assert.Equal(0, result.ConnectionsAtEnd);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_does_not(int loops)
    {
        string first = LogOf(loops, seed: 1);
        string second = LogOf(loops, seed: 1);
        string other = LogOf(loops, seed: 2);

        Assert.Contains("arrivals.echo", first);
        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
    }

    private string LogOf(int loops, long seed)
    {
        using FilesOutput files = FilesOutput.Create(_folder.Path);
        RunOptions options = new() { Target = ScenarioTest.Target, Seed = seed, Loops = loops };
        ScenarioTest.Run(
            [Arrivals(20, 60 * Second), Users(10, 60 * Second)],
            network => network.Delay(TimeSpan.FromMilliseconds(2), jitter: TimeSpan.FromMilliseconds(3)).Split(40).Stall(20 * Second, Second).Reset(0.001).LoseConnects(0.01),
            options,
            files);
        return File.ReadAllText(_folder.File("run.hlog"));
    }

    private static Scenario Arrivals(int perSecond, TimeSpan during) => Scenario.Create("arrivals", async user =>
    {
        using MessageWebSocket socket = new();
        await socket.ConnectAsync(user.Target);
        await EchoAsync(socket, Step.Begin("echo", user));
    }).WithLoadSimulations(Simulation.InjectRandom(perSecond, perSecond, Second, during));

    private static Scenario Users(int count, TimeSpan during) => Scenario.Create("users", async user =>
    {
        using MessageWebSocket socket = new();
        await socket.ConnectAsync(user.Target);
        await foreach (Turn turn in user.Pace(perSecond: 1))
            await EchoAsync(socket, Step.Begin("echo", user, turn));
    }).WithLoadSimulations(Simulation.KeepConstant(count, during));

    private static async ValueTask EchoAsync(MessageWebSocket socket, StepScope begun)
    {
        using StepScope step = begun;
        await socket.SendAsync(Hello);
        step.Ok(await socket.ReceiveAsync());
    }
}
