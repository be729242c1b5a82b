using LoadTool.Analysis.Statistics;
using MathNet.Numerics.Distributions;

namespace LoadTool.Analysis.Gates;

/// <summary>
/// What new runs differ by from those before them. The unit is the run: values inside a run depend on their neighbours, and runs differ from one another by more than their seconds do, so that only
/// runs tell what runs scatter by. Student's test with one scatter for both sides, which with one new run is the prediction interval of the next run after so many.
/// </summary>
/// <param name="Difference">Mean of the new runs minus mean of the others.</param>
/// <param name="Error">Its standard error.</param>
/// <param name="Usual">The error if the new runs rested on as many events as the others do; not above <paramref name="Error"/>.</param>
/// <param name="Degrees">Degrees of freedom that the error is known with: runs minus two.</param>
internal readonly record struct BetweenRuns(double Difference, double Error, double Usual, int Degrees)
{
    /// <summary>The largest number of runs on each side that is worth naming.</summary>
    internal const int MostRuns = 1_000;

    private const double Power = 0.9;

    /// <summary>Compares; null when both sides have one run, which says nothing of what runs scatter by.</summary>
    internal static BetweenRuns? Of(IReadOnlyList<RunSample> news, IReadOnlyList<RunSample> bases)
    {
        int degrees = news.Count + bases.Count - 2;
        if (news.Count == 0 || bases.Count == 0 || degrees == 0)
            return null;
        double newMean = news.Average(sample => sample.Value), baseMean = bases.Average(sample => sample.Value);
        double squares = news.Sum(sample => Math.Pow(sample.Value - newMean, 2)) + bases.Sum(sample => Math.Pow(sample.Value - baseMean, 2));
        double between = squares / degrees * (1.0 / news.Count + 1.0 / bases.Count);

        // Runs that are equal by luck, or by the resolution of a histogram, do not scatter by less than their own values leave open.
        double within = news.Average(sample => sample.Variance) / news.Count + bases.Average(sample => sample.Variance) / bases.Count;
        double usual = Math.Max(between, within);
        double scatter = usual / (1.0 / news.Count + 1.0 / bases.Count);
        return new BetweenRuns(newMean - baseMean, Math.Sqrt(usual + MoreOpen(news, bases, scatter) / news.Count), Math.Sqrt(usual), degrees);
    }

    /// <summary>
    /// What a run measures may rest on a few events, such as stalls, where the runs before rested on many: the next such run then scatters by more than they did, by what its own values leave more open than theirs.
    /// Where those before leave more open than they scatter by, much of what comes together does so in every run (a ramp, a slow first second) and makes none uncertain: it then counts in proportion.
    /// </summary>
    /// <returns>A variance of the mean of the new runs; of several new runs one event is in one.</returns>
    private static double MoreOpen(IReadOnlyList<RunSample> news, IReadOnlyList<RunSample> bases, double scatter)
    {
        if (news.Average(sample => sample.Together) is not { } open || bases.Average(sample => sample.Together) is not { } usually)
            return 0;
        return Math.Min(1, scatter / usually) * Math.Max(0, open - usually) / news.Count;
    }

    /// <summary>The same difference without regard to events.</summary>
    internal BetweenRuns AsUsual => this with { Error = Usual };

    /// <summary>The chance of a difference as high as this, or higher, where there is none.</summary>
    internal double ChanceOfHigher => StudentT.CDF(0, 1, Degrees, -Difference / Error);

    /// <summary>The chance of a difference as low as this, or lower, where there is none.</summary>
    internal double ChanceOfLower => StudentT.CDF(0, 1, Degrees, Difference / Error);

    /// <summary>Where the true difference lies.</summary>
    /// <param name="confidence">Such as 0.95.</param>
    internal Interval Interval(double confidence)
    {
        double far = StudentT.InvCDF(0, 1, Degrees, (1 + confidence) / 2) * Error;
        return new Interval(Difference, Difference - far, Difference + far);
    }

    /// <summary>How many runs each side needs until a difference is found nine times out of ten, if runs scatter as they seem to.</summary>
    /// <param name="scatter">Standard deviation from run to run.</param>
    /// <param name="difference">The difference to find; above zero.</param>
    /// <param name="level">The chance of finding one that is none.</param>
    /// <returns>At least 2; null when it is more than <see cref="MostRuns"/>.</returns>
    internal static int? RunsNeeded(double scatter, double difference, double level)
    {
        // With the scatter known it would be so many; it takes a few more because it is not.
        double known = 2 * Math.Pow((Normal.InvCDF(0, 1, 1 - level) + Normal.InvCDF(0, 1, Power)) * scatter / difference, 2);
        for (int runs = Math.Max(2, (int)Math.Min(MostRuns, known)); runs <= MostRuns; runs++)
        {
            int degrees = 2 * runs - 2;
            double far = StudentT.InvCDF(0, 1, degrees, 1 - level) + StudentT.InvCDF(0, 1, degrees, Power);
            if (far * scatter * Math.Sqrt(2.0 / runs) <= difference)
                return runs;
        }

        return null;
    }

    /// <summary>Standard deviation from run to run that the usual error comes from.</summary>
    /// <param name="news">New runs.</param>
    /// <param name="bases">The others.</param>
    internal double Scatter(int news, int bases) => Usual / Math.Sqrt(1.0 / news + 1.0 / bases);
}
