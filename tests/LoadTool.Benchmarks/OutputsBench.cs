using System.Globalization;
using LoadTool.Metrics;
using LoadTool.Outputs;
using LoadTool.Outputs.Catalog;

namespace LoadTool.Benchmarks;

/// <summary>
/// What snapshots and outputs cost beside the loops: one loop, 50 steps that bear 20 values of a tag each, once without snapshots, once with a snapshot per second
/// and no output, then with outputs. The cost is the processor time of the process without that of its loop.
/// </summary>
internal static class OutputsBench
{
    private const int Steps = 50;
    private const int TagValues = 20;
    private const int Users = 10;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);

    /// <param name="arguments">Seconds of each run, 15 when not given; then outputs as <c>--out</c> takes them.</param>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(string[] arguments)
    {
        TimeSpan length = TimeSpan.FromSeconds(arguments is [string text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : 15);
        string folder = Directory.CreateTempSubdirectory("loadtool-outputs-").FullName;
        Console.WriteLine("run                            cost of a core    allocated beside the loop    lag p99    lag max     RSS");
        await ShowAsync("warm", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), []);
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
        RunResult result = await new LoadRun("outputs", [Scenario(length)], options, outputs, TimeProvider.System).RunAsync(CancellationToken.None);
        TimeSpan loops = TimeSpan.FromTicks(result.Trust!.Figures.Loops.Sum(loop => loop.Cpu!.Value.Ticks));
        long loopsAllocated = result.Trust.Figures.Loops.Sum(loop => loop.AllocatedBytes);
        TimeSpan beside = result.MeasuredCost.CpuUser + result.MeasuredCost.CpuSystem - loops;
        Histogram lag = result.Trust.Figures.Lag;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-30} {beside / result.Length,14:0.00%} {(result.MeasuredCost.AllocatedBytes - loopsAllocated) / result.Length.TotalSeconds / 1e6,21:0.00} MB/s {lag.ValueAtPercentile(99) / 1e6,10:0.000} {lag.Max / 1e6,10:0.00} ms {result.MeasuredCost.MaxRssBytes / 1e6,6:0} MB"));
    }

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
