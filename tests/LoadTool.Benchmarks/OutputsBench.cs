using System.Globalization;
using LoadTool.Metrics;
using LoadTool.Outputs;
using LoadTool.Outputs.Catalog;

namespace LoadTool.Benchmarks;

/// <summary>
/// What snapshots and outputs cost beside the loops: one loop, 50 steps that bear 20 values of a tag each, once without snapshots, once with a snapshot per second
/// and no output, then with outputs. The cost is the processor time of all threads but the loop's, from when the run has settled: what is paid once (code compiled, histograms made) is not in it.
/// Run it with DOTNET_TieredCompilation=0, as the tool itself runs, or the compiler's thread is counted.
/// </summary>
internal static class OutputsBench
{
    private const int Steps = 50;
    private const int TagValues = 20;
    private const int Users = 10;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    /// <param name="arguments">Seconds of each run after it has settled, 20 when not given; then outputs as <c>--out</c> takes them.</param>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(string[] arguments)
    {
        TimeSpan length = TimeSpan.FromSeconds(arguments is [string text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : 20);
        string folder = Directory.CreateTempSubdirectory("loadtool-outputs-").FullName;
        Console.WriteLine("run                            cost of a core    allocated    lag p99    lag max     RSS");
        await ShowAsync("no snapshots", length, TimeSpan.FromDays(1), []);
        await ShowAsync("snapshots, no output", length, TimeSpan.FromSeconds(1), []);
        using (FilesOutput files = FilesOutput.Create(folder))
            await ShowAsync("files", length, TimeSpan.FromSeconds(1), [files]);
        foreach (string output in arguments.Skip(1))
            await ShowAsync(output, length, TimeSpan.FromSeconds(1), OutputCatalog.Create([output], new Dictionary<string, string>(), folder));
        Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static async Task ShowAsync(string name, TimeSpan length, TimeSpan interval, IReadOnlyList<IOutput> outputs)
    {
        RunOptions options = new() { Target = new Uri("ws://127.0.0.1:9/"), Loops = 1, Seed = 1, Interval = interval };
        Task<RunResult> run = new LoadRun("outputs", [Scenario(Settling + length + TimeSpan.FromSeconds(1))], options, outputs, TimeProvider.System).RunAsync(CancellationToken.None);
        await Task.Delay(Settling, TimeProvider.System);
        (double cpuBefore, long allocatedBefore, long startedAt) = (CpuBesideLoops(), GC.GetTotalAllocatedBytes(), TimeProvider.System.GetTimestamp());
        await Task.Delay(length, TimeProvider.System);
        TimeSpan measured = TimeProvider.System.GetElapsedTime(startedAt);
        double cost = (CpuBesideLoops() - cpuBefore) / measured.TotalSeconds, allocated = (GC.GetTotalAllocatedBytes() - allocatedBefore) / 1e6 / measured.TotalSeconds;
        RunResult result = await run;
        Histogram lag = result.Trust!.Figures.Lag;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-30} {cost,14:0.00%} {allocated,7:0.00} MB/s {lag.ValueAtPercentile(99) / 1e6,7:0.000} {lag.Max / 1e6,7:0.00} ms {result.MeasuredCost.MaxRssBytes / 1e6,6:0} MB"));
    }

    /// <summary>Processor time of this process without that of its event loop, seconds; Linux only.</summary>
    private static double CpuBesideLoops() => Environment.CpuUsage.TotalTime.TotalSeconds - Directory.GetDirectories("/proc/self/task")
        .Where(thread => File.ReadAllText(Path.Combine(thread, "comm")).StartsWith("loop", StringComparison.Ordinal))
        .Sum(thread => long.Parse(File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture) / 1e9);

    private static Scenario Scenario(TimeSpan length)
    {
        string[] steps = [.. Enumerable.Range(0, Steps).Select(step => $"step {step}")];
        string[] values = [.. Enumerable.Range(0, TagValues).Select(value => $"value {value}")];
        return LoadTool.Scenario.Create("wide", async user =>
        {
            await foreach (Turn turn in user.Pace(perSecond: 1 / Turn.TotalSeconds))
            {
                foreach (string name in steps)
                {
                    foreach (string value in values)
                    {
                        using StepScope step = Step.Begin(name, user, turn);
                        step.Tag("tag", value);
                        step.Ok();
                    }
                }
            }
        }).WithLoadSimulations(Simulation.KeepConstant(Users, length));
    }
}
