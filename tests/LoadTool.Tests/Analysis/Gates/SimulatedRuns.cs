using LoadTool.Analysis.Histories;
using LoadTool.Analysis.Runs;
using LoadTool.Metrics;
using LoadTool.Tests.Outputs;
using MathNet.Numerics.Distributions;

namespace LoadTool.Tests.Analysis.Gates;

/// <summary>
/// Runs as servers make them: each latency depends on the one before it (an autoregressive log-normal), the server stalls now and then, errors come in bursts, and runs differ from one another by more than chance
/// would let them. Two steps, twelve figures.
/// </summary>
internal sealed class SimulatedRuns
{
    /// <summary>Standard deviation of a run's own level, as a share.</summary>
    internal const double RunScatter = 0.01;

    /// <summary>How many latencies a short stall lasts.</summary>
    internal const int UsualStall = 30;

    private const int Seconds = 60;
    private const int PerSecond = 1_000;
    private const double Memory = 0.9;
    private const double Width = 0.35;
    private const double UsualStalls = 3;
    private const double ErrorBurstsPerRun = 0.3;

    private readonly RunDigest[] _pool;

    /// <param name="seed">The same seed, the same runs.</param>
    /// <param name="runs">How many.</param>
    /// <param name="tail">What latencies of step echo above their 95th percentile are stretched by.</param>
    /// <param name="first">The number of the first run.</param>
    /// <param name="stall">How many latencies a stall lasts.</param>
    /// <param name="stallsPerRun">How many stalls a step of a run has, on average.</param>
    internal SimulatedRuns(int seed, int runs, double tail = 1, int first = 0, int stall = UsualStall, double stallsPerRun = UsualStalls) =>
        _pool = [.. Enumerable.Range(first, runs).Select(run => Digest(new SeededRandom(1_000_003L * seed + run), run, tail, (stall, stallsPerRun)))];

    /// <summary>What a figure scatters by from run to run: the standard deviation of its logarithm.</summary>
    internal double Scatter(FigureName name)
    {
        double[] logs = [.. _pool.Select(run => Math.Log(run.Find(name)!.Value.Value))];
        double mean = logs.Average();
        return Math.Sqrt(logs.Sum(log => (log - mean) * (log - mean)) / (logs.Length - 1));
    }

    /// <summary>Some of the runs, none twice.</summary>
    internal RunDigest[] Draw(SeededRandom random, int count)
    {
        for (int drawn = 0; drawn < count; drawn++)
        {
            int other = random.Next(drawn, _pool.Length);
            (_pool[drawn], _pool[other]) = (_pool[other], _pool[drawn]);
        }

        return _pool[..count];
    }

    private static RunDigest Digest(SeededRandom random, int run, double tail, (int Length, double PerRun) stall)
    {
        double level = Normal.Sample(random, 0, RunScatter);
        return new RunDigest(
            $"run{run}", PlantedRun.StartedAt + TimeSpan.FromDays(run), new RunSetup("chat", run, "chat.csx", "abc", "", "chat: 10 users", new Dictionary<string, string>()), Doubt: null, Note: null,
            [.. Figures(random, "connect", level, 1, stall), .. Figures(random, "echo", level, tail, stall)]);
    }

    private static IEnumerable<DigestFigure> Figures(SeededRandom random, string step, double level, double tail, (int Length, double PerRun) stall)
    {
        long[] values = Latencies(random, level, tail, stall);
        Histogram latency = new(lowestDiscernibleValue: 1, highestTrackableValue: 3_600_000_000_000, significantDigits: 3, autoResize: true);
        foreach (long one in values)
            latency.RecordValue(one);
        foreach (double percentile in new[] { 50, 95, 99, 99.9 })
        {
            double value = latency.ValueAtPercentile(percentile) / 1e9;
            yield return new DigestFigure(new FigureName(step, FigureKind.Latency, percentile), value, latency.TotalCount, OpenVariance.OfPercentile(latency, percentile), IsOfStep: true, BurstOf(latency, values, percentile));
        }

        (long Failed, long Attempts)[] errors = Errors(random);
        long failed = errors.Sum(second => second.Failed), attempts = errors.Sum(second => second.Attempts);
        yield return new DigestFigure(new FigureName(step, FigureKind.Rate), (attempts - failed) / (Seconds + random.NextDouble() / 10), attempts - failed, OpenVariance.OfRate(attempts - failed), IsOfStep: true);
        yield return new DigestFigure(new FigureName(step, FigureKind.Errors), (double)failed / attempts, attempts, OpenVariance.OfShare(errors), IsOfStep: true);
    }

    private static Burst BurstOf(Histogram latency, long[] values, double percentile)
    {
        long value = latency.ValueAtPercentile(percentile);
        (long Above, long Of)[] seconds = [.. values.Chunk(PerSecond).Select(second => (second.LongCount(latency => latency > value), second.LongLength))];
        return new Burst(OpenVariance.OfPercentile(latency, percentile, OpenVariance.Excess(seconds)), Second: 0, Share: 0);
    }

    private static long[] Latencies(SeededRandom random, double level, double tail, (int Length, double PerRun) stalls)
    {
        long[] values = new long[Seconds * PerSecond];
        double state = Normal.Sample(random, 0, 1), fresh = Math.Sqrt(1 - Memory * Memory), stall = 0;
        for (int value = 0, stalled = 0; value < values.Length; value++)
        {
            state = Memory * state + fresh * Normal.Sample(random, 0, 1);
            if (stalled > 0)
                stalled--;
            else if (random.NextDouble() < stalls.PerRun / (Seconds * PerSecond))
                (stalled, stall) = (stalls.Length, 0.5 + random.NextDouble());
            double factor = state > 1.645 ? tail : 1;
            values[value] = (long)(1e6 * factor * Math.Exp(level + Width * state + (stalled > 0 ? stall : 0)));
        }

        return values;
    }

    private static (long, long)[] Errors(SeededRandom random)
    {
        (long Failed, long Attempts)[] seconds = new (long, long)[Seconds];
        Array.Fill(seconds, (0, PerSecond));
        for (int bursts = Poisson.Sample(random, ErrorBurstsPerRun); bursts > 0; bursts--)
            seconds[random.Next(Seconds)].Failed += random.Next(1, 12);
        return seconds;
    }
}
