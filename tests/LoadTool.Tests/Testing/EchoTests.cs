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

    /// <summary>The README's.</summary>
    [Fact]
    public void A_second_of_silence_is_in_the_latency()
    {
        RunResult result = ScenarioTest.Run(
            Echo().WithLoadSimulations(Simulation.KeepConstant(100, TimeSpan.FromHours(1))),
            network => network.Delay(TimeSpan.FromMilliseconds(5)).Stall(from: TimeSpan.FromMinutes(10), during: TimeSpan.FromSeconds(1)),
            seed: 1);

        Assert.Empty(result.Failures);
        Assert.InRange(result.Steps.Single(step => step.Step == "echo").Latency.Max, 0.9e9, 1.1e9);
    }

    private static Scenario Echo() => Scenario.Create("echo", async user =>
    {
        using MessageWebSocket socket = new();
        await socket.ConnectAsync(user.Target);
        await foreach (Turn turn in user.Pace(perSecond: 0.5))
        {
            using StepScope step = Step.Begin("echo", user, turn);
            await socket.SendAsync(Hello);
            step.Ok(await socket.ReceiveAsync());
        }
    });
}
