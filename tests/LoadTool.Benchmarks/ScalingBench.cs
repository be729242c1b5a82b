using System.Globalization;
using LoadTool.Sockets;
using LoadTool.Testing;
using Windows.Networking.Sockets;

namespace LoadTool.Benchmarks;

/// <summary>
/// What two event loops carry, held against one: echoes over networks of memory, one per loop with its servers on the same thread, so that neither the
/// kernel nor a target is the limit and what loops share would show. The ratio of what passed needs two free cores; that of what passed per second of
/// processor time, times two, tells the same on a busy machine. Tiered compilation is best off, as in the tool:
/// <c>DOTNET_TieredCompilation=0</c>.
/// </summary>
internal static class ScalingBench
{
    private const int UsersPerLoop = 100;
    private const int DefaultRounds = 5;

    private static readonly TimeSpan During = TimeSpan.FromSeconds(3);

    /// <param name="arguments">Rounds, 5 when not given.</param>
    /// <returns>The exit code, 0.</returns>
    /// <exception cref="InvalidOperationException">An echo failed.</exception>
    internal static async Task<int> RunAsync(string[] arguments)
    {
        int rounds = arguments is [string text] ? int.Parse(text, CultureInfo.InvariantCulture) : DefaultRounds;
        List<double> ratios = [];
        List<double> ratiosByProcessor = [];
        Console.WriteLine("round   one loop RT/s   two loops RT/s   ratio   one loop RT/cpu-s   two loops RT/cpu-s   ratio");
        for (int round = 1; round <= rounds; round++)
        {
            (double one, double oneByProcessor) = await MeasureAsync(loops: 1);
            (double two, double twoByProcessor) = await MeasureAsync(loops: 2);
            ratios.Add(two / one);
            ratiosByProcessor.Add(2 * twoByProcessor / oneByProcessor);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{round,5}{one,16:n0}{two,17:n0}{ratios[^1],8:0.00}{oneByProcessor,20:n0}{twoByProcessor,21:n0}{ratiosByProcessor[^1],8:0.00}"));
        }

        Console.WriteLine($"median ratio {Spread(ratios)}; by processor time {Spread(ratiosByProcessor)}");
        return 0;
    }

    /// <summary>What two loops carried, held against one, once.</summary>
    internal static async Task<double> RatioAsync()
    {
        (double one, _) = await MeasureAsync(loops: 1);
        (double two, _) = await MeasureAsync(loops: 2);
        return two / one;
    }

    private static string Spread(List<double> ratios)
    {
        ratios.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"{ratios[ratios.Count / 2]:0.00}, from {ratios[0]:0.00} to {ratios[^1]:0.00}");
    }

    /// <summary>Round trips per second, and per second of processor time.</summary>
    private static async Task<(double BySecond, double ByProcessorSecond)> MeasureAsync(int loops)
    {
        Payload hello = Payload.Text(bytes: 64);
        Scenario echo = Scenario.Create("echo", async user =>
        {
            using MessageWebSocket socket = new();
            await socket.ConnectAsync(user.Target);
            while (!user.Stopping)
            {
                using StepScope step = Step.Begin("echo", user);
                await socket.SendAsync(hello);
                step.Ok(await socket.ReceiveAsync());
            }
        }).WithLoadSimulations(Simulation.KeepConstant(UsersPerLoop * loops, During)).WithWarmUpDuration(TimeSpan.FromSeconds(1));
        RunOptions options = new() { Target = ScenarioTest.Target, Loops = loops, Seed = 1 };
        RunResult result = await new LoadRun("scaling", [echo], options, [], TimeProvider.System) { MakeLoop = MakeLoop }.RunAsync(CancellationToken.None);
        if (result.Failures.Count > 0)
            throw new InvalidOperationException($"Echoes failed: {result.Failures[0].Key}.");
        long echoes = result.Steps[0].OkCount;
        return (echoes / During.TotalSeconds, echoes / (result.MeasuredCost.CpuUser + result.MeasuredCost.CpuSystem).TotalSeconds);
    }

    private static SimulatedLoop MakeLoop(int index)
    {
        SimulatedNetwork network = new((ulong)index) { Rules = new SimulatedRules { Delay = 0 } };
        SimulatedLoop loop = new(TimeProvider.System, $"loop {index}", network);
        network.ListenEverywhere(loop, TestServer.Echo(TimeSpan.Zero));
        return loop;
    }
}
