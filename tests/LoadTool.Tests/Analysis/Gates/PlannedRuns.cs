using LoadTool.Analysis.Histories;
using LoadTool.Analysis.Runs;
using LoadTool.Tests.Outputs;

namespace LoadTool.Tests.Analysis.Gates;

/// <summary>Digests with exactly the figures that a test asks for.</summary>
internal static class PlannedRuns
{
    internal static readonly FigureName P99 = new("echo", FigureKind.Latency, 99);
    internal static readonly FigureName Rate = new("echo", FigureKind.Rate);
    internal static readonly FigureName Errors = new("echo", FigureKind.Errors);

    private static readonly RunSetup Setup = new(
        "chat", 7, "chat.csx", "abcdef0123456789", "", "chat: 5 users for 1m00s", new Dictionary<string, string> { ["engine"] = "epoll", ["loops"] = "2" });

    internal static RunDigest Planned(int number, params DigestFigure[] figures) =>
        new($"run{number}", PlantedRun.StartedAt + TimeSpan.FromDays(number), Setup with { Seed = number }, Doubt: null, Note: null, figures);

    internal static DigestFigure Latency(double seconds, long samples = 100_000) => new(P99, seconds, samples, OpenVariance.OfResolution, IsOfStep: true);

    internal static DigestFigure Throughput(double perSecond) => new(Rate, perSecond, 100_000, OpenVariance.OfRate(100_000), IsOfStep: true);

    internal static DigestFigure Failures(long failed, long attempts) => new(Errors, (double)failed / attempts, attempts, OpenVariance.OfShare([(failed, attempts)]), IsOfStep: true);

    /// <summary>Runs with one latency each.</summary>
    internal static RunDigest[] Latencies(int from, params double[] milliseconds) => [.. milliseconds.Select((value, index) => Planned(from + index, Latency(value / 1000)))];
}
