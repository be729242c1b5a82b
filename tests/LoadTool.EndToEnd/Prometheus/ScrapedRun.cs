using System.Globalization;
using LoadTool.EndToEnd.Programs;
using LoadTool.EndToEnd.Run;

namespace LoadTool.EndToEnd.Prometheus;

/// <summary>A run, and a Prometheus that was there before it and scrapes it from its first second on.</summary>
internal sealed class ScrapedRun : IAsyncDisposable
{
    /// <summary>Prometheus has to know the port before the run has it; somebody else may take it in between.</summary>
    private const int Attempts = 5;

    private readonly BackgroundProgram _run;

    private ScrapedRun(BackgroundProgram run, PrometheusServer prometheus) => (_run, Prometheus) = (run, prometheus);

    internal PrometheusServer Prometheus { get; }

    /// <summary>What the run printed so far.</summary>
    internal string Printed => _run.Printed;

    /// <param name="folder">Where both work.</param>
    /// <param name="arguments">What the run is told beside where it is scraped.</param>
    internal static async Task<ScrapedRun> StartAsync(WorkFolder folder, params string[] arguments)
    {
        folder.Write("full.csx", FullRun.Script);
        for (int attempt = 1; ; attempt++)
        {
            string address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{BackgroundProgram.FreePort()}");
            PrometheusServer prometheus = await PrometheusServer.StartAsync(folder, address);
            BackgroundProgram program = BackgroundProgram.Start(
                "dotnet", [Tool.Assembly, "run", "full.csx", "--quiet", "--results", "out", "--seed", "1", "--out", $"prometheus={address}", .. arguments], folder.Root);
            ScrapedRun run = new(program, prometheus);
            await program.UntilAsync(() => Task.FromResult(run.Printed.Contains("metrics for Prometheus", StringComparison.Ordinal) || run.Printed.Contains("cannot listen on", StringComparison.Ordinal)));
            if (attempt == Attempts || !run.Printed.Contains("cannot listen on", StringComparison.Ordinal))
                return run;
            await run.DisposeAsync();
        }
    }

    /// <summary>Waits until results are written, and the last scrape has been.</summary>
    internal Task EndAsync() => Prometheus.UntilAsync(
        async () => Printed.Contains("results in", StringComparison.Ordinal) && (await Prometheus.QueryAsync("last_over_time(loadtool_run_trust[10m])")).Count > 0);

    public async ValueTask DisposeAsync()
    {
        await _run.DisposeAsync();
        await Prometheus.DisposeAsync();
    }
}
