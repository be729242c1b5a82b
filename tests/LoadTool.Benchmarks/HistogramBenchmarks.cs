using BenchmarkDotNet.Attributes;
using LoadTool.Metrics;

namespace LoadTool.Benchmarks;

/// <summary>What counting one latency costs: a few nanoseconds and no byte.</summary>
[MemoryDiagnoser]
public class HistogramBenchmarks
{
    internal const int Latencies = 10_000;

    private readonly Histogram _histogram = new(lowestDiscernibleValue: 1, highestTrackableValue: 3_600_000_000_000, significantDigits: 3);
    private readonly Recorder _recorder = new(lowestDiscernibleValue: 1, highestTrackableValue: 3_600_000_000_000, significantDigits: 3);
    private readonly long[] _nanoseconds = [.. HeavyTailed(seed: 1).Take(Latencies)];

    [Benchmark(OperationsPerInvoke = Latencies)]
    public void RecordValue()
    {
        foreach (long value in _nanoseconds)
            _histogram.RecordValue(value);
    }

    [Benchmark(OperationsPerInvoke = Latencies)]
    public void Record()
    {
        foreach (long value in _nanoseconds)
            _recorder.Record(value);
    }

    /// <summary>Round trips of about 50 µs on a normal day, one in a hundred far slower.</summary>
    private static IEnumerable<long> HeavyTailed(int seed)
    {
        Random random = new(seed);
        while (true)
        {
            double usual = 30_000 + (-20_000 * Math.Log(1 - random.NextDouble()));
            yield return (long)(random.Next(100) == 0 ? usual * Math.Pow(10, 3 * random.NextDouble()) : usual);
        }
    }
}
