using LoadTool.Testing;
using Windows.Networking.Sockets;

namespace LoadTool.Tests.Testing;

/// <summary>What cannot be simulated ends with a sentence that says so, and never with a test that hangs or figures that differ.</summary>
public sealed class OutsideTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_wait_that_takes_real_time_is_named()
    {
        string message = MistakeOf(async _ => await Task.Delay(TimeSpan.FromHours(1), TimeProvider.System));

        Assert.StartsWith("Simulating scenario \"wrong\" (OutsideTests.cs:", message);
        Assert.Contains("3 users never ended", message);
        Assert.Contains("Await sockets, user.Delay and user.Pace only", message);
    }

    [Fact]
    public void Work_that_comes_back_from_another_thread_is_named()
    {
        string message = MistakeOf(_ =>
        {
            SynchronizationContext loop = SynchronizationContext.Current!;
            Thread thread = new(() => loop.Post(_ => { }, null));
            thread.Start();
            thread.Join();
            return Task.CompletedTask;
        });

        Assert.Contains("came back on another thread. Await sockets, user.Delay and user.Pace only", message);
    }

    [Fact]
    public void A_user_that_never_waits_stops_the_time_and_is_named()
    {
        string message = MistakeOf(_ => Task.CompletedTask);

        Assert.Contains("time stands still, because something runs again and again without ever waiting. Let it await user.Delay", message);
    }

    [Fact]
    public void An_init_that_awaits_the_world_outside_is_named()
    {
        Scenario scenario = Scenario.Create("wrong", user => user.Delay(Second).AsTask())
            .WithInit(_ => new TaskCompletionSource().Task)
            .WithLoadSimulations(Simulation.KeepConstant(1, Second));

        Assert.Contains("nothing is left to do, and yet it has not ended", Assert.Throws<InvalidOperationException>(() => ScenarioTest.Run(scenario)).Message);
    }

    [Fact]
    public void TLS_is_refused_in_so_many_words()
    {
        Scenario scenario = Scenario.Create("secure", async _ =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(new Uri("wss://simulated.test/"));
        }).WithLoadSimulations(Simulation.Inject(1, Second, Second));

        Assert.Contains("carries no TLS: connect to ws://", Assert.Single(ScenarioTest.Run(scenario).Failures).Key.Detail);
    }

    [Fact]
    public void An_answer_that_throws_is_the_test_s_own_failure()
    {
        Scenario scenario = Scenario.Create("asks", async user =>
        {
            using MessageWebSocket socket = new();
            socket.Control.MessageType = SocketMessageType.Utf8;
            await socket.ConnectAsync(user.Target);
            await socket.SendAsync(Payload.Text("question"));
        }).WithLoadSimulations(Simulation.Inject(1, Second, Second));

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => ScenarioTest.Run(scenario, network => network.Reply(_ => throw new FormatException("no such question"))));

        Assert.Equal("The test's server threw FormatException: no such question", error.Message);
    }

    [Fact]
    public void Rules_that_make_no_sense_are_refused()
    {
        TestNetwork network = new();
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Delay(-Second));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Delay(Second, -Second));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Split(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Stall(-Second, Second));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Reset(1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.ResetAfter(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.LoseConnects(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.LoseAll(-Second));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Echo(-Second));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.RefuseUpgrade(101));
    }

    /// <summary>Three users of a scenario for a second.</summary>
    private static string MistakeOf(Func<VirtualUser, Task> iteration) => Assert.Throws<InvalidOperationException>(
        () => ScenarioTest.Run(Scenario.Create("wrong", iteration).WithLoadSimulations(Simulation.KeepConstant(3, Second)))).Message;
}
