using LoadTool.Analysis.Capacity;
using LoadTool.Metrics;

namespace LoadTool.Tests.Analysis.Capacity;

/// <summary>
/// A target with so many servers and one queue (M/M/c): arrivals and service times by chance, each reply's latency counted as a run would count it. Time is that of the
/// arrivals; a load begins with an empty queue, as behind a new process.
/// </summary>
internal sealed class QueueingTarget(int servers, double servicePerSecond, IReadOnlyList<Objective> objectives, int seed) : ILoadProbe
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly SeededRandom _random = new(seed);

    public TimeSpan Elapsed { get; private set; }

    /// <summary>Loads from which on the generator itself is late; none unless set.</summary>
    internal double GeneratorCarries { get; init; } = double.PositiveInfinity;

    /// <summary>Loads and seconds since the search began at which each answer takes a second more.</summary>
    internal Func<double, TimeSpan, bool> IsSlow { get; init; } = (_, _) => false;

    /// <summary>The load, and the number of the trial, that end it for good; none unless set.</summary>
    internal Func<double, int, bool> Ends { get; init; } = (_, _) => false;

    /// <summary>Trials that there have been.</summary>
    internal int Trials { get; private set; }

    private bool HasEnded { get; set; }

    public Task<Trial> TryAsync(TrialPlan plan, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Trials++;
        HasEnded |= Ends(plan.Load, Trials);
        if (HasEnded)
            return Task.FromResult(Dead(plan));
        TrialWatch watch = new(plan, LoadKind.Rate, objectives);
        PriorityQueue<double, double> free = new(Enumerable.Repeat((0.0, 0.0), servers));
        double now = 0, inFlightNanoseconds;
        for (int second = 1; !watch.IsOver; second++)
        {
            Histogram latencies = NewHistogram();
            (long arrivals, inFlightNanoseconds) = (0, 0);
            double extra = plan.Load > GeneratorCarries || IsSlow(plan.Load, Elapsed) ? 1 : 0;
            for (; now < second; now += Exponential(plan.Load), arrivals++)
            {
                double start = Math.Max(now, free.Dequeue()), end = start + Exponential(servicePerSecond);
                free.Enqueue(end, end);
                latencies.RecordValue((long)((end - now + extra) * 1e9));
                inFlightNanoseconds += (end - now) * 1e9;
            }

            Elapsed += Second;
            watch.Add(Interval(second, latencies, arrivals, (int)Math.Round(inFlightNanoseconds / 1e9)));
        }

        Elapsed += 2 * Second;
        return Task.FromResult(watch.End(plan.Load > GeneratorCarries ? new GeneratorPart(1, IsExhausted: false, "an event loop was full") : GeneratorPart.None));
    }

    private Trial Dead(TrialPlan plan)
    {
        TrialWatch watch = new(plan, LoadKind.Rate, objectives);
        for (int second = 1; !watch.IsOver; second++)
        {
            Elapsed += Second;
            watch.Add(new Snapshot(DateTimeOffset.UnixEpoch, Second, second * Second, [], [], default, 0, 0, []) { IterationsStarted = (long)plan.Load });
        }

        return watch.End(GeneratorPart.None);
    }

    /// <summary>The load at which a percentile of the sojourn time reaches a limit, from the closed form (Erlang C).</summary>
    internal static double LoadAt(int servers, double servicePerSecond, double percentile, double limit)
    {
        double low = 0, high = servers * servicePerSecond;
        for (int round = 0; round < 100; round++)
        {
            double middle = (low + high) / 2;
            bool isKept = SojournAbove(servers, servicePerSecond, middle, limit) <= 1 - percentile / 100;
            (low, high) = isKept ? (middle, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The chance that a reply takes longer than some time.</summary>
    private static double SojournAbove(int servers, double service, double load, double time)
    {
        double waits = ErlangC(servers, load / service), drain = servers * service - load;
        if (Math.Abs(drain - service) < 1e-9)
            return Math.Exp(-service * time) * (1 + waits * service * time);

        // A sojourn is the service, plus with the chance of having to wait an exponential wait.
        return Math.Exp(-service * time) * (1 - waits) + waits * (drain * Math.Exp(-service * time) - service * Math.Exp(-drain * time)) / (drain - service);
    }

    private static double ErlangC(int servers, double offered)
    {
        double blocked = 1;
        for (int server = 1; server <= servers; server++)
            blocked = offered * blocked / (server + offered * blocked);
        double use = offered / servers;
        return blocked / (1 - use * (1 - blocked));
    }

    internal static Histogram NewHistogram() => new(lowestDiscernibleValue: 1_000, highestTrackableValue: 60_000_000_000, significantDigits: 3, autoResize: true);

    internal static Snapshot Interval(int second, Histogram latencies, long arrivals, int users)
    {
        Dictionary<Outcome, long> none = [];
        return new Snapshot(DateTimeOffset.UnixEpoch, Second, second * Second, [new StepFigures("work", "work", latencies, latencies, none, 0)], [new StepFigures("work", "", latencies, latencies, none, 0)], default, users, users, [])
        {
            IterationsStarted = arrivals,
        };
    }

    private double Exponential(double perSecond) => -Math.Log(1 - _random.NextDouble()) / perSecond;
}
