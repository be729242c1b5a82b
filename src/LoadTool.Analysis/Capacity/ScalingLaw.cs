using LoadTool.Analysis.Statistics;

namespace LoadTool.Analysis.Capacity;

/// <summary>The scalability law of a target's trials: throughput over users in flight.</summary>
/// <param name="Law">The law.</param>
/// <param name="Largest">The largest load that it was fitted to.</param>
internal sealed record ScalingLaw(ScalabilityLaw Law, double Largest)
{
    private const double Confidence = 0.95;

    /// <summary>Loads below one user have no neighbour to queue behind.</summary>
    private const double LeastLoad = 1;

    /// <summary>True when the loads bend throughput away from a straight line, but not in a way that says whether by σ or by κ.</summary>
    internal bool IsAmbiguous => Law.Sigma.Holds(0) && Law.Kappa.Holds(0) && Bend > 0.1;

    /// <summary>How much of proportional throughput is missing at the largest load, as a share.</summary>
    internal double Bend => 1 - Law.Throughput(Largest) / (Law.Lambda.Estimate * Largest);

    /// <summary>Throughput at a load beyond those that were tried, from the least to the most that the law's figures allow one by one: wider than it need be, never too narrow.</summary>
    internal Interval Throughput(double load)
    {
        double[] corners =
        [
            .. from lambda in Ends(Law.Lambda)
               from sigma in Ends(Law.Sigma)
               from kappa in Ends(Law.Kappa)
               select lambda * load / Math.Max(1, 1 + sigma * (load - 1) + kappa * load * (load - 1)),
        ];
        return new Interval(Law.Throughput(load), corners.Min(), corners.Max());
    }

    /// <summary>Fits it.</summary>
    /// <returns>Null when there are too few loads in balance, or no law that fits.</returns>
    internal static ScalingLaw? Of(LoadKind kind, IReadOnlyList<Trial> trials)
    {
        (double Load, double Throughput)[] points =
        [
            .. trials.Where(trial => trial.Verdict != TrialVerdict.GeneratorLimited)
                .Select(trial => kind != LoadKind.Rate ? (trial.Load, trial.Throughput) : LittleLaw.Of(trial) is { } little ? (little.Expected, trial.Ended) : default)
                .Where(point => point.Item1 >= LeastLoad && point.Item2 > 0),
        ];
        return ScalabilityLaw.Fit(points, Confidence) is { } law ? new ScalingLaw(law, points.Max(point => point.Load)) : null;
    }

    private static double[] Ends(Interval interval) => [Math.Max(0, interval.Low), interval.High];
}
