namespace LoadTool;

/// <summary>
/// A distribution of random numbers, such as of sizes or think times. It keeps no state: any number of users on any loop draw from one,
/// each with its own generator, so that the same seed gives the same numbers. A draw allocates nothing.
/// </summary>
public abstract class Distribution
{
    private protected Distribution()
    {
    }

    /// <summary>The same number each time.</summary>
    /// <param name="value">The number.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not finite.</exception>
    public static Distribution Constant(double value) => new ConstantDistribution(Finite(value, nameof(value)));

    /// <summary>Every number between two with the same chance.</summary>
    /// <param name="from">The least.</param>
    /// <param name="to">The bound that is not reached; more than <paramref name="from"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not finite, or not in this order.</exception>
    public static Distribution Uniform(double from, double to)
    {
        Finite(from, nameof(from));
        if (!(Finite(to, nameof(to)) > from))
            throw new ArgumentOutOfRangeException(nameof(to), to, $"A uniform distribution from {from:R} ends above that.");
        return new UniformDistribution(from, to);
    }

    /// <summary>The numbers 1 to <paramref name="count"/>, number k in proportion to 1 / k to the power of <paramref name="exponent"/>: few rooms with most of the talk.</summary>
    /// <param name="count">How many numbers there are; at least 1. A large count costs no more than a small one.</param>
    /// <param name="exponent">How unequal they are; more than 0 and at most 100. 1 is Zipf's own.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static Distribution Zipf(long count, double exponent = 1)
    {
        // Beyond 2^53 neighbouring numbers are one double.
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1L << 53);
        if (exponent is not (> 0 and <= 100))
            throw new ArgumentOutOfRangeException(nameof(exponent), exponent, "The exponent of a Zipf distribution is more than 0 and at most 100.");
        return new ZipfDistribution(count, exponent);
    }

    /// <summary>The bell curve.</summary>
    /// <param name="mean">Its middle.</param>
    /// <param name="standardDeviation">Its width; 0 or more. 68 % are within one of it from the middle, and any number can occur.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not finite, or a negative width.</exception>
    public static Distribution Normal(double mean, double standardDeviation)
    {
        Finite(mean, nameof(mean));
        ArgumentOutOfRangeException.ThrowIfNegative(Finite(standardDeviation, nameof(standardDeviation)));
        return new NormalDistribution(mean, standardDeviation);
    }

    /// <summary>Times between events that know nothing of one another.</summary>
    /// <param name="mean">The mean; more than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not finite, or not more than 0.</exception>
    public static Distribution Exponential(double mean)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Finite(mean, nameof(mean)));
        return new ExponentialDistribution(mean);
    }

    /// <summary>Draws a number.</summary>
    /// <param name="user">Whose generator is drawn from.</param>
    /// <returns>The number.</returns>
    public double Next(VirtualUser user) => Draw(user.Chance);

    /// <summary>Draws a whole number: of a uniform distribution the one below (from 1 to 7 gives a die), of all others the nearest.</summary>
    /// <param name="user">Whose generator is drawn from.</param>
    /// <returns>The number; beyond the range of <c>long</c>, its end.</returns>
    public long NextInteger(VirtualUser user) => Whole(Draw(user.Chance));

    internal abstract double Draw(SeededRandom chance);

    // A cast of a double saturates.
    private protected virtual long Whole(double drawn) => (long)Math.Round(drawn);

    private static double Finite(double value, string name) =>
        double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, "A distribution is described by finite numbers.");

    private sealed class ConstantDistribution(double value) : Distribution
    {
        internal override double Draw(SeededRandom chance) => value;
    }

    private sealed class UniformDistribution(double from, double to) : Distribution
    {
        internal override double Draw(SeededRandom chance)
        {
            // Apart, or the width of the whole range of doubles would be infinite; rounding may reach the bound.
            double part = chance.NextDouble();
            return Math.Min(from * (1 - part) + to * part, Math.BitDecrement(to));
        }

        private protected override long Whole(double drawn) => (long)Math.Floor(drawn);
    }

    private sealed class NormalDistribution(double mean, double standardDeviation) : Distribution
    {
        /// <summary>Marsaglia's polar method. The second number that it yields is left: keeping it would be state.</summary>
        internal override double Draw(SeededRandom chance)
        {
            while (true)
            {
                double x = 2 * chance.NextDouble() - 1;
                double y = 2 * chance.NextDouble() - 1;
                double square = x * x + y * y;
                if (square is > 0 and < 1)
                    return mean + standardDeviation * x * Math.Sqrt(-2 * Math.Log(square) / square);
            }
        }
    }

    private sealed class ExponentialDistribution(double mean) : Distribution
    {
        // One minus a fraction is never 0, whose logarithm would be no number.
        internal override double Draw(SeededRandom chance) => -mean * Math.Log(1 - chance.NextDouble());
    }
}
