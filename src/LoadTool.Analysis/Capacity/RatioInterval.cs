using LoadTool.Analysis.Statistics;
using MathNet.Numerics.Distributions;

namespace LoadTool.Analysis.Capacity;

/// <summary>
/// The interval of a ratio of sums over seconds that may depend on one another: a second with a long queue is followed by another one. What the sums scatter by is read from
/// blocks of seconds, ever longer ones as long as there are enough, and the largest scatter counts (batch means).
/// </summary>
internal static class RatioInterval
{
    private const int LeastBlocks = 5;

    /// <param name="seconds">In order.</param>
    /// <param name="isShare">True when the ratio is a share of events: it then has an interval even where no event was bad.</param>
    /// <param name="confidence">Such as 0.95.</param>
    /// <returns>Null when there are fewer than two seconds with anything to count.</returns>
    internal static Interval? Of(IReadOnlyList<ObjectiveCount> seconds, bool isShare, double confidence)
    {
        double part = seconds.Sum(second => second.Part), whole = seconds.Sum(second => second.Whole);
        if (seconds.Count(second => second.Whole > 0) < 2)
            return null;
        double ratio = part / whole;
        (double variance, int blocks) = Scatter(seconds, ratio);
        double upper = (1 + confidence) / 2, far = StudentT.InvCDF(0, 1, blocks - 1, upper);
        if (isShare)
            return OfShare(part, whole, Crowding(variance, whole * ratio * (1 - ratio)) * Square(far / Normal.InvCDF(0, 1, upper)), 1 - upper);
        double error = Math.Sqrt(variance) / whole;
        return new Interval(ratio, ratio - far * error, ratio + far * error);
    }

    /// <summary>
    /// The exact interval of a share (Clopper and Pearson), of as many independent events as the events that hang together are worth (Korn and Graubard, 1998).
    /// </summary>
    /// <param name="bad">Bad events.</param>
    /// <param name="all">All events.</param>
    /// <param name="perIndependent">How many events say as much as one independent one; below 1 counts as 1.</param>
    /// <param name="tail">Chance on each side.</param>
    private static Interval OfShare(double bad, double all, double perIndependent, double tail)
    {
        double worth = Math.Max(1, perIndependent), count = bad / worth, among = all / worth;
        return new Interval(
            bad / all,
            count <= 0 ? 0 : Beta.InvCDF(count, among - count + 1, tail),
            count >= among ? 1 : Beta.InvCDF(count + 1, among - count, 1 - tail));
    }

    /// <summary>How much more the sum scatters than that of independent events would.</summary>
    private static double Crowding(double variance, double ofIndependent) => ofIndependent > 0 ? variance / ofIndependent : 0;

    /// <summary>The variance of the sum of what the parts are off, with the number of blocks that it was read from.</summary>
    private static (double Variance, int Blocks) Scatter(IReadOnlyList<ObjectiveCount> seconds, double ratio)
    {
        (double Variance, int Blocks) largest = (-1, 0);
        for (int length = 1; length == 1 || seconds.Count / length >= LeastBlocks; length *= 2)
        {
            double[] blocks = [.. seconds.Chunk(length).Where(block => block.Length == length).Select(block => block.Sum(second => second.Part - ratio * second.Whole))];
            double mean = blocks.Average();
            double variance = blocks.Sum(block => Square(block - mean)) / (blocks.Length - 1) * seconds.Count / length;
            if (variance > largest.Variance)
                largest = (variance, blocks.Length);
        }

        return largest;
    }

    private static double Square(double value) => value * value;
}
