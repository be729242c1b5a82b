using LoadTool.Sockets;

namespace LoadTool.Testing;

/// <summary>
/// Runs scenarios on a virtual clock and a made-up network, for tests: an hour of load takes seconds, no socket is opened, and the same seed gives the same
/// run, figure for figure. Handling takes no time there, so that latency is the network's and the server's alone.
/// </summary>
/// <remarks>
/// Everything happens on the calling thread. What a scenario awaits has to stay inside: sockets (<c>ws://</c> to any name; TLS is not simulated),
/// <see cref="VirtualUser.Delay"/>, <see cref="VirtualUser.Pace"/>. Whatever takes real time (<c>Task.Delay</c>, <c>Task.Run</c>, <c>HttpClient</c>, files read
/// asynchronously) is found out and ends the test with an exception.
/// </remarks>
/// <example>
/// <code>
/// [Fact]
/// public void Echo_takes_one_round_trip()
/// {
///     Scenario echo = Scenario.Create("echo", EchoOnceAsync).WithLoadSimulations(Simulation.Inject(10, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)));
///
///     RunResult result = ScenarioTest.Run(echo, network => network.Delay(TimeSpan.FromMilliseconds(5)).Echo(), seed: 1);
///
///     Assert.Equal(36_000, result.Steps[0].OkCount);
///     Assert.Equal(10, result.Steps[0].Latency.ValueAtPercentile(99) / 1e6, tolerance: 0.01);
/// }
/// </code>
/// </example>
public static class ScenarioTest
{
    /// <summary>What <see cref="VirtualUser.Target"/> is unless the options say otherwise. Any other URI serves as well.</summary>
    public static Uri Target { get; } = new("ws://simulated.test/");

    /// <summary>Runs one scenario to its end.</summary>
    /// <param name="scenario">The scenario, with its load simulations.</param>
    /// <param name="network">Says what network and servers are like; null for a quick network on which everybody echoes.</param>
    /// <param name="seed">Of all chance: the network's and the users'.</param>
    /// <returns>The result.</returns>
    /// <inheritdoc cref="Run(IReadOnlyList{Scenario}, Action{TestNetwork}?, RunOptions, IReadOnlyList{IOutput})" path="/exception"/>
    public static RunResult Run(Scenario scenario, Action<TestNetwork>? network = null, long seed = 0) =>
        Run([scenario], network, new RunOptions { Target = Target, Seed = seed });

    /// <summary>Runs scenarios together to their end.</summary>
    /// <param name="scenarios">At least one, each with its load simulations.</param>
    /// <param name="network">Says what network and servers are like; null for a quick network on which everybody echoes.</param>
    /// <param name="options">As of any run; the engine is not used. <see cref="RunOptions.Seed"/> is the network's too.</param>
    /// <param name="outputs">Where results go.</param>
    /// <returns>The result, which the outputs have been given too.</returns>
    /// <exception cref="ArgumentException">The scenarios cannot be run as they are. The message says which, and why.</exception>
    /// <exception cref="ScenarioException">A scenario's init failed.</exception>
    /// <exception cref="InvalidOperationException">Users await something outside of the simulation, or go round without ever waiting; or the test's own server threw.</exception>
    public static RunResult Run(IReadOnlyList<Scenario> scenarios, Action<TestNetwork>? network, RunOptions options, params IReadOnlyList<IOutput> outputs)
    {
        SimulatedWorld world = new(options.Seed, string.Join(", ", scenarios.Select(scenario => $"scenario \"{scenario.Name}\" ({Path.GetFileName(scenario.Place.File)}:{scenario.Place.Line})")));
        TestNetwork wanted = new();
        network?.Invoke(wanted);
        SimulatedLoop servers = world.AddLoop("servers");
        Exception? serverError = null;
        servers.UnhandledException += error => serverError ??= error;
        wanted.Apply(world.Network, servers);
        LoadRun run = new(scenarios[0].Name, scenarios, options, outputs, world.Clock) { MakeLoop = index => world.AddLoop($"loop {index}") };
        RunResult result;
        try
        {
            result = world.Run(() => run.RunAsync(CancellationToken.None));
        }
        finally
        {
            servers.Dispose();
            RunLoop.Current = null;
        }

        if (serverError is not null)
            throw new InvalidOperationException($"The test's server threw {serverError.GetType().Name}: {serverError.Message}", serverError);
        return run.UsersLeft == 0
            ? result
            : throw world.Mistake($"{run.UsersLeft} users never ended, because they await something outside of the simulation", SimulatedWorld.WaitInside);
    }
}
