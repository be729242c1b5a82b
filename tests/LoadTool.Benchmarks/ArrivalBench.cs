using System.Globalization;

namespace LoadTool.Benchmarks;

/// <summary>
/// How late the arrivals of open load simulations start on one loop, when an iteration does nothing, and what each costs. Tiered compilation
/// is best off, as in the tool: <c>DOTNET_TieredCompilation=0</c>.
/// </summary>
internal static class ArrivalBench
{
    private const int DefaultPerSecond = 100_000;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan During = TimeSpan.FromSeconds(5);

    /// <param name="arguments">Arrivals per second, 100,000 when not given.</param>
    /// <returns>The exit code: 0 when every arrival of every simulation started.</returns>
    internal static async Task<int> RunAsync(string[] arguments)
    {
        int rate = arguments is [string text] ? int.Parse(text, CultureInfo.InvariantCulture) : DefaultPerSecond;
        (string Name, LoadSimulation Simulation)[] rows =
        [
            ("Inject", Simulation.Inject(rate, Second, During)),
            ("RampingInject", Simulation.RampingInject(2 * rate, Second, During)),
            ("InjectRandom", Simulation.InjectRandom(rate / 2, rate + rate / 2, Second, During)),
            ("InjectPoisson", Simulation.InjectPoisson(rate, Second, During)),
        ];
        Console.WriteLine("simulation       arrivals  late p50 us  late p99 us  late max us  CPU us  bytes  (each)");
        bool isComplete = true;
        foreach ((string name, LoadSimulation simulation) in rows)
            isComplete &= await RunAsync(name, simulation);
        return isComplete ? 0 : 1;
    }

    /// <summary>The 99th percentile of lateness at the default even rate, in microseconds.</summary>
    /// <exception cref="InvalidOperationException">Not every arrival started.</exception>
    internal static async Task<double> LatenessAsync()
    {
        (RunResult result, long planned) = await MeasureAsync("Inject", Simulation.Inject(DefaultPerSecond, Second, During));
        return result.Iterations[0].OkCount == planned
            ? result.Iterations[0].Latency.ValueAtPercentile(99) / 1000.0
            : throw new InvalidOperationException($"{result.Iterations[0].OkCount} of {planned} arrivals started.");
    }

    private static async Task<(RunResult Result, long Planned)> MeasureAsync(string name, LoadSimulation simulation)
    {
        Scenario scenario = Scenario.Create(name, _ => Task.CompletedTask).WithLoadSimulations(simulation).WithWarmUpDuration(Second);
        RunOptions options = new() { Target = new Uri("ws://127.0.0.1:9/"), Seed = 1, Interval = TimeSpan.FromMinutes(1) };
        RunResult result = await new LoadRun("arrivals", [scenario], options, [], TimeProvider.System).RunAsync(CancellationToken.None);
        return (result, Planned(LoadPlan.Of(scenario, [scenario], options.Seed)[0]));
    }

    private static async Task<bool> RunAsync(string name, LoadSimulation simulation)
    {
        (RunResult result, long planned) = await MeasureAsync(name, simulation);
        StepFigures iterations = result.Iterations[0];
        double cpu = (result.MeasuredCost.CpuUser + result.MeasuredCost.CpuSystem).TotalMicroseconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-15}{iterations.OkCount,10}{Late(50),13:0.0}{Late(99),13:0.0}{iterations.Latency.Max / 1000.0,13:0.0}{cpu / planned,8:0.00}{(double)result.MeasuredCost.AllocatedBytes / planned,7:0.0}"));
        return iterations.OkCount == planned;

        double Late(double percentile) => iterations.Latency.ValueAtPercentile(percentile) / 1000.0;
    }

    private static long Planned(LoadSimulation simulation)
    {
        long count = 0;
        for (long number = 0; number < simulation.Arrivals; number = simulation.Next(number, sharers: 1))
            count += simulation.DueAt(number) is null ? 0 : 1;
        return count;
    }
}
