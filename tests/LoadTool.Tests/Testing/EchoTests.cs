using LoadTool.Testing;
using Windows.Networking.Sockets;

namespace LoadTool.Tests.Testing;

/// <summary>What a user writes to test a scenario, as the documentation of <see cref="ScenarioTest"/> shows it.</summary>
public sealed class EchoTests
{
    private static readonly Payload Hello = Payload.Text(bytes: 64);

    [Fact]
    public void Echo_takes_one_round_trip()
    {
        Scenario echo = Scenario.Create("echo", async user =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(user.Target);
            using StepScope step = Step.Begin("echo", user);
            await socket.SendAsync(Hello);
            step.Ok(await socket.ReceiveAsync());
        }).WithLoadSimulations(Simulation.Inject(10, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)));

        RunResult result = ScenarioTest.Run(echo, network => network.Delay(TimeSpan.FromMilliseconds(5)).Echo(), seed: 1);

        Assert.Equal(36_000, result.Steps[0].OkCount);
        Assert.Equal(10, result.Steps[0].Latency.ValueAtPercentile(99) / 1e6, tolerance: 0.01);
    }
}
