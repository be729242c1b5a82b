using LoadTool.Analysis.Statistics;
using MathNet.Numerics.Distributions;

namespace LoadTool.Analysis.Capacity;

/// <summary>
/// The interval of a ratio of sums over seconds that may depend on one another: a second with a long queue is followed by another one. What the sums scatter by is read from
/// blocks of seconds, ever longer ones as long as there are enough (batch means), and from how alike neighbours are; what makes the interval the widest counts. A minute of
/// seconds that remember long still says too little of itself: of 95 intervals in a hundred that are to hold the truth, about 90 then do.
/// </summary>
internal static class RatioInterval
{
    private const int LeastBlocks = 5;

    /// <summary>Seconds that are more alike than this are too few to say how much.</summary>
    private const double MostAlike = 0.9;

    /// <param name="seconds">In order.</param>
    /// <param name="isShare">True when the ratio is a share of events: it then has an interval even where no event was bad.</param>
    /// <param name="confidence">Such as 0.95.</param>
    /// <returns>Null when there are fewer than two seconds with anything to count.</returns>
    internal static Interval? Of(IReadOnlyList<ObjectiveCount> seconds, bool isShare, double confidence)
    {
        double part = seconds.Sum(second => second.Part), whole = seconds.Sum(second => second.Whole);
        if (seconds.Count(second => second.Whole > 0) < 2)
            return null;
        double ratio = part / whole, upper = (1 + confidence) / 2, off = HalfWidth(seconds, ratio, upper);
        if (!isShare)
            return new Interval(ratio, ratio - off / whole, ratio + off / whole);
        double ofIndependent = Normal.InvCDF(0, 1, upper) * Math.Sqrt(whole * ratio * (1 - ratio));
        return OfShare(part, whole, ofIndependent > 0 ? Square(off / ofIndependent) : 1, 1 - upper);
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

    /// <summary>How far the sum of what the parts are off may be from zero.</summary>
    private static double HalfWidth(IReadOnlyList<ObjectiveCount> seconds, double ratio, double upper)
    {
        double widest = 0;
        for (int length = 1; length == 1 || seconds.Count / length >= LeastBlocks; length *= 2)
        {
            double[] blocks = [.. seconds.Chunk(length).Where(block => block.Length == length).Select(block => block.Sum(second => second.Part - ratio * second.Whole))];
            double mean = blocks.Average();
            double variance = blocks.Sum(block => Square(block - mean)) / (blocks.Length - 1) * seconds.Count / length;
            double alike = length == 1 ? Likeness(blocks, mean) : 0;
            widest = Math.Max(widest, StudentT.InvCDF(0, 1, blocks.Length - 1, upper) * Math.Sqrt(variance * (1 + alike) / (1 - alike)));
        }

        return widest;
    }

    /// <summary>The correlation of neighbours, with what so few of them hide of it (Kendall, 1954); not below zero.</summary>
    private static double Likeness(double[] seconds, double mean)
    {
        double squares = seconds.Sum(second => Square(second - mean));
        double found = squares > 0 ? seconds.Zip(seconds.Skip(1), (one, next) => (one - mean) * (next - mean)).Sum() / squares : 0;
        return Math.Clamp(found + (1 + 3 * found) / seconds.Length, 0, MostAlike);
    }

    private static double Square(double value) => value * value;
}
