namespace LoadTool.Analysis.Statistics;

/// <summary>
/// The difference between two variants that ran in turn, block by block, by a studentized bootstrap over the blocks: what drifts while the experiment lasts meets both variants
/// of a block alike, and what the blocks scatter by is what the interval is made of (Efron and Tibshirani, An Introduction to the Bootstrap, 12.5). The interval is symmetric
/// (Hall, On Symmetric Bootstrap Confidence Intervals, 1988): variants take turns in an order that is drawn, so a disturbed block is as likely to be off to one side as to the other, and
/// an interval that leaned away from it would miss the truth.
/// </summary>
internal static class PairedDifference
{
    /// <summary>Blocks with less of which nothing is said: the scatter of five says too little of itself.</summary>
    internal const int LeastBlocks = 6;

    private const int Resamples = 1_999;

    /// <summary>Scatter below this share of the whole is what rounding leaves of none.</summary>
    private const double Rounding = 1e-9;

    /// <summary>The mean of some differences, with its interval.</summary>
    /// <param name="differences">One per block.</param>
    /// <param name="confidence">Such as 0.95.</param>
    /// <param name="seed">Of the resampling: the same seed gives the same interval.</param>
    /// <returns>Null when there are too few blocks.</returns>
    internal static Interval? Of(ReadOnlySpan<double> differences, double confidence, long seed)
    {
        int blocks = differences.Length;
        if (blocks < LeastBlocks)
            return null;
        (double mean, double error) = MeanAndError(differences);
        if (error <= Rounding * Math.Abs(mean))
            return new Interval(mean, mean, mean);
        SeededRandom random = new(seed);
        double[] resample = new double[blocks];
        List<double> pivots = new(Resamples);
        for (int round = 0; round < Resamples; round++)
        {
            for (int block = 0; block < blocks; block++)
                resample[block] = differences[random.Next(blocks)];
            (double mean, double error) again = MeanAndError(resample);

            // The same block drawn each time has no scatter, and says nothing of how far off a mean is for it.
            if (again.error > Rounding * error)
                pivots.Add(Math.Abs(again.mean - mean) / again.error);
        }

        pivots.Sort();
        double reach = Quantile(pivots, confidence) * error;
        return new Interval(mean, mean - reach, mean + reach);
    }

    /// <summary>The ratio between two variants' figures, as a share: 0.05 for five percent more.</summary>
    /// <param name="before">One positive figure per block.</param>
    /// <param name="after">The other variant's, of the same blocks.</param>
    /// <param name="confidence">Such as 0.95.</param>
    /// <param name="seed">Of the resampling.</param>
    /// <returns>Null when there are too few blocks, or a figure that is none.</returns>
    internal static Interval? OfRatios(ReadOnlySpan<double> before, ReadOnlySpan<double> after, double confidence, long seed)
    {
        double[] logs = new double[before.Length];
        for (int block = 0; block < logs.Length; block++)
        {
            logs[block] = Math.Log(after[block] / before[block]);
            if (!double.IsFinite(logs[block]))
                return null;
        }

        return Of(logs, confidence, seed)?.Map(log => Math.Exp(log) - 1);
    }

    private static (double Mean, double Error) MeanAndError(ReadOnlySpan<double> values)
    {
        double sum = 0, squares = 0;
        foreach (double value in values)
            sum += value;
        double mean = sum / values.Length;
        foreach (double value in values)
            squares += (value - mean) * (value - mean);
        return (mean, Math.Sqrt(squares / (values.Length - 1) / values.Length));
    }

    private static double Quantile(List<double> sorted, double share) => sorted[Math.Clamp((int)(share * (sorted.Count + 1)) - 1, 0, sorted.Count - 1)];
}
