using LoadTool.Analysis.Capacity;
using LoadTool.Metrics;
using MathNet.Numerics.Distributions;

namespace LoadTool.Tests.Analysis.Capacity;

/// <summary>A target whose throughput obeys the scalability law, under users that ask again as soon as they were answered: what each waits for is users / throughput, with scatter.</summary>
internal sealed class ScalingTarget(double lambda, double sigma, double kappa, IReadOnlyList<Objective> objectives, int seed) : ILoadProbe
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly SeededRandom _random = new(seed);

    public TimeSpan Elapsed { get; private set; }

    public Task<Trial> TryAsync(TrialPlan plan, CancellationToken cancellation)
    {
        TrialWatch watch = new(plan, LoadKind.Users, objectives);
        for (int second = 1; !watch.IsOver; second++)
        {
            double throughput = Throughput(plan.Load), median = plan.Load / throughput;
            long answers = Poisson.Sample(_random, throughput);
            Histogram latencies = QueueingTarget.NewHistogram();
            for (long answer = 0; answer < answers; answer++)
                latencies.RecordValue((long)(1e9 * median * Math.Exp(Normal.Sample(_random, 0, 0.3))));
            watch.Add(QueueingTarget.Interval(second, latencies, answers, (int)plan.Load));
            Elapsed += Second;
        }

        Elapsed += 2 * Second;
        return Task.FromResult(watch.End(GeneratorPart.None));
    }

    internal double Throughput(double users) => lambda * users / (1 + sigma * (users - 1) + kappa * users * (users - 1));

    /// <summary>How many users wait for so long.</summary>
    internal double UsersAt(double seconds)
    {
        double low = 1, high = 1e6;
        for (int round = 0; round < 100; round++)
        {
            double middle = (low + high) / 2;
            (low, high) = middle / Throughput(middle) <= seconds ? (middle, high) : (low, middle);
        }

        return low;
    }
}
